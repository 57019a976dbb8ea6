"""Memory that threads share: of large answers one at a time."""

from __future__ import annotations

import threading
import time

from bellwether.hooks.bounds import BadAnswer

ROOMY_BYTES = 8 * 1024 * 1024
"""Up to here an answer is small; any number of threads may hold one."""
_LONGEST_WAIT_SECONDS = 600.0


class Room:
    """Lets one thread at a time hold a large answer, from when it turns out to be one until its records are written."""

    def __init__(self) -> None:
        self._large = threading.RLock()
        self._mine = threading.local()

    def wait(self) -> float:
        """Wait until this thread may hold a large answer; return the seconds that took. Raises BadAnswer."""
        started = time.monotonic()
        if not self._large.acquire(timeout=_LONGEST_WAIT_SECONDS):
            raise BadAnswer("other large answers took all the time")
        self._mine.times = getattr(self._mine, "times", 0) + 1
        return time.monotonic() - started

    def leave(self) -> None:
        """This thread is done with the large answers that it holds, if any."""
        for _ in range(getattr(self._mine, "times", 0)):
            self._large.release()
        self._mine.times = 0
