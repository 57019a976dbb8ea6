"""What /metrics says, in Prometheus' text format: counts and sizes, by tracking id where that is of use."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

PREFIX = "bellwether_collector"


class Metrics:
    """The figures of one collector since its start."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            f"{PREFIX}_requests", "Requests to send events, by the answer's status", ["status"], registry=registry
        )
        self.events = Counter(f"{PREFIX}_events", "Events stored", ["tracking"], registry=registry)
        self.over_quota = Counter(
            f"{PREFIX}_events_over_quota", "Events stored beyond the daily quota", ["tracking"], registry=registry
        )
        self.refused = Counter(f"{PREFIX}_events_refused", "Events refused", ["tracking", "code"], registry=registry)
        self.seconds = Histogram(
            f"{PREFIX}_answer_seconds",
            "Time from a request's body to its answer",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
            registry=registry,
        )
        self.writes = Gauge(f"{PREFIX}_writes", "Writes, each of one or more requests", registry=registry)
        self.held_bytes = Gauge(f"{PREFIX}_held_bytes", "Bytes stored that are not in the lake yet", registry=registry)
        self.oldest_seconds = Gauge(
            f"{PREFIX}_oldest_seconds", "Age of the oldest line that is not in the lake yet", registry=registry
        )
        self.ship_failures = Counter(f"{PREFIX}_ship_failures", "Failed attempts to reach the lake", registry=registry)
        self.refusing = Gauge(f"{PREFIX}_refusing", "1 while events cannot be stored", registry=registry)

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)
