"""Group commit: what arrives while one write is under way goes into the next, so that many share its cost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bellwether.events.collector.sink import Full, Part, Sink

log = logging.getLogger(__name__)
PENDING_BYTES = 64 * 1024 * 1024


class NotStored(Exception):
    """Nothing was stored of what was given, as far as is known."""


class Group:
    """Writes into a sink from one thread of its own.

    :param wait_seconds: how long to gather before a write, where a write is dear
    :param refused: called when a write failed
    """

    def __init__(self, sink: Sink, wait_seconds: float, refused: Callable[[], None]) -> None:
        self._sink = sink
        self._wait_seconds = wait_seconds
        self._refused = refused
        self._thread = ThreadPoolExecutor(1, "commit")
        self._arrived = asyncio.Event()
        self._pending: list[tuple[tuple[Part, ...], asyncio.Future[None]]] = []
        self._bytes = 0
        self._closing = False
        self._writing_since: int | None = None
        self.writes = 0

    async def store(self, *parts: Part) -> None:
        """Return when the parts are stored. Raises NotStored."""
        if self._closing or self._bytes > PENDING_BYTES or self._sink.is_full:
            raise NotStored
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((parts, stored))
        self._bytes += sum(len(part.lines) for part in parts)
        self._arrived.set()
        await stored

    async def run(self) -> None:
        """Write until `close`."""
        while not (self._closing and not self._pending):
            await self._arrived.wait()
            self._arrived.clear()
            if self._wait_seconds and not self._closing:
                await asyncio.sleep(self._wait_seconds)
            if self._pending:
                await self._write()

    async def _write(self) -> None:
        pending, self._pending, self._bytes = self._pending, [], 0
        parts = [part for given, _ in pending for part in given]
        self._writing_since = min(part.received_ns for part in parts)
        try:
            await self._in_thread(lambda: self._sink.write(parts))
        except Exception as error:
            self._refused()
            # The sink's own words: they name a path or a status, never a line.
            log.log(logging.WARNING if isinstance(error, Full) else logging.ERROR, "nothing stored: %s", error)
            _settle(pending, NotStored())
        else:
            self.writes += 1
            _settle(pending, None)
        finally:
            self._writing_since = None

    async def tick(self) -> None:
        """Let the sink do what is due by the clock."""
        await self._in_thread(self._sink.tick)

    def oldest_ns(self) -> int | None:
        """When the oldest line not yet written was received, None if there is none."""
        waiting = [part.received_ns for given, _ in self._pending[:1] for part in given]
        return min([self._writing_since, *waiting] if self._writing_since else waiting, default=None)

    async def close(self) -> None:
        """Write what is pending, take no more, and close the sink; `run` ends."""
        self._closing = True
        self._arrived.set()
        while self._pending or self._writing_since:
            await asyncio.sleep(0.005)
        await self._in_thread(self._sink.close)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _settle(pending: list[tuple[tuple[Part, ...], asyncio.Future[None]]], error: Exception | None) -> None:
    for _, stored in pending:
        # A request that ran out of time has cancelled its future.
        if stored.done():
            continue
        if error:
            stored.set_exception(error)
        else:
            stored.set_result(None)
