"""Measure each stream's elapsed time, although streams are processed concurrently."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Spans:
    """The time from the start of a stream's first step to the end of its last."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    @contextmanager
    def of(self, stream: str) -> Iterator[None]:
        """Count the block's time towards the stream."""
        started = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                first, last = self._spans.get(stream, (started, started))
                self._spans[stream] = min(first, started), max(last, time.monotonic())

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by stream."""
        return {stream: round(last - first, 3) for stream, (first, last) in self._spans.items()}


def added(*steps: dict[str, float]) -> dict[str, float]:
    """The sum of several steps' seconds, by stream."""
    return {name: round(sum(step.get(name, 0.0) for step in steps), 3) for step in steps for name in step}
