"""Event onsets and counts, each with the slots that were observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.calendar import Calendar, Flags, Floats, Whole

HOUR = 3600


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Onsets, int64 (n,) sorted seconds since 1970 UTC, and the slots in which one would have been seen."""

    at: Whole
    observed: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts by slot, float (days, 288), NaN where it was not observed."""

    values: Floats

    @property
    def observed(self) -> Flags:
        return ~np.isnan(self.values)


def onsets(
    starts: ArrayLike,
    ends: ArrayLike,
    calendar: Calendar,
    observed: Flags,
    merge_seconds: int | None = HOUR,
    now: int | None = None,
) -> tuple[Events, tuple[Exclusion, ...]]:
    """Episodes: intervals whose starts chain within `merge_seconds` are one, at its first start.

    starts, ends: seconds since 1970 UTC. An interval still open has an onset like any other; its end may be any
    time to come. What was open before the first day has none. `now`: later starts are not known yet.
    """
    start, end = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    known = (end > calendar.start_at) | (start >= calendar.start_at)
    if now is not None:
        known &= start <= now
    at, merged = chained(np.sort(start[known]), merge_seconds)
    early = at < calendar.start_at
    events, left = _placed(at[~early], calendar, observed)
    return events, _exclusions(
        "outages",
        (merged, "opened again within the hour: one episode"),
        (int(early.sum()), "open before the first day: no onset to see"),
        *left,
    )


def points(
    at: ArrayLike, calendar: Calendar, observed: Flags, merge_seconds: int | None = None
) -> tuple[Events, tuple[Exclusion, ...]]:
    """Events that are a moment; with `merge_seconds`, those that chain within it are one, at the first."""
    moments, merged = chained(np.sort(np.asarray(at, dtype=np.int64)), merge_seconds)
    inside = (moments >= calendar.start_at) & (moments < calendar.end_at)
    events, left = _placed(moments[inside], calendar, observed)
    return events, _exclusions("events", (merged, "close to the one before: one event"), *left)


def chained(at: Whole, seconds: int | None) -> tuple[Whole, int]:
    """Sorted instants of which those that chain within `seconds` are one, at the first; and how many that took."""
    if seconds is None or len(at) == 0:
        return at, 0
    first = np.append(True, np.diff(at) > seconds)
    return at[first], int((~first).sum())


def _placed(at: Whole, calendar: Calendar, observed: Flags) -> tuple[Events, list[tuple[int, str]]]:
    at = at[at < calendar.end_at]
    slot = calendar.slot(at)
    doubled = slot < 0
    unseen = ~doubled & ~np.append(observed.ravel(), True)[slot]
    kept = at[~doubled & ~unseen]
    return Events(kept, observed), [
        (int(unseen.sum()), "in time that was not observed"),
        (int(doubled.sum()), "in the second pass of an hour the clocks went through twice"),
    ]


def _exclusions(what: str, *left: tuple[int, str]) -> tuple[Exclusion, ...]:
    return tuple(Exclusion(what, number, reason) for number, reason in left if number)
