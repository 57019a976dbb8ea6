"""Whom a question is asked of: one by one where several services have the role, else together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bellwether.verdicts.questions.shapes import Question, Questions, Side


@dataclass(frozen=True, slots=True)
class Target:
    """A side of a question, of certain services: one, or several together."""

    signal: str
    kind: str
    services: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question asked of certain services."""

    question: Question
    cause: Target
    effect: Target
    services: str
    """Names of those it is asked of; empty where there is but one way to ask."""


def pairs(questions: Questions) -> list[Pair]:
    """Every question with everyone it is asked of, in the order of the files."""
    return [pair for question in questions.questions for pair in _pairs(questions, question)]


def needed(questions: Questions) -> list[tuple[str, str]]:
    """Signal and service of everything the questions look at, with what hides it, sorted."""
    found: set[tuple[str, str]] = set()
    for pair in pairs(questions):
        for target in (pair.cause, pair.effect):
            hiding = questions.hidden_by(target.signal)
            for service in target.services:
                found |= {(target.signal, service)} | ({(hiding, service)} if hiding else set())
    return sorted(found)


def needed_tables(questions: Questions) -> list[str]:
    """The tables that the questions' signals are read from, sorted: what a report waits for."""
    tables = (questions.tables_of(signal, service) for signal, service in needed(questions))
    return sorted({table.name for of_one in tables for table in of_one})


def _pairs(questions: Questions, question: Question) -> Iterator[Pair]:
    cause, effect = question.cause, question.effect
    causes, effects = _targets(questions, cause), _targets(questions, effect)
    asked = [
        (one, other)
        for one in causes
        for other in effects
        # Within one role a service is asked about itself, not about the others.
        if cause.role is None or cause.role != effect.role or one.services == other.services
    ]
    for one, other in asked:
        names = [target.services[0] for target, all_of in ((one, causes), (other, effects)) if len(all_of) > 1]
        services = ", ".join(dict.fromkeys(names)) if len(asked) > 1 else ""
        yield Pair(question, one, other, services)


def _targets(questions: Questions, side: Side) -> list[Target]:
    having = questions.having(side.signal, side.role)
    if side.role is None:
        return [Target(side.signal, side.kind, tuple(service.name for service in having), side.label)]
    return [Target(side.signal, side.kind, (one.name,), side.label.replace("{service}", one.label)) for one in having]
