"""What the two files say, frozen; kept as JSON with each report, so that it can be computed again."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from bellwether.services import Services


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


class SignalWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a signal beside its SQL."""

    label: str = ""
    hidden_by: str | None = None
    """The signal of the same service (intervals) during which this one is not counted."""


class Questions(Services, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a report is about: the services, and what is asked of them."""

    questions: tuple[Question, ...]
    signals: dict[str, SignalWords]
    seed: int
    permutations: int
    weeks: int
    at_most_every_seconds: int

    @property
    def at_most_every(self) -> timedelta:
        """How soon after a report an asset's update makes another."""
        return timedelta(seconds=self.at_most_every_seconds)

    def label_of(self, signal: str) -> str:
        """A signal in words."""
        return (self.signals[signal].label if signal in self.signals else "") or signal.replace("_", " ")

    def hidden_by(self, signal: str) -> str | None:
        """The signal during which this one is not counted, if there is one."""
        return self.signals[signal].hidden_by if signal in self.signals else None

    def to_json(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def from_json(cls, text: bytes) -> Questions:
        """Read what `to_json` wrote; msgspec.ValidationError for anything else."""
        return msgspec.json.decode(text, type=cls)
