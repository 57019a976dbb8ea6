"""The collector without HTTP: checks who sends and how much, stores, and keeps the lake up to date."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec

from bellwether.events.collector import batch, times
from bellwether.events.collector.account import Account
from bellwether.events.collector.group import Group, NotStored
from bellwether.events.collector.limits import Bucket
from bellwether.events.collector.metrics import Metrics
from bellwether.events.collector.sink import Part, Sink
from bellwether.events.collector.trackings import Access, Tracking
from bellwether.events.envelope import LISTENING, RAW, REJECTED, Listening, Request, listening_key
from bellwether.lake import Lake

log = logging.getLogger(__name__)
ANSWER_SECONDS = 8
"""SDKs wait for ten."""
BEAT_SECONDS = 60
DRAIN_SECONDS = 20


class TooMuch(Exception):
    """The tracking id sends more than its rate; wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many events: wait {seconds} s")
        self.seconds = seconds


class Collector:
    """Everything behind one listening socket.

    :param name: of this process, unique among all collectors of a lake
    :param wait_seconds: how long to gather requests before a write
    :param clock: nanoseconds since 1970
    """

    def __init__(
        self,
        name: str,
        trackings: Mapping[str, Tracking],
        sink: Sink,
        lake: Lake,
        wait_seconds: float = 0,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.access = Access(trackings)
        self.metrics = Metrics()
        self._trackings = trackings
        self._sink = sink
        self._lake = lake
        self._clock = clock
        self._buckets = {name: Bucket(each.events_per_second) for name, each in trackings.items()}
        self._group = Group(sink, wait_seconds, self._refuse)
        self._account = Account(name, clock())
        self._shipper = ThreadPoolExecutor(1, "ship")
        self._failed_at = -60.0
        self._tasks: list[asyncio.Task[None]] = []

    def admit(self, tracking_id: str) -> None:
        """Check the rate. Raises TooMuch."""
        if seconds := self._buckets[tracking_id].wait():
            raise TooMuch(seconds)

    async def take(self, body: bytes, about: Callable[[str], Request]) -> bytes:
        """Store a body's events and return the answer. Raises NotAnArray, NotStored.

        :param about: the request, given when it was received
        """
        now = self._clock()
        request = about(times.text(now))
        tracking_id = request.tracking
        quota = self._trackings[tracking_id].events_per_day
        over_quota = quota is not None and self._account.used(now, tracking_id) >= quota
        read = batch.read(body, request, over_quota=over_quota)
        self._buckets[tracking_id].take(read.accepted + len(read.faults))
        parts = [Part(RAW, now, read.lines), Part(REJECTED, now, read.refused)]
        if stored := [part for part in parts if part.lines]:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._group.store(*stored)
            except TimeoutError:
                raise NotStored from None
        self._account.count(now, tracking_id, read.accepted, over_quota=over_quota)
        self._count(tracking_id, read, over_quota=over_quota)
        return read.answer

    def _count(self, tracking_id: str, read: batch.Batch, *, over_quota: bool) -> None:
        self.metrics.events.labels(tracking_id).inc(read.accepted)
        if over_quota:
            self.metrics.over_quota.labels(tracking_id).inc(read.accepted)
        for fault in read.faults:
            self.metrics.refused.labels(tracking_id, str(fault.code)).inc()

    @property
    def is_refusing(self) -> bool:
        """Whether it cannot store at present, for lack of space or because a write has just failed."""
        return self._sink.is_full or time.monotonic() - self._failed_at < 10

    def figures(self) -> bytes:
        """The text of /metrics."""
        self.metrics.writes.set(self._group.writes)
        self.metrics.held_bytes.set(self._sink.held_bytes)
        self.metrics.oldest_seconds.set((self._clock() - self._stored_until()) / 1e9)
        self.metrics.refusing.set(self.is_refusing)
        return self.metrics.text()

    async def start(self) -> None:
        """Begin to store and to ship."""
        await asyncio.to_thread(self._remember)
        self._tasks = [
            asyncio.create_task(self._group.run()),
            asyncio.create_task(self._every(1, self._tick)),
            asyncio.create_task(self._every(1, self._ship)),
            asyncio.create_task(self._every(BEAT_SECONDS, self.beat)),
        ]

    async def stop(self) -> None:
        """Store what is pending and bring it to the lake; what the lake does not take in time stays on the disk."""
        await self._group.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._ship()
                await self.beat(ended=True)
        except Exception as error:
            log.warning("left for the next start: %d bytes; the lake: %s", self._sink.held_bytes, _words(error))

    async def beat(self, *, ended: bool = False) -> None:
        """Write to the lake that, and since when, this collector listens."""
        until = self._stored_until()
        self._look()
        for day, page in self._account.pages(until, ended=ended):
            await asyncio.to_thread(
                self._lake.put, listening_key(day, self._account.collector), msgspec.json.encode(page)
            )
        self._account.settle(until)

    async def _tick(self) -> None:
        self._look()
        await self._group.tick()

    async def _ship(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._shipper, self._sink.ship)

    def _look(self) -> None:
        if self.is_refusing:
            self._account.refuse(self._clock())
        else:
            self._account.listen(self._clock())

    def _refuse(self) -> None:
        self._failed_at = time.monotonic()
        self._account.refuse(self._clock())

    def _stored_until(self) -> int:
        oldest = self._group.oldest_ns(), self._sink.oldest_ns()
        return min([self._clock(), *(ns for ns in oldest if ns is not None)])

    def _remember(self) -> None:
        """Count what was taken earlier today, if the lake can be read."""
        now = self._clock()
        try:
            keys = list(self._lake.keys(f"{LISTENING}/{times.day(now)}/"))
            pages = [msgspec.json.decode(self._lake.get(key)[0], type=Listening) for key in keys]
        except Exception as error:
            log.warning("quotas start from 0, the lake cannot be read: %s", _words(error))
        else:
            self._account.remember(now, pages)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do something again and again; after failures at longer and longer intervals, up to a minute."""
        failures = 0
        while True:
            try:
                await work()
                failures = 0
            except Exception as error:
                failures += 1
                self.metrics.ship_failures.inc()
                log.warning("the lake or the disk: %s", _words(error))
            pause = min(60, seconds * 2 ** min(failures, 6))
            await asyncio.sleep(pause * random.uniform(0.5, 1) if failures else seconds)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
