"""What the two files say, frozen; kept as JSON with each report, so that it can be computed again."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec


class Side(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cause or effect: a signal, how it is looked at, and of whom."""

    signal: str
    kind: Literal["events", "spikes", "counts"] = msgspec.field(name="as")
    role: str | None = None
    """None: all services that have the signal, taken together."""
    label: str
    """Plural; `{service}` stands for the service's label."""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: does the effect go with the cause, at lags fixed beforehand?"""

    id: str
    ask: str
    cause: Side
    effect: Side
    minutes: tuple[int, ...]
    sides: Literal["greater", "two-sided"]
    merge_minutes: int = 60
    """Events of a side that chain within this are one; 0 leaves points apart."""
    strict: bool = False
    """Whole weeks changing places must not explain it either: for two series that both have bad spells of days."""


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the user's services and its subjects by source."""

    name: str
    label: str
    role: str
    subjects: dict[str, tuple[str, ...]]


class SignalWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a signal beside its SQL."""

    label: str = ""
    hidden_by: str | None = None
    """The signal of the same service (intervals) during which this one is not counted."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table that feeds a signal, and its key in the coverage ledger."""

    signal: str
    name: str
    source: str
    stream: str


class Questions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a report is about."""

    questions: tuple[Question, ...]
    services: tuple[Service, ...]
    signals: dict[str, SignalWords]
    tables: tuple[Table, ...]
    """Of every signal that some service has subjects for."""
    zone: str
    seed: int
    permutations: int
    weeks: int
    at_most_every_seconds: int

    @property
    def at_most_every(self) -> timedelta:
        """How soon after a report an asset's update makes another."""
        return timedelta(seconds=self.at_most_every_seconds)

    def service(self, name: str) -> Service:
        """The service of that name. Raises StopIteration for a name that is none."""
        return next(service for service in self.services if service.name == name)

    def label_of(self, signal: str) -> str:
        """A signal in words."""
        return (self.signals[signal].label if signal in self.signals else "") or signal.replace("_", " ")

    def hidden_by(self, signal: str) -> str | None:
        """The signal during which this one is not counted, if there is one."""
        return self.signals[signal].hidden_by if signal in self.signals else None

    def tables_of(self, signal: str, service: str | None = None) -> tuple[Table, ...]:
        """The tables that feed a signal, of one service or at all."""
        sources = self.service(service).subjects if service else None
        return tuple(
            table for table in self.tables if table.signal == signal and (sources is None or table.source in sources)
        )

    def having(self, signal: str, role: str | None = None) -> tuple[Service, ...]:
        """The services that have a signal's subjects; with a role, all those of it."""
        if role is not None:
            return tuple(service for service in self.services if service.role == role)
        return tuple(service for service in self.services if self.tables_of(signal, service.name))

    def to_json(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def from_json(cls, text: bytes) -> Questions:
        """Read what `to_json` wrote; msgspec.ValidationError for anything else."""
        return msgspec.json.decode(text, type=cls)
