"""What a collector says of itself in the lake: when it listened, what it took, and up to when all of it is stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from bellwether.events.collector import times
from bellwether.events.envelope import Listening


class Account:
    """Kept from the start of a collector to its end. Times are nanoseconds since 1970.

    :param collector: its name
    """

    def __init__(self, collector: str, now_ns: int) -> None:
        self.collector = collector
        self.refusing = False
        self._spans = [[now_ns, now_ns]]
        self._events: dict[str, Counter[str]] = defaultdict(Counter)
        self._over_quota: dict[str, Counter[str]] = defaultdict(Counter)
        self._earlier: dict[str, Counter[str]] = defaultdict(Counter)

    def listen(self, now_ns: int) -> None:
        """It takes events now, and did since it last said so."""
        if self.refusing:
            self._spans.append([now_ns, now_ns])
        self._spans[-1][1] = max(self._spans[-1][1], now_ns)
        self.refusing = False

    def refuse(self, now_ns: int) -> None:
        """It cannot store, and takes no events from now on."""
        if not self.refusing:
            self.listen(now_ns)
        self.refusing = True

    def count(self, now_ns: int, tracking_id: str, events: int, *, over_quota: bool) -> None:
        """It has stored events."""
        day = times.day(now_ns)
        self._events[day][tracking_id] += events
        if over_quota:
            self._over_quota[day][tracking_id] += events

    def remember(self, now_ns: int, others: Iterable[Listening]) -> None:
        """Let what was taken earlier that day, before a restart or by other collectors, use up the quota."""
        for each in others:
            self._earlier[times.day(now_ns)].update(each.events)

    def used(self, now_ns: int, tracking_id: str) -> int:
        """Events of a tracking id on that day, as far as this process knows."""
        day = times.day(now_ns)
        return self._events[day][tracking_id] + self._earlier[day][tracking_id]

    def pages(self, stored_until_ns: int, *, ended: bool = False) -> Iterator[tuple[str, Listening]]:
        """Each day that is not settled, and what is to be said of it."""
        for day in times.days(self._spans[0][0], self._spans[-1][1]):
            first, end = times.day_bounds(day)
            clipped = [(max(since, first), min(until, end)) for since, until in self._spans]
            yield (
                day,
                Listening(
                    collector=self.collector,
                    spans=[(times.text(since), times.text(until)) for since, until in clipped if since < until],
                    stored_until=times.text(stored_until_ns),
                    ended=ended,
                    events=dict(self._events[day]),
                    over_quota=dict(self._over_quota[day]),
                ),
            )

    def settle(self, stored_until_ns: int) -> None:
        """Forget the days whose pages will not change any more."""
        first, _ = times.day_bounds(times.day(stored_until_ns))
        self._spans = [[max(since, first), until] for since, until in self._spans if until >= first] or self._spans[-1:]
        for counts in (self._events, self._over_quota, self._earlier):
            for day in [day for day in counts if times.day_bounds(day)[1] <= first]:
                del counts[day]
