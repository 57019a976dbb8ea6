"""Reading flights through the hook, and what the sandbox's world knows of them."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.hooks.api import ApiHook
from bellwether.hooks.stream import Reading, Stream
from bellwether.staging.rows import stage
from bellwether.window import Window
from sandbox.world.days import moment_of
from tests.clock import NOW

NIGHT_HUB = "EDDK"
HALF_DAY = timedelta(hours=12)


def local_day(date: str, zone: str) -> Window:
    """A day on the clocks of a zone."""
    start = datetime.fromisoformat(date)
    ends = (at.replace(tzinfo=ZoneInfo(zone)) for at in (start, start + timedelta(days=1)))
    return Window(*ends)


def staged(stream: Stream, records: list[Any], subject: str = "EDDB") -> tuple[list[dict[str, Any]], list[str]]:
    """The rows that become of records, and the reasons of what was rejected."""
    found = stage(stream, b"".join(json.dumps(record).encode() + b"\n" for record in records), Reading(subject, NOW))
    return found.frame.to_pylist(), [reject.reason for reject in found.rejects]


def rows(vendors: Any, hook: ApiHook, name: str, subject: str, window: Window) -> list[dict[str, Any]]:
    """What the hook reads of a stream, as rows; nothing is rejected."""
    found, rejects = staged(hook.source.streams_by_name()[name], vendors.read(hook, name, subject, window), subject)
    assert not rejects
    return found


def expected(vendors: Any, direction: str, icao: str, window: Window) -> list[tuple[str, datetime]]:
    """By the world: each flight under each of its numbers."""
    at = "scheduled_arrival" if direction == "arrivals" else "scheduled_departure"
    found = []
    for flight in getattr(vendors.world.flights, direction)(icao, window.start, window.end):
        numbers = [flight.leg.number, *(number for _, number in flight.leg.partners)]
        found += [(number, moment_of(getattr(flight, at))) for number in numbers]
    return sorted(found)


def times_asked(vendors: Any) -> list[tuple[datetime, datetime]]:
    """The local windows of all requests for flights."""
    paths = [one["path"].split("/")[-2:] for one in vendors.asked("flights", "/icao/")]
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in paths]
