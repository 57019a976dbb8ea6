"""Verdicts that differ from the previous report's, with the changes in their data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bellwether.verdicts.questions import Pair, Questions, Target, pairs
from bellwether.verdicts.report.measurement import coverage_of, down_of, moments_of
from bellwether.verdicts.report.report import Change, Report
from bellwether.verdicts.signals import Grid, Intervals, Shape, Signals, second
from bellwether.verdicts.stats.calendar import SLOT_SECONDS

_DAY = 86_400


def changes_between(
    before: Report, after: Report, questions: Questions, earlier: Signals, later: Signals
) -> tuple[Change, ...]:
    """A change for each question that both reports answered for the same services with different verdicts.

    earlier, later: the signals of the two reports.
    """
    earlier_verdicts = {(asked.question, asked.services): asked.answer.verdict for asked in before.asked}
    by_name = {(pair.question.id, pair.services): pair for pair in pairs(questions)}
    changes = []
    for asked in after.asked:
        name = asked.question, asked.services
        verdict = earlier_verdicts.get(name)
        if verdict is not None and verdict is not asked.answer.verdict:
            data = _data(by_name[name], before, after, questions, earlier, later)
            changes.append(Change(*name, verdict.value, asked.answer.verdict.value, tuple(data)))
    return tuple(changes)


def _data(
    pair: Pair, before: Report, after: Report, questions: Questions, earlier: Signals, later: Signals
) -> Iterator[str]:
    if (before.since, before.until) != (after.since, after.until):
        yield (
            f"The window is now {after.since:%Y-%m-%d %H:%M} to {after.until:%Y-%m-%d %H:%M} UTC; "
            f"it was {before.since:%Y-%m-%d %H:%M} to {before.until:%Y-%m-%d %H:%M}."
        )
    if before.code_version != after.code_version:
        yield "The code that computes the figures has changed."
    if (before.seed, before.permutations) != (after.seed, after.permutations):
        yield "The seed or the number of reshuffles in questions.toml has changed."
    targets = {(target.signal, target.services): target for target in (pair.cause, pair.effect)}
    is_different = False
    for target in targets.values():
        for sentence in _of_target(target, questions, earlier, later):
            is_different = True
            yield sentence
    if not is_different:
        yield "The data of both sides are the same in the time that both reports cover."


def _of_target(target: Target, questions: Questions, earlier: Signals, later: Signals) -> Iterator[str]:
    words = questions.label_of(target.signal)
    whose = ", ".join(questions.service(service).label for service in target.services)
    if not all(_has(target, signals) for signals in (earlier, later)):
        yield f"{words} ({whose}) are in only one of the two reports."
        return
    yield from (f"{words} ({whose}): {change}." for change in _coverage(target, earlier, later))
    if later.shapes[target.signal] is Shape.COUNTS:
        yield from (f"{words} ({whose}): {change}." for change in _counts(target, earlier, later))
    else:
        yield from (f"{words} ({whose}): {change}." for change in _moments(target, earlier, later))
    hidden = down_of(target, questions, later).seconds - down_of(target, questions, earlier).seconds
    if hidden and questions.hidden_by(target.signal):
        yield f"{words} ({whose}): {abs(hidden) // 60:,} minutes {'more' if hidden > 0 else 'fewer'} were not counted."


def _has(target: Target, signals: Signals) -> bool:
    stores = (signals.points, signals.intervals, signals.grids)
    return all(any((target.signal, service) in store for store in stores) for service in target.services)


def _coverage(target: Target, earlier: Signals, later: Signals) -> Iterator[str]:
    old, new = _settled(target, earlier), _settled(target, later)
    for intervals, words in ((new - old, "newly observed"), (old - new, "no longer observed, or out of the window")):
        if intervals.seconds >= _DAY / 24:
            yield f"{intervals.seconds / _DAY:,.1f} days {words}"


def _settled(target: Target, signals: Signals) -> Intervals:
    start, end = _ends(signals)
    return coverage_of(target, signals).settled.within(start, end)


def _moments(target: Target, earlier: Signals, later: Signals) -> Iterator[str]:
    """Events after the earlier window's end, and differences between the events of the time in both windows."""
    start, end = _common(earlier, later)
    old, new = moments_of(target, earlier), moments_of(target, later)
    since = int((new >= _ends(earlier)[1]).sum())
    if since:
        yield f"{since} new since"
    inside = [values[(values >= start) & (values < end)] for values in (old, new)]
    for count, words in (
        (len(np.setdiff1d(inside[1], inside[0])), "were added that the previous report did not have"),
        (len(np.setdiff1d(inside[0], inside[1])), "were removed that the previous report had"),
    ):
        if count:
            yield f"{count} {words}"


def _counts(target: Target, earlier: Signals, later: Signals) -> Iterator[str]:
    """Figures that were settled in both reports and differ."""
    start, end = _common(earlier, later)
    both = (_settled(target, earlier) & _settled(target, later)).within(start, end)
    old, new = (_figures(target, signals, both, start, end) for signals in (earlier, later))
    restated = int((old != new).sum())
    if restated:
        yield f"{restated:,} figures of five minutes were restated, from {old.sum():,.0f} to {new.sum():,.0f} in all"
    fresh = _figures(target, later, _settled(target, later) - both, *_ends(later)).sum()
    if fresh:
        yield f"{fresh:,.0f} counted in time that the previous report did not cover"


def _figures(target: Target, signals: Signals, within: Intervals, start: int, end: int) -> np.ndarray:
    """Sums over the target's services of the slots entirely between two times; 0 outside the intervals."""
    grids = [signals.grids[target.signal, service] for service in target.services]
    return np.sum([_cut(grid, within, start, end) for grid in grids], axis=0)


def _cut(grid: Grid, within: Intervals, start: int, end: int) -> np.ndarray:
    kept = (grid.at >= start) & (grid.at + SLOT_SECONDS <= end)
    return np.where(grid.inside(within), grid.values, 0.0)[kept]


def _ends(signals: Signals) -> tuple[int, int]:
    return second(signals.window.start), second(signals.window.end)


def _common(earlier: Signals, later: Signals) -> tuple[int, int]:
    """The time in both windows; empty if they do not overlap."""
    start = max(_ends(earlier)[0], _ends(later)[0])
    return start, max(start, min(_ends(earlier)[1], _ends(later)[1]))
