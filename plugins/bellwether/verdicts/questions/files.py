"""Read questions.toml and check it against services.toml; errors name the file, the entry and the remedy."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from bellwether.include import (
    IncludeError,
    check_names,
    check_nothing_left,
    converted,
    entries,
    include_folder,
    toml_of,
)
from bellwether.services import FILE as SERVICES
from bellwether.services import read_services
from bellwether.verdicts.questions.shapes import Question, Questions, Side, SignalWords

QUESTIONS = "questions.toml"
_DURATION = re.compile(r"(\d+) (minute|hour|day)s?")
_LONGEST_MINUTES = 720


def read(folder: Path | None = None) -> Questions:
    """The questions of a folder with questions.toml, services.toml and sql/signals; the default is the bundle's.

    Raises IncludeError.
    """
    folder = folder or include_folder()
    content, services = toml_of(folder / QUESTIONS), read_services(folder)
    questions = Questions(
        services=services.services,
        tables=services.tables,
        zone=services.zone,
        questions=tuple(_question(entry) for entry in entries(content, "question", QUESTIONS)),
        signals={
            name: converted(entry, SignalWords, QUESTIONS, f"signals.{name}")
            for name, entry in content.pop("signals", {}).items()
        },
        seed=_whole(content, "seed", 0),
        permutations=_whole(content, "permutations", 99),
        weeks=_whole(content, "weeks", 1),
        at_most_every_seconds=_seconds(content.pop("at_most_every", None)),
    )
    check_nothing_left(content, QUESTIONS)
    _check(questions, folder)
    return questions


def _question(entry: dict[str, Any]) -> Question:
    return converted(entry, Question, QUESTIONS, f"question '{entry.get('id', '?')}'")


def _whole(content: dict[str, Any], name: str, least: int) -> int:
    value = content.pop(name, None)
    if type(value) is not int or value < least:
        raise IncludeError(f"{QUESTIONS}, {name}: {value!r} should be a whole number, {least} or more.")
    return value


def _seconds(text: Any) -> int:
    match = _DURATION.fullmatch(str(text))
    if not match:
        raise IncludeError(f'{QUESTIONS}, at_most_every: {text!r}. Write for instance "30 minutes" or "1 hour".')
    return int(timedelta(**{f"{match[2]}s": int(match[1])}).total_seconds())


def _check(questions: Questions, folder: Path) -> None:
    """Check that valid entries are consistent with each other."""
    check_names(QUESTIONS, "question", [question.id for question in questions.questions])
    signals = sorted({path.parent.name for path in (folder / "sql" / "signals").glob("*/*.sql")})
    for name, words in questions.signals.items():
        for signal in filter(None, (name, words.hidden_by)):
            _check_signal(signal, signals, f"signals.{name}")
    for question in questions.questions:
        where = f"question '{question.id}'"
        _check_minutes(question, where)
        if question.cause.kind == "counts":
            raise IncludeError(f'{QUESTIONS}, {where}, cause: as = "counts". A cause is "events" or "spikes".')
        for side in (question.cause, question.effect):
            _check_signal(side.signal, signals, where)
            _check_role(side, questions, where)


def _check_signal(signal: str, signals: list[str], where: str) -> None:
    if signal not in signals:
        raise IncludeError(
            f"{QUESTIONS}, {where}: there is no signal '{signal}'. The signals of include/sql/signals are "
            f"{', '.join(signals)}; a new signal is a folder there with a file named after each table that feeds it."
        )


def _check_role(side: Side, questions: Questions, where: str) -> None:
    if not questions.having(side.signal, side.role):
        condition = f"has the role '{side.role}'" if side.role else f"has subjects of a table of '{side.signal}'"
        raise IncludeError(f"{QUESTIONS}, {where}: no service in {SERVICES} {condition}. Add it to a service there.")


def _check_minutes(question: Question, where: str) -> None:
    minutes = question.minutes
    are_multiples = minutes and all(0 < length <= _LONGEST_MINUTES and length % 5 == 0 for length in minutes)
    if not are_multiples or sorted(set(minutes)) != list(minutes):
        raise IncludeError(
            f"{QUESTIONS}, {where}: minutes = {list(minutes)}. Write ascending multiples of 5 up to {_LONGEST_MINUTES}."
        )
    if not 0 <= question.merge_minutes <= _LONGEST_MINUTES:
        raise IncludeError(f"{QUESTIONS}, {where}: merge_minutes = {question.merge_minutes}. Write 0 to 720.")
