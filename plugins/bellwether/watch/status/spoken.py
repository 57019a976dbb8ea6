"""Facts about the stack as sentences to be read aloud: short, without tables or symbols, with times in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bellwether.amounts import span

WEEK = timedelta(days=7)
LATE_AFTER = timedelta(minutes=30)
"""The time without a reading from which a source with a schedule of five minutes is late."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Down:
    """An outage; `end` is None while it is ongoing."""

    start: datetime
    end: datetime | None


def when(at: datetime, now: datetime, zone: str) -> str:
    """
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    >>> [when(datetime(2026, 11, day, 7, 5, tzinfo=UTC), now, "UTC") for day in (22, 20, 1)]
    ['today at 7:05', 'on Friday at 7:05', 'on 1 November 2026 at 7:05']
    """
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    days = (today - local.date()).days
    day = {0: "today", 1: "yesterday"}.get(days)
    if day is None:
        day = f"on {local:%A}" if 1 < days < 7 else f"on {local.day} {local:%B %Y}"
    return f"{day} at {local.hour}:{local:%M}"


def visits(visits: int, new: int, last: datetime | None, covered: timedelta, now: datetime, zone: str) -> str:
    """The visits in the 24 hours before `now`, of which the time `covered` is covered."""
    if last is None:
        return "Google Analytics reported no visit in the last 24 hours."
    text = f"In the last 24 hours there were {visits:,} visits, and {new:,} visitors were new."
    text += f" Google Analytics reported these up to {when(last, now, zone)}, {ago(now - last)}."
    hours = round(covered.total_seconds() / 3600)
    if hours < 23:
        text += f" Only {hours} of the 24 hours are covered."
    return text


def outages(label: str, downs: Sequence[Down], asked_until: datetime | None, now: datetime, zone: str) -> str:
    """A service's state at the last check, and its outages `downs` of the week before `now`."""
    if asked_until is None:
        return f"The {label} has not been checked yet, so it is not known whether it is up."
    late = now - asked_until > LATE_AFTER
    at = f" when it was last checked, {ago(now - asked_until)}" if late else ""
    current = [down for down in downs if down.end is None or down.end >= asked_until]
    past = [down for down in downs if down not in current]
    if current:
        began = min(down.start for down in current)
        state = f"The {label} was down{at}; it went down" if late else f"The {label} is down. It went down"
        state += f" {when(began, now, zone)}, {ago(now - began)}."
    else:
        state = f"The {label} was up{at}." if late else f"The {label} is up."
    return f"{state} {_lately(label, past, now, zone, also=bool(current))}"


def release(name: str, label: str, at: datetime, now: datetime, zone: str) -> str:
    """The last release; its name comes from outside and is truncated."""
    plain = " ".join(name.split())[:_LONGEST_NAME]
    return f"The last release was {plain} of the {label}, {when(at, now, zone)}, {ago(now - at)}."


def source_late(title: str, part: str, last: datetime, now: datetime, zone: str) -> str:
    """A source, or a part of it, that has not been read for too long."""
    return f"{title} has not been read{f' {part}' if part else ''} since {when(last, now, zone)}, {ago(now - last)}."


def ago(length: timedelta) -> str:
    """
    >>> ago(timedelta(minutes=5)), ago(timedelta(seconds=3))
    ('5 minutes ago', 'just now')
    """
    return "just now" if length < timedelta(minutes=1) else f"{span(length)} ago"


def listed(names: Sequence[str]) -> str:
    """
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def merged(downs: Sequence[Down]) -> list[Down]:
    """Outages reported by several sources, joined if they touch or overlap."""
    joined: list[Down] = []
    for down in sorted(downs, key=lambda down: down.start):
        last = joined[-1] if joined else None
        if last is not None and (last.end is None or down.start <= last.end):
            ends = (last.end, down.end)
            joined[-1] = Down(last.start, None if None in ends else max(end for end in ends if end))
        else:
            joined.append(down)
    return joined


def _lately(label: str, past: Sequence[Down], now: datetime, zone: str, *, also: bool) -> str:
    if not past:
        return "It was not down before that in the last 7 days." if also else "It was not down in the last 7 days."
    since = now - WEEK
    total = sum((((down.end or now) - max(down.start, since)) for down in past), timedelta())
    times = {1: "once", 2: "twice"}.get(len(past), f"{len(past)} times")
    before = "Before that it" if also else "It"
    text = f"{before} was down {times} in the last 7 days, for {span(total)}{' in all' if len(past) > 1 else ''}"
    last = past[-1]
    return f"{text}; {'the last time was' if len(past) > 1 else 'that was'} {when(last.start, now, zone)}."
