"""What StatusCake knows of the world: it looks every check_rate seconds and sees nothing in between."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.past import Past
from sandbox.world import Outage, World

LOCATIONS = ("London, United Kingdom - 5", "Frankfurt, Germany - 3", "Paris, France - 2", "Amsterdam 4")


@dataclass(frozen=True, slots=True)
class Check:
    """An uptime check; `trigger_rate` is how many minutes it must fail before somebody is told."""

    id: str
    name: str
    website_url: str
    service: str
    created_at: datetime
    check_rate: int = 300
    trigger_rate: int = 5
    paused_at: datetime | None = None
    tags: tuple[str, ...] = ()

    def ticks_until(self, moment: datetime) -> int:
        """How many times it has looked by `moment`."""
        until = min(moment, self.paused_at) if self.paused_at else moment
        return max(0, (until - self.created_at) // timedelta(seconds=self.check_rate) + 1)

    def tick(self, number: int) -> datetime:
        """When it looked for the number-th time, from 0."""
        return self.created_at + timedelta(seconds=number * self.check_rate)

    def next_tick(self, moment: datetime) -> datetime:
        """The first look at `moment` or later."""
        return self.tick(max(0, -((self.created_at - moment) // timedelta(seconds=self.check_rate))))


def _new_year(minutes: int, seconds: int) -> datetime:
    return datetime(2026, 1, 1, 0, minutes, seconds, tzinfo=UTC)


CHECKS = (
    Check("6710001", "Dog.Breed site", "https://www.dog.breed/", "site", _new_year(0, 17), tags=("site",)),
    Check("6710002", "Dog.Breed API", "https://api.dog.breed/health", "api", _new_year(2, 41), tags=("api",)),
    Check(
        "6710003", "Dog.Breed old shop", "https://shop.dog.breed/", "site", _new_year(4, 5),
        check_rate=900, paused_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC), tags=("site",),
    ),
)  # fmt: skip
DELETED = "6710004"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of one status as the check saw it; `ended_at` is None for the current one."""

    is_up: bool
    created_at: datetime
    ended_at: datetime | None
    status_code: int = 200


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody was told that the check is down, or up again."""

    is_up: bool
    triggered_at: datetime
    status_code: int


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the target; `outage` is what it met."""

    at: datetime
    outage: Outage | None


def periods(check: Check, past: Past) -> list[Period]:
    """The check's periods so far, oldest first, without gaps between them."""
    periods: list[Period] = []
    up_since = check.created_at
    for down, up, code in _failing(check, past):
        if down > up_since:
            periods.append(Period(True, up_since, down))
        elif periods:
            down = periods.pop().created_at
        periods.append(Period(False, down, up, code))
        if up is None:
            return periods
        up_since = up
    return [*periods, Period(True, up_since, None)] if check.ticks_until(past.world.clock.now()) else []


def _failing(check: Check, past: Past) -> list[tuple[datetime, datetime | None, int]]:
    """(first look that failed, first that did not, status code) of each outage some look has met."""
    last = check.tick(check.ticks_until(past.world.clock.now()) - 1)
    failing: list[tuple[datetime, datetime | None, int]] = []
    for outage in past.outages(check.service):
        down = check.next_tick(outage.started_at)
        up = check.next_tick(outage.ended_at) if outage.ended_at else None
        if down <= last and down != up:
            failing.append((down, up if up and up <= last else None, outage.status_code or 0))
    return failing


def alerts(check: Check, past: Past) -> list[Alert]:
    """Who was told, oldest first: only of outages longer than the trigger rate, and of their ends."""
    patience = timedelta(minutes=check.trigger_rate)
    alerts: list[Alert] = []
    for period in periods(check, past):
        if period.is_up:
            continue
        due = period.created_at + patience
        if (period.ended_at or past.world.clock.now()) < due:
            continue
        alerts.append(Alert(False, due, period.status_code))
        if period.ended_at is not None:
            alerts.append(Alert(True, period.ended_at + timedelta(seconds=1), 200))
    return alerts


def looks(check: Check, world: World, after: datetime, before: datetime, count: int) -> list[Look]:
    """At most `count` looks between the two moments (both excluded), newest first."""
    newest = check.ticks_until(min(world.clock.now(), before - timedelta(seconds=1))) - 1
    oldest = max(check.ticks_until(after), newest - count + 1)
    if newest < oldest:
        return []
    met = world.outages(check.service, check.tick(oldest), check.tick(newest) + timedelta(seconds=1))
    starts = [outage.started_at for outage in met]
    return [_look(check.tick(number), met, starts) for number in range(newest, oldest - 1, -1)]


def _look(at: datetime, outages: list[Outage], starts: list[datetime]) -> Look:
    position = bisect_right(starts, at) - 1
    outage = outages[position] if position >= 0 else None
    return Look(at, outage if outage and (outage.ended_at is None or at < outage.ended_at) else None)


def uptime(check: Check, past: Past) -> float:
    """Per cent of the last seven days in which the check was up."""
    now = past.world.clock.now()
    begin = max(check.created_at, now - timedelta(days=7))
    down = timedelta()
    for period in periods(check, past):
        if not period.is_up:
            down += max(timedelta(), (period.ended_at or now) - max(period.created_at, begin))
    return round(100 * (1 - down / max(now - begin, timedelta(seconds=1))), 2)


def performance(check: Check, at: datetime) -> int:
    """Milliseconds the target took: some daily rhythm, some chance, the same on every machine."""
    chance = zlib.crc32(f"{check.id} {at.isoformat()}".encode())
    return 180 + 12 * abs(12 - at.hour) + chance % 140 + (900 if chance % 97 == 0 else 0)


def location(check: Check, at: datetime) -> str:
    """The server that looked."""
    return LOCATIONS[zlib.crc32(f"{at.isoformat()} {check.id}".encode()) % len(LOCATIONS)]
