"""Event onsets and counts, with the slots that were observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.calendar import Calendar, Flags, Floats, Whole

HOUR = 3600


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Onsets, int64 (n,) sorted seconds since 1970 UTC, and the observed slots, bool (days, 288)."""

    at: Whole
    observed: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts by slot, float (days, 288), NaN where not observed."""

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
    """Onsets of episodes: intervals whose starts are at most `merge_seconds` apart form an episode.

    starts, ends: seconds since 1970 UTC. An open interval has an onset like any other; its end may be any future
    time. Intervals that were open before the first day have no onset. `now`: later starts are not known yet.
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
        (merged, "opened again within the hour: the same episode"),
        (int(early.sum()), "open before the first day: no onset"),
        *left,
    )


def points(
    at: ArrayLike, calendar: Calendar, observed: Flags, merge_seconds: int | None = None
) -> tuple[Events, tuple[Exclusion, ...]]:
    """Instantaneous events; events at most `merge_seconds` apart are merged into the first."""
    times, merged = chained(np.sort(np.asarray(at, dtype=np.int64)), merge_seconds)
    inside = (times >= calendar.start_at) & (times < calendar.end_at)
    events, left = _placed(times[inside], calendar, observed)
    return events, _exclusions("events", (merged, "merged with the event before"), *left)


def chained(at: Whole, seconds: int | None) -> tuple[Whole, int]:
    """The first instants of chains with gaps of at most `seconds`, and the number of merged instants."""
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
        (int(doubled.sum()), "in the second pass of an hour that the clocks repeated"),
    ]


def _exclusions(what: str, *left: tuple[int, str]) -> tuple[Exclusion, ...]:
    return tuple(Exclusion(what, number, reason) for number, reason in left if number)
