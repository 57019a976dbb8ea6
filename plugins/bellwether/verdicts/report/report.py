"""A report: the questions' answers at one moment, with all that its page shows. JSON by msgspec."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from bellwether.verdicts.stats.answer import Answer


@dataclass(frozen=True, slots=True)
class Naive:
    """Pearson's correlation of hourly counts with its textbook p: what not to believe, and why we show it."""

    r: float | None
    p: float | None
    best_r: float | None = None
    """The largest correlation of five-minute counts among lags of up to four hours either way, tested as if it were
    the only one."""
    best_p: float | None = None
    best_minutes: int | None = None
    """That lag; negative where the effect comes first."""


@dataclass(frozen=True, slots=True)
class Series:
    """A count over time for a timeline: sums of `step_minutes` from `start` on; None where it is not covered."""

    label: str
    start: datetime
    step_minutes: int
    values: tuple[float | None, ...]
    expected: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """Events or intervals over time for a timeline; an event's two ends are equal, an open end is None."""

    label: str
    kind: str
    """outages, spikes, releases, … : the signal, which gives the colour."""
    spans: tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, of one pair of services, with its answer and what its timeline shows."""

    question: str
    """The question's id, e.g. `spikes_api_outages`."""
    services: str
    """Whom it was asked of, e.g. `api`; empty where there is but one."""
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
    """What was observed of one source, by local day, as shares of the day in thousandths."""

    label: str
    source: str
    first: date
    observed: tuple[int, ...]
    provisional: tuple[int, ...]
    last_observed_at: datetime | None
    flags: tuple[tuple[str, int], ...]
    """Of the flags in `coverage`, how many five-minute slots each concerns."""


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that is not what the report before said."""

    question: str
    services: str
    before: str
    after: str
    data: tuple[str, ...]
    """What changed in the data, a sentence each."""


@dataclass(frozen=True, slots=True)
class Report:
    """All answers as of one moment."""

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
        """Read what `to_json` wrote; msgspec.ValidationError for anything else."""
        return msgspec.json.decode(text, type=cls)
