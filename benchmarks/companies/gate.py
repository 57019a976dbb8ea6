"""The acceptance gate: what the rates over all cells must be, and which are not."""

from __future__ import annotations

from collections.abc import Iterator

from .figures import Lines, Share, backwards, covered, deviation, found, pooled
from .record import ALPHA, QUESTIONS, Cell, Line

POWER = {
    8: {"Q1": 0.64, "Q2": 0.92, "Q3": 0.80, "Q4": 0.96, "Q5": 0.74},
    26: {"Q1": 0.60, "Q2": 0.92, "Q3": 0.84, "Q4": 0.96, "Q5": 0.65},
}
"""In the seasonal world, over 200 companies; half the effects at 26 weeks."""
COVERAGE, BACKWARDS, NAIVE = 0.92, 0.05, 0.80
FULL = 200


def failures(lines: Lines) -> list[str]:
    """What does not pass, each with its cell; empty where all does."""
    found = [failure for cell, companies in lines.items() for failure in _of(cell, companies)]
    nulls = {cell: companies for cell, companies in lines.items() if not cell.planted}
    if not nulls or len(nulls) == len(lines):
        found.append("there are no null or no planted companies")
    return found


def _of(cell: Cell, lines: list[Line]) -> Iterator[str]:
    if not lines:
        yield f"{cell.name}: no companies"
    elif cell.planted:
        yield from _planted(cell, lines)
    else:
        yield from _null(cell, lines)


def _null(cell: Cell, lines: list[Line]) -> Iterator[str]:
    for question in cell.questions:
        yield from _most(cell, f"{question} false positives", found(lines, question))
    yield from _most(cell, "false positives of all questions", pooled(lines, cell.questions))
    # With fewer weeks even a wrong method finds less.
    if cell.world != "seasonal" or cell.weeks < min(POWER):
        return
    for question in QUESTIONS[:3]:
        naive = found(lines, question, "pearson")
        if naive.rate is None or naive.rate < NAIVE - _slack(NAIVE, naive.n):
            yield f"{cell.name}: {question} hourly Pearson's false positives {naive} %, expected at least 80"


def _planted(cell: Cell, lines: list[Line]) -> Iterator[str]:
    for question in cell.planted:
        power, floor = found(lines, question), POWER.get(cell.weeks, {}).get(question)
        if cell.world == "seasonal" and floor is not None and (power.rate or 0) < floor - _slack(floor, power.n):
            yield f"{cell.name}: {question} power {power} %, wanted {100 * floor:.0f}"
        inside = covered(lines, question)
        if inside.rate is None or inside.rate < COVERAGE - _slack(COVERAGE, inside.n):
            yield f"{cell.name}: {question} interval holds the truth in {inside} %, wanted 92"
        wrong = backwards(lines, question)
        if wrong.rate is not None and wrong.rate > BACKWARDS + _slack(BACKWARDS, wrong.n):
            yield f"{cell.name}: {question} order the wrong way round in {wrong} %, at most 5"


def _most(cell: Cell, what: str, share: Share) -> Iterator[str]:
    """At most 5 % and some standard errors.

    Two in the seasonal world: 7.2 over 400 companies, 6.0 over the five questions of each. Three elsewhere, where a
    hundred rates are looked at and two or three would lie beyond two by chance.
    """
    if share.rate is None:
        yield f"{cell.name}: {what}: nothing was asked"
        return
    errors = 2 if cell.world == "seasonal" else 3
    most = round(ALPHA + errors * deviation(ALPHA, share.n), 3)
    if share.rate > most:
        yield f"{cell.name}: {what} {share} %, at most {100 * most:.1f}"


def _slack(rate: float, n: int) -> float:
    """What fewer companies than the full form's may be off by more: two standard errors."""
    return max(0.0, 2 * (deviation(rate, n) - deviation(rate, FULL))) if n else 0.0
