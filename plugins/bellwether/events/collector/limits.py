"""How much a tracking id may send: a rate, which is refused beyond, and a daily quota, which is only marked beyond."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

BURST_SECONDS = 10


class Bucket:
    """A token bucket of events: full it holds ten seconds' worth; a batch may overdraw it once.

    :param rate: events a second
    :param clock: seconds that never go back
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._level = self._most = rate * BURST_SECONDS
        self._at = clock()

    def wait(self) -> int:
        """Whole seconds until events are taken again; 0 now."""
        now = self._clock()
        self._level = min(self._most, self._level + (now - self._at) * self._rate)
        self._at = now
        return 0 if self._level > 0 else math.floor(-self._level / self._rate) + 1

    def take(self, events: int) -> None:
        """Charge for events that were taken."""
        self._level -= events
