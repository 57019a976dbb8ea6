"""The times that the collector writes: UTC, with microseconds and ``Z``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

_SECOND_NS = 1_000_000_000
_DAY_NS = 86_400 * _SECOND_NS


def text(ns: int) -> str:
    """Nanoseconds since 1970 as ISO 8601, cut to microseconds.

    >>> text(1795844457746000999)
    '2026-11-28T05:40:57.746000Z'
    """
    seconds, rest = divmod(ns, _SECOND_NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06d}Z"


def day(ns: int) -> str:
    """The UTC date of a moment.

    >>> day(1795844457746000999)
    '2026-11-28'
    """
    return f"{datetime.fromtimestamp(ns // _SECOND_NS, UTC):%Y-%m-%d}"


def day_bounds(date: str) -> tuple[int, int]:
    """The first moment of a UTC day and that of the next, in nanoseconds since 1970.

    >>> day_bounds("1970-01-02")
    (86400000000000, 172800000000000)
    """
    first = int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()) * _SECOND_NS
    return first, first + _DAY_NS


def days(first_ns: int, last_ns: int) -> Iterator[str]:
    """The UTC dates from that of one moment to that of another.

    >>> list(days(0, 86400000000000))
    ['1970-01-01', '1970-01-02']
    """
    return (day(number * _DAY_NS) for number in range(first_ns // _DAY_NS, last_ns // _DAY_NS + 1))
