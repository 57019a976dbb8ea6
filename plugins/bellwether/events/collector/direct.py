"""Straight into the lake, where there is no disk that lasts: each group of requests becomes an object."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from bellwether.events.collector.sink import Part, Put, by_object
from bellwether.events.envelope import segment_key


class Direct:
    """A sink that holds nothing back."""

    is_full = False
    held_bytes = 0

    def __init__(self, collector: str, put: Put) -> None:
        self._collector = collector
        self._put = put
        self._last_ns = 0

    def write(self, parts: Iterable[Part]) -> None:
        """Put an object for each zone and day of the parts."""
        for (zone, day), same in by_object(parts).items():
            self._last_ns = max(self._last_ns + 1, same[0].received_ns)
            body = gzip.compress(b"".join(part.lines for part in same), 1, mtime=0)
            self._put(segment_key(zone, day, f"{self._last_ns}-{self._collector}"), body)

    def tick(self) -> None:
        """Nothing is due."""

    def ship(self) -> None:
        """Everything is in the lake."""

    def oldest_ns(self) -> int | None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""
