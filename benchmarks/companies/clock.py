"""The five-minute slots of a window as they really pass, with the local clock beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

SLOT = 300
PER_DAY = 288
HOLIDAY_WEEKDAYS = (3, 0, 2, 4, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Slots of `SLOT` seconds from `start` (epoch seconds, UTC); `day`, `slot` and `weekday` by the local clock."""

    start: int
    at: NDArray[np.int64]
    day: NDArray[np.int64]
    slot: NDArray[np.int64]
    weekday: NDArray[np.int64]


@lru_cache(maxsize=16)
def clock(first: date, days: int, zone: str) -> Clock:
    """The slots from the local midnight `first` to the one `days` later; 12 more or fewer when clocks change."""
    where = ZoneInfo(zone)
    start, end = (
        int(datetime(day.year, day.month, day.day, tzinfo=where).timestamp())
        for day in (first, first + timedelta(days=days))
    )
    at = np.arange(start, end, SLOT, dtype=np.int64)
    hours = np.arange(start, end, 3600)
    offsets = [_offset(int(hour), where) for hour in hours]
    local = at + np.repeat(offsets, 3600 // SLOT)
    midnight = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    day, slot = np.divmod((local - midnight) // SLOT, PER_DAY)
    return Clock(start, at, day, slot, (day + first.weekday()) % 7)


def _offset(at: int, where: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at, where).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def rest_days(first: date, days: int, holidays: int) -> NDArray[np.bool_]:
    """bool (days,): weekends, and so many bank holidays on weekdays, evenly spread over the window."""
    weekday = (np.arange(days) + first.weekday()) % 7
    rest = weekday >= 5
    for number in range(holidays):
        week = int((number + 0.5) * (days // 7) / holidays)
        rest |= (np.arange(days) // 7 == week) & (weekday == HOLIDAY_WEEKDAYS[number % len(HOLIDAY_WEEKDAYS)])
    return rest
