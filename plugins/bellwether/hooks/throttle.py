"""Keeping under a vendor's request limits, shared by all threads of a task."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock


class Throttle:
    """At most ``count`` requests in any ``seconds``, for each pair given.

    >>> throttle = Throttle((2, 1.0))
    >>> [round(throttle.reserve(now=10.0), 1) for _ in range(4)]
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, *limits: tuple[int, float]) -> None:
        self._limits = [(count, seconds, deque[float](maxlen=count)) for count, seconds in limits]
        self._lock = Lock()

    def reserve(self, now: float) -> float:
        """Take the next free moment and return the seconds until it comes."""
        with self._lock:
            at = now
            for count, seconds, taken in self._limits:
                if len(taken) == count:
                    at = max(at, taken[0] + seconds)
            for _, _, taken in self._limits:
                taken.append(at)
            return at - now

    def wait(self) -> None:
        """Sleep until the next request may go out."""
        delay = self.reserve(time.monotonic())
        if delay > 0:
            time.sleep(delay)
