"""A report: the questions' answers as of a time, with all data of its page. Stored as JSON by msgspec."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from bellwether.verdicts.stats.answer import Answer


@dataclass(frozen=True, slots=True)
class Naive:
    """Pearson's correlation of hourly counts with its textbook p, shown only as a warning example."""

    r: float | None
    p: float | None
    best_r: float | None = None
    """The correlation of five-minute counts that is largest in size among lags of up to four hours in both directions,
    tested as if it were the only lag."""
    best_p: float | None = None
    best_minutes: int | None = None
    """Its lag; negative if the effect comes first."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of a timeline: sums over `step_minutes` from `start` on; None where the time is not covered."""

    label: str
    start: datetime
    step_minutes: int
    values: tuple[float | None, ...]
    expected: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """Events or intervals of a timeline; an event's two ends are equal, an open end is None."""

    label: str
    kind: str
    """The signal, e.g. outages, spikes or releases, which determines the colour."""
    spans: tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a pair of services, with its answer and the data of its timeline."""

    question: str
    """The question's id, e.g. `spikes_api_outages`."""
    services: str
    """The services that it is about, e.g. `api`; empty if the question has only one pair."""
    ask: str
    """The question in words."""
    cause: str
    """Plural, e.g. `traffic spikes`."""
    effect: str
    """Plural, e.g. `API outages`, `new users`."""
    minutes: tuple[int, ...]
    """The lag windows, fixed beforehand."""
    sides: str
    """greater | two-sided"""
    answer: Answer
    naive: Naive
    series: tuple[Series, ...]
    tracks: tuple[Track, ...]
    cause_observed: float = 1.0
    """The share of the days' time in which the cause was observed, settled and not hidden."""
    effect_observed: float = 1.0


@dataclass(frozen=True, slots=True)
class Strip:
    """The observed share of each local day for one source, in thousandths."""

    label: str
    source: str
    first: date
    observed: tuple[int, ...]
    provisional: tuple[int, ...]
    last_observed_at: datetime | None
    flags: tuple[tuple[str, int], ...]
    """The flags in `coverage` with the number of their five-minute slots."""


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that differs from the previous report's."""

    question: str
    services: str
    before: str
    after: str
    data: tuple[str, ...]
    """The changes in the data, as sentences."""


@dataclass(frozen=True, slots=True)
class Report:
    """All answers as of a time."""

    as_of: datetime
    since: datetime
    until: datetime
    zone: str
    seed: int
    permutations: int
    code_version: str
    asked: tuple[Asked, ...]
    strips: tuple[Strip, ...]
    changes: tuple[Change, ...]
    previous_as_of: datetime | None

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes) -> Report:
        """Parse the result of `to_json`. Raises msgspec.ValidationError for other input."""
        return msgspec.json.decode(text, type=cls)
