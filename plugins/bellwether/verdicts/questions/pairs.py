"""The services that a question compares: pair by pair for sides with a role, else all services together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bellwether.verdicts.questions.shapes import Question, Questions, Side


@dataclass(frozen=True, slots=True)
class Target:
    """A side of a question for certain services: a single service, or several together."""

    signal: str
    kind: str
    services: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question about certain services."""

    question: Question
    cause: Target
    effect: Target
    services: str
    """Names of the services; empty if the question has only one pair."""


def pairs(questions: Questions) -> list[Pair]:
    """Every question with all its pairs of services, in the order of the files."""
    return [pair for question in questions.questions for pair in _pairs(questions, question)]


def needed(questions: Questions) -> list[tuple[str, str]]:
    """Signal and service of all the questions' targets and of the signals that hide them, sorted."""
    keys: set[tuple[str, str]] = set()
    for pair in pairs(questions):
        for target in (pair.cause, pair.effect):
            hiding = questions.hidden_by(target.signal)
            for service in target.services:
                keys |= {(target.signal, service)} | ({(hiding, service)} if hiding else set())
    return sorted(keys)


def needed_tables(questions: Questions) -> list[str]:
    """The tables that feed the questions' signals, sorted: a report waits for them."""
    tables = (questions.tables_of(signal, service) for signal, service in needed(questions))
    return sorted({table.name for of_signal in tables for table in of_signal})


def _pairs(questions: Questions, question: Question) -> Iterator[Pair]:
    cause, effect = question.cause, question.effect
    causes, effects = _targets(questions, cause), _targets(questions, effect)
    targets = [
        (of_cause, of_effect)
        for of_cause in causes
        for of_effect in effects
        # If both sides have the same role, a service is compared with itself only.
        if cause.role is None or cause.role != effect.role or of_cause.services == of_effect.services
    ]
    for of_cause, of_effect in targets:
        sides = ((of_cause, causes), (of_effect, effects))
        names = [target.services[0] for target, choices in sides if len(choices) > 1]
        services = ", ".join(dict.fromkeys(names)) if len(targets) > 1 else ""
        yield Pair(question, of_cause, of_effect, services)


def _targets(questions: Questions, side: Side) -> list[Target]:
    services = questions.having(side.signal, side.role)
    if side.role is None:
        return [Target(side.signal, side.kind, tuple(service.name for service in services), side.label)]
    return [
        Target(side.signal, side.kind, (service.name,), side.label.replace("{service}", service.label))
        for service in services
    ]
