"""The two files read and checked; what is wrong is named with file, entry and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from bellwether.sql import sql_folder
from bellwether.verdicts.questions.shapes import Question, Questions, Service, Side, SignalWords, Table

QUESTIONS, SERVICES = "questions.toml", "services.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_WHILE = re.compile(r"(\d+) (minute|hour|day)s?")
_LONGEST_MINUTES = 720

T = TypeVar("T", bound=msgspec.Struct)


class QuestionsError(ValueError):
    """Something in the files that cannot be understood; the message names it and says what to write."""


def include_folder() -> Path:
    """The bundle's own `include`."""
    return sql_folder().parent


def read(folder: Path | None = None) -> Questions:
    """The questions of a folder with questions.toml, services.toml and sql/signals; the bundle's unless given.

    Raises QuestionsError.
    """
    folder = folder or include_folder()
    asked, known = _toml(folder / QUESTIONS), _toml(folder / SERVICES)
    services = tuple(_service(entry) for entry in _entries(known, "service", SERVICES))
    found = Questions(
        questions=tuple(_question(entry) for entry in _entries(asked, "question", QUESTIONS)),
        services=services,
        signals={
            name: _converted(entry, SignalWords, QUESTIONS, f"signals.{name}")
            for name, entry in asked.pop("signals", {}).items()
        },
        tables=tuple(_tables(folder, services)),
        zone=_zone(known.pop("timezone", None)),
        seed=_whole(asked, "seed", 0),
        permutations=_whole(asked, "permutations", 99),
        weeks=_whole(asked, "weeks", 1),
        at_most_every_seconds=_seconds(asked.pop("at_most_every", None)),
    )
    for file, rest in ((QUESTIONS, asked), (SERVICES, known)):
        if rest:
            raise QuestionsError(f"{file}: nothing is known of {sorted(rest)}. Is it spelt right, and in its place?")
    _check(found, folder)
    return found


def statement(table: Table, folder: Path | None = None) -> str:
    """The SQL that reads a signal from a table."""
    return ((folder or include_folder()) / "sql" / "signals" / table.signal / f"{table.name}.sql").read_text()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise QuestionsError(f"There is no {path}. Deploy the folder include with the plugins.") from None
    except tomllib.TOMLDecodeError as error:
        raise QuestionsError(f"{path.name} is no TOML: {error}.") from None


def _entries(content: dict[str, Any], kind: str, file: str) -> list[dict[str, Any]]:
    found = content.pop(kind, None)
    if not isinstance(found, list) or not found:
        raise QuestionsError(f"{file} has no [[{kind}]]. Write at least one.")
    return found


def _converted(entry: Any, shape: type[T], file: str, name: str) -> T:
    try:
        return msgspec.convert(entry, shape)
    except msgspec.ValidationError as error:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
        raise QuestionsError(f"{file}, {name}: {error}. An entry like it has: {names}.") from None


def _question(entry: dict[str, Any]) -> Question:
    return _converted(entry, Question, QUESTIONS, f"question '{entry.get('id', '?')}'")


def _service(entry: dict[str, Any]) -> Service:
    """A service; what is no word of ours is a source with its subjects."""
    own = {name: entry[name] for name in ("name", "label", "role") if name in entry}
    subjects = {name: value for name, value in entry.items() if name not in own}
    return _converted(own | {"subjects": subjects}, Service, SERVICES, f"service '{entry.get('name', '?')}'")


def _tables(folder: Path, services: Iterable[Service]) -> Iterable[Table]:
    """The signals' tables of sources that services have; the source is the longest of them the name begins with."""
    sources = sorted({source for service in services for source in service.subjects}, key=len, reverse=True)
    for path in sorted((folder / "sql" / "signals").glob("*/*.sql")):
        source = next((name for name in sources if path.stem.startswith(f"{name}_")), None)
        if source:
            stream = path.stem.removeprefix(f"{source}_")
            yield Table(signal=path.parent.name, name=path.stem, source=source, stream=stream)


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, TypeError, ValueError, OSError):
        raise QuestionsError(
            f'{SERVICES}, timezone: {name!r} is no time zone. Write for instance timezone = "Europe/Berlin".'
        ) from None


def _whole(content: dict[str, Any], name: str, least: int) -> int:
    value = content.pop(name, None)
    if type(value) is not int or value < least:
        raise QuestionsError(f"{QUESTIONS}, {name}: {value!r} should be a whole number, {least} or more.")
    return value


def _seconds(text: Any) -> int:
    match = _WHILE.fullmatch(str(text))
    if not match:
        raise QuestionsError(f'{QUESTIONS}, at_most_every: {text!r}. Write for instance "30 minutes" or "1 hour".')
    return int(timedelta(**{f"{match[2]}s": int(match[1])}).total_seconds())


def _check(found: Questions, folder: Path) -> None:
    """What each entry says by itself is right; whether they fit together."""
    _check_names(SERVICES, "service", [service.name for service in found.services])
    _check_names(QUESTIONS, "question", [question.id for question in found.questions])
    signals = sorted({path.parent.name for path in (folder / "sql" / "signals").glob("*/*.sql")})
    for name, words in found.signals.items():
        for signal in filter(None, (name, words.hidden_by)):
            _check_signal(signal, signals, f"signals.{name}")
    for question in found.questions:
        where = f"question '{question.id}'"
        _check_minutes(question, where)
        if question.cause.kind == "counts":
            raise QuestionsError(f'{QUESTIONS}, {where}, cause: as = "counts". A cause is "events" or "spikes".')
        for side in (question.cause, question.effect):
            _check_signal(side.signal, signals, where)
            _check_role(side, found, where)


def _check_names(file: str, kind: str, names: list[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise QuestionsError(f"{file}, {kind} '{name}': a name is a letter, then letters, digits, _, lower case.")
        if names.count(name) > 1:
            raise QuestionsError(f"{file}, {kind} '{name}': it is there {names.count(name)} times. Rename one.")


def _check_signal(signal: str, signals: list[str], where: str) -> None:
    if signal not in signals:
        raise QuestionsError(
            f"{QUESTIONS}, {where}: there is no signal '{signal}'. Those of include/sql/signals are "
            f"{', '.join(signals)}; a new one is a folder there, with a file named after each table that feeds it."
        )


def _check_role(side: Side, found: Questions, where: str) -> None:
    if not found.having(side.signal, side.role):
        what = f"has the role '{side.role}'" if side.role else f"has subjects of a table of '{side.signal}'"
        raise QuestionsError(f"{QUESTIONS}, {where}: no service in {SERVICES} {what}. Give it to one there.")


def _check_minutes(question: Question, where: str) -> None:
    minutes = question.minutes
    right = minutes and all(0 < one <= _LONGEST_MINUTES and one % 5 == 0 for one in minutes)
    if not right or sorted(set(minutes)) != list(minutes):
        raise QuestionsError(
            f"{QUESTIONS}, {where}: minutes = {list(minutes)}. Write rising multiples of 5 up to {_LONGEST_MINUTES}."
        )
    if not 0 <= question.merge_minutes <= _LONGEST_MINUTES:
        raise QuestionsError(f"{QUESTIONS}, {where}: merge_minutes = {question.merge_minutes}. Write 0 to 720.")
