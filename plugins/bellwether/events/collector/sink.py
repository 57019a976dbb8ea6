"""Where lines go, seen from the collector: the disk, the lake itself, or Amazon Data Firehose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from bellwether.events.collector import times

Put = Callable[[str, bytes], None]
"""Puts an object into the lake: key, body."""


class Part(NamedTuple):
    """Lines of one request that belong into one object.

    :param zone: envelope.RAW or envelope.REJECTED
    :param received_ns: nanoseconds since 1970; its UTC date is the object's day
    """

    zone: str
    received_ns: int
    lines: bytes


class Full(OSError):
    """There is no room for more."""


class Sink(Protocol):
    """Stores lines so that they last. `write`, `tick` and `close` are called by one thread, `ship` by another."""

    @property
    def is_full(self) -> bool:
        """Whether the next write would be refused."""
        ...

    @property
    def held_bytes(self) -> int:
        """Bytes stored that are not in the lake yet."""
        ...

    def write(self, parts: Iterable[Part]) -> None:
        """Store the parts. When it returns they outlast the process and the machine; else it raises."""
        ...

    def tick(self) -> None:
        """Do what is due by the clock; called every second."""
        ...

    def ship(self) -> None:
        """Bring what is due into the lake; raises if the lake refuses."""
        ...

    def oldest_ns(self) -> int | None:
        """When the oldest line that is not in the lake yet was received, None if all are there."""
        ...

    def close(self) -> None:
        """Let `ship` bring everything that is left into the lake."""
        ...


def by_object(parts: Iterable[Part]) -> dict[tuple[str, str], list[Part]]:
    """The parts by the zone and the day of the object that they belong into."""
    grouped: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        grouped.setdefault((part.zone, times.day(part.received_ns)), []).append(part)
    return grouped
