"""The thread that sends what waits in the queue, and waits itself when the collector cannot be reached."""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid

from bellwether_events.post import Outcome, Post
from bellwether_events.queue import Queue

log = logging.getLogger("bellwether_events")
PACKET = 20
GATHER_SECONDS = 5.0
FIRST_WAIT_SECONDS = 5.0
MOST_WAIT_SECONDS = 600.0


class Sender:
    """Sends packets of twenty events, or fewer after five seconds. One for each process that uses a queue."""

    def __init__(self, queue: Queue, post: Post, gather_seconds: float, wait_seconds: float) -> None:
        self._queue = queue
        self._post = post
        self._gather_seconds = gather_seconds
        self._wait_seconds = wait_seconds
        self._packet = PACKET
        self._failures = 0
        self._unauthorized = False
        self.reset()

    def reset(self) -> None:
        """Begin without a thread, as a forked process does."""
        self._changed = threading.Condition()
        self._fresh = 0
        self._hurry = self._ended = self._idle = False
        self._thread: threading.Thread | None = None

    def notice(self) -> None:
        """An event was added."""
        with self._changed:
            self._fresh += 1
            self._idle = False
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._run, name="bellwether-events", daemon=True)
                self._thread.start()
            elif self._fresh in (1, PACKET):
                self._changed.notify_all()

    def flush(self, timeout: float, *, end: bool = False) -> bool:
        """Send everything now, past any waiting; tells whether the queue was empty in time."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._hurry, self._ended, self._unauthorized = True, end, False
            self._idle = self._thread is None
            self._changed.notify_all()
            while not self._idle and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
        return not len(self._queue)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._fresh or self._hurry)
                self._changed.wait_for(lambda: self._fresh >= PACKET or self._hurry, self._gather_seconds)
                self._fresh, self._hurry = 0, False
            try:
                self._send_all()
            except Exception as error:
                # The queue's file may be broken or its disk full: the program goes on without events.
                log.warning("events cannot be sent: %s", type(error).__name__)
            self._rest()
            if self._ended:
                return

    def _rest(self) -> None:
        """Let `flush` return, unless it was called a moment ago and its attempt is still to come."""
        with self._changed:
            self._idle = not self._hurry
            self._changed.notify_all()

    def _send_all(self) -> None:
        request_id, attempt = uuid.uuid4().hex, 1
        while not self._unauthorized and (rows := self._queue.claim(self._packet)):
            outcome = self._post([body for _, body in rows], request_id, attempt)
            self._queue.remove(rows[: outcome.sent])
            self._queue.release(rows[outcome.sent :])
            if outcome.rejected:
                self._queue.count("rejected", outcome.rejected)
            if outcome.too_large:
                self._shrink(rows[:1])
            elif outcome.problem:
                attempt += 1
                if not self._wait(outcome):
                    return
                continue
            else:
                self._failures, self._packet = 0, PACKET
            request_id, attempt = uuid.uuid4().hex, 1

    def _shrink(self, first: list[tuple[int, str]]) -> None:
        """Try half as many; an event that is refused alone would keep all others waiting."""
        if self._packet > 1:
            self._packet //= 2
        else:
            self._queue.remove(first)
            self._queue.count("rejected", 1)

    def _wait(self, outcome: Outcome) -> bool:
        """Wait before the next attempt; False if somebody is in a hurry, who gets one attempt only."""
        self._unauthorized = outcome.unauthorized
        if outcome.unauthorized:
            log.warning("the collector does not know the tracking id or its secret: events are kept")
            return False
        # Clients that lost the same collector must not all come back at once.
        seconds = min(MOST_WAIT_SECONDS, self._wait_seconds * 2**self._failures) * random.uniform(0.5, 1)
        self._failures = min(self._failures + 1, 10)
        seconds = max(seconds, outcome.wait or 0)
        log.info("not sent (%s), next attempt in %.0f s", outcome.problem, seconds)
        self._rest()
        with self._changed:
            return not self._changed.wait_for(lambda: self._hurry or self._ended, seconds)
