"""What a property has counted by now, minute by minute in its own time zone.

GA4 restates (https://support.google.com/analytics/answer/11198161): an hour appears two to five hours after
its end and grows until it is final, 48 hours after it began. What is seen is a function of (hour, now) alone.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sandbox.world import World

HOUR = timedelta(hours=1)
FINAL_AFTER = timedelta(hours=48)
FIRST_PERMILLE = 850
METRICS = ("activeUsers", "newUsers", "totalUsers", "sessions", "screenPageViews", "eventCount")
MINUTES = tuple(f"{minute:02d}" for minute in range(60))

Figures = tuple[int, ...]
"""One count for each of METRICS."""


@dataclass(frozen=True, slots=True)
class Property:
    """A GA4 property; it counts one `divisor`-th of the world's traffic."""

    id: str
    time_zone: str
    currency: str
    divisor: int = 1
    threshold: int = 0
    """Rows with fewer active users than this are withheld, and the report says it is thresholded."""

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)


PROPERTIES = {
    one.id: one
    for one in (
        Property("250000001", "Europe/Berlin", "EUR"),
        Property("250000002", "America/New_York", "USD", divisor=2, threshold=3),
    )
}


class Counts:
    """The figures of every property over one world; a day that is final is kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._final: dict[tuple[str, date], dict[str, Figures]] = {}

    def of_day(self, of: Property, day: date) -> dict[str, Figures]:
        """The local day's figures by YYYYMMDDHHMM; an hour that DST doubles is summed under one label."""
        start, end = midnight(of, day), midnight(of, day + timedelta(days=1))
        now = self.world.clock.now()
        if end + FINAL_AFTER > now:
            return self._counted(of, start, end, now)
        key = (of.id, day)
        if key not in self._final:
            self._final[key] = self._counted(of, start, end, now)
        return self._final[key]

    def _counted(self, of: Property, start: datetime, end: datetime, now: datetime) -> dict[str, Figures]:
        counted: dict[str, Figures] = {}
        hour, label, permille = start - HOUR, "", 0
        for minute in self.world.traffic(start, min(end, now)):
            if minute.at >= hour + HOUR:
                hour = minute.at.replace(minute=0)
                label = hour.astimezone(of.zone).strftime("%Y%m%d%H")
                permille = seen_permille(hour, now)
            figures = _share(minute[1:], permille, of.divisor)
            if figures[0]:
                key = label + MINUTES[minute.at.minute]
                counted[key] = add(counted[key], figures) if key in counted else figures
        return counted

    def lately(self, of: Property, newest: int, oldest: int) -> dict[int, Figures]:
        """The realtime figures by how many whole minutes ago; the minute that runs now is not told yet."""
        this = self.world.clock.now().replace(second=0, microsecond=0)
        start, end = this - timedelta(minutes=oldest), this - timedelta(minutes=newest - 1)
        by_minute = {
            (this - minute.at) // timedelta(minutes=1): _share(minute[1:], 1000, of.divisor)
            for minute in self.world.traffic(start, end)
        }
        return {ago: figures for ago, figures in by_minute.items() if figures[0]}


def _share(counts: Figures, permille: int, divisor: int) -> Figures:
    if permille == 1000 and divisor == 1:
        return counts
    return tuple([count * permille // 1000 // divisor for count in counts])


def add(one: Figures, other: Figures) -> Figures:
    """Both together."""
    return tuple([a + b for a, b in zip(one, other, strict=True)])


def midnight(of: Property, day: date) -> datetime:
    """When the property's day begins, in UTC."""
    return datetime.combine(day, time(), of.zone).astimezone(UTC)


def seen_permille(hour: datetime, now: datetime) -> int:
    """How much of the hour that begins at `hour` is seen at `now`: 0 before it appears, 1000 when final."""
    final = hour + FINAL_AFTER
    if now >= final:
        return 1000
    first = hour + HOUR + timedelta(hours=2, minutes=_delay_minutes(hour))
    if now < first:
        return 0
    return FIRST_PERMILLE + int((1000 - FIRST_PERMILLE) * ((now - first) / (final - first)))


@lru_cache(maxsize=4096)
def _delay_minutes(hour: datetime) -> int:
    return zlib.crc32(hour.isoformat().encode()) % 180
