"""Local days divided into slots of five minutes, numbered by local time: slot 0 of each day starts at midnight.

Days and times of day are those of the business time zone, so that daily rhythms stay aligned when the clocks change.
The second pass of a repeated hour belongs to no slot; the slots of a skipped hour exist, empty and unobserved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

SLOT_SECONDS = 300
SLOTS = 288
BLOCK_DAYS = 14
DAY_SECONDS = SLOTS * SLOT_SECONDS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`days` whole local days from `first` on; holidays count as rest days like Saturdays and Sundays.

    >>> berlin = Calendar("Europe/Berlin", date(2026, 3, 28), 2)
    >>> (berlin.end_at - berlin.start_at) // 3600, int(berlin.missing.sum())
    (47, 12)
    """

    zone: str
    first: date
    days: int
    holidays: frozenset[date] = frozenset()

    @classmethod
    def between(cls, since: datetime, until: datetime, zone: str) -> Calendar:
        """The whole local days, possibly none, within [since, until), two aware times."""
        start, end = since.astimezone(ZoneInfo(zone)), until.astimezone(ZoneInfo(zone))
        first = start.date() + timedelta(days=_midnight(zone, start.date()) < since.timestamp())
        return cls(zone, first, max((end.date() - first).days, 0))

    @property
    def start_at(self) -> int:
        """The first midnight, seconds since 1970 UTC."""
        return _midnight(self.zone, self.first)

    @property
    def end_at(self) -> int:
        """The midnight that ends the last day, seconds since 1970 UTC."""
        return _midnight(self.zone, self.first + timedelta(days=self.days))

    @property
    def slots(self) -> int:
        return self.days * SLOTS

    @property
    def weekday(self) -> Whole:
        """int (days,): Monday is 0."""
        return (self.first.weekday() + np.arange(self.days)) % 7

    @property
    def rest(self) -> Flags:
        """bool (days,): Saturdays, Sundays and holidays."""
        holiday = np.zeros(self.days, dtype=bool)
        numbers = [(day - self.first).days for day in self.holidays]
        holiday[[number for number in numbers if 0 <= number < self.days]] = True
        return (self.weekday >= 5) | holiday

    @property
    def strata(self) -> Whole:
        """int (days,): the working days of a block of 14 days share a number, and so do its rest days."""
        return (np.arange(self.days) // BLOCK_DAYS) * 2 + self.rest

    @property
    def missing(self) -> Flags:
        """bool (days, 288): slots of local time that was skipped when the clocks went forward."""
        changes, offsets = _clock(self.zone, self.first, self.days)
        wall = self._wall(np.arange(self.slots))
        skipped = np.zeros(self.slots, dtype=bool)
        for change, before, after in zip(changes, offsets[:-1], offsets[1:], strict=True):
            skipped |= (wall >= change + before) & (wall < change + after)
        return skipped.reshape(self.days, SLOTS)

    def slot(self, at: ArrayLike) -> Whole:
        """The flat slot, day * 288 + slot of the day, of each instant (seconds since 1970 UTC).

        -1 for instants outside the days and in the second pass of a repeated hour.
        """
        instants = np.asarray(at, dtype=np.int64)
        changes, offsets = _clock(self.zone, self.first, self.days)
        wall = instants + offsets[np.searchsorted(changes, instants, side="right")]
        slot = (wall - _naive(self.first)) // SLOT_SECONDS
        for change, before, after in zip(changes, offsets[:-1], offsets[1:], strict=True):
            slot = np.where((instants >= change) & (wall < change + before) & (after < before), -1, slot)
        return np.where((instants < self.start_at) | (instants >= self.end_at), -1, slot)

    def at(self, slot: ArrayLike) -> Whole:
        """The instant at which each flat slot starts; a skipped hour's slots all start when the clocks change."""
        wall = self._wall(np.asarray(slot, dtype=np.int64))
        changes, offsets = _clock(self.zone, self.first, self.days)
        part = np.searchsorted(changes + offsets[:-1], wall, side="right")
        earliest = np.concatenate([[np.iinfo(np.int64).min], changes])
        return np.maximum(wall - offsets[part], earliest[part])

    def _wall(self, slot: Whole) -> Whole:
        return _naive(self.first) + slot * SLOT_SECONDS


def grid(calendar: Calendar, at: ArrayLike, values: ArrayLike) -> Floats:
    """Sums of `values` by slot, float (days, 288); values outside all slots are ignored."""
    slot = calendar.slot(at)
    kept = slot >= 0
    weights = np.broadcast_to(np.asarray(values, dtype=np.float64), slot.shape)[kept]
    sums = np.bincount(slot[kept], weights, calendar.slots).astype(np.float64)
    return sums.reshape(calendar.days, SLOTS)


def mask(calendar: Calendar, starts: ArrayLike, ends: ArrayLike) -> Flags:
    """bool (days, 288): slots entirely within the union of the intervals [start, end)."""
    start, end = _union(starts, ends)
    at = calendar.at(np.arange(calendar.slots))
    inside = np.searchsorted(start, at, side="right") - 1
    whole = (inside >= 0) & (at + SLOT_SECONDS <= np.append(end, 0)[inside])
    return whole.reshape(calendar.days, SLOTS) & ~calendar.missing


def touched(calendar: Calendar, starts: ArrayLike, ends: ArrayLike) -> Flags:
    """bool (days, 288): slots that overlap any interval [start, end); an empty interval counts as one second."""
    start, end = _union(starts, np.maximum(np.asarray(ends, dtype=np.int64), np.asarray(starts, dtype=np.int64) + 1))
    at = calendar.at(np.arange(calendar.slots))
    begun = np.searchsorted(start, at + SLOT_SECONDS, side="left")
    over = np.searchsorted(end, at, side="right")
    return (begun > over).reshape(calendar.days, SLOTS) & ~calendar.missing


def holidays(values: Floats, calendar: Calendar, below: float = 0.7) -> frozenset[date]:
    """Mondays to Fridays whose total is under 70 % of the median of the same weekday within four weeks.

    values: counts (days, 288), NaN where unobserved. A day with over a fifth unobserved is neither tested nor a
    peer; the other days' totals are scaled to a whole day of average shape. At least three peers are needed.
    """
    seen = ~np.isnan(values)
    shape = np.divide(np.nansum(values, axis=0), np.maximum(seen.sum(axis=0), 1))
    share = seen @ shape / max(shape.sum(), 1e-12)
    total = np.where(share >= 0.8, np.nansum(values, axis=1) / np.maximum(share, 0.8), np.nan)
    low = set()
    for day in np.flatnonzero((calendar.weekday < 5) & ~np.isnan(total)):
        peers = total[[peer for peer in range(day % 7, calendar.days, 7) if peer != day and abs(peer - day) <= 28]]
        peers = peers[~np.isnan(peers)]
        if len(peers) >= 3 and total[day] < below * np.median(peers):
            low.add(calendar.first + timedelta(days=int(day)))
    return frozenset(low)


def _union(starts: ArrayLike, ends: ArrayLike) -> tuple[Whole, Whole]:
    start, end = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    opens = np.append(True, start[1:] > reach[:-1]) if len(start) else np.zeros(0, dtype=bool)
    return start[opens], reach[np.append(opens[1:], True)] if len(start) else reach


def _naive(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_SECONDS


def _midnight(zone: str, day: date) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


@lru_cache(maxsize=64)
def _clock(zone: str, first: date, days: int) -> tuple[Whole, Whole]:
    """The instants of clock changes around the days, and the UTC offsets in seconds before, between and after them."""
    time_zone = ZoneInfo(zone)

    def offset(at: int) -> int:
        shift = datetime.fromtimestamp(at, UTC).astimezone(time_zone).utcoffset()
        assert shift is not None
        return int(shift.total_seconds())

    # One more day at each end: clocks may change at the midnight that starts the first day.
    start, end = _midnight(zone, first - timedelta(days=1)), _midnight(zone, first + timedelta(days=days + 1))
    changes, offsets = [], [offset(start)]
    for day in range(start, end, DAY_SECONDS):
        if offset(min(day + DAY_SECONDS, end)) == offsets[-1]:
            continue
        change = next(at for at in range(day, day + DAY_SECONDS + 1, SLOT_SECONDS) if offset(at) != offsets[-1])
        changes.append(change)
        offsets.append(offset(change))
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)
