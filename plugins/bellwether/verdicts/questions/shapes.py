"""The contents of questions.toml and services.toml as frozen structs.

They are stored as JSON with each report, so that the report can be recomputed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from bellwether.services import Services


class Side(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cause or effect: a signal, how it is analysed, and for which services."""

    signal: str
    kind: Literal["events", "spikes", "counts"] = msgspec.field(name="as")
    role: str | None = None
    """None: all services with the signal, taken together."""
    label: str
    """Plural; `{service}` stands for the service's label."""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question: is the effect associated with the cause, at lags fixed beforehand?"""

    id: str
    ask: str
    cause: Side
    effect: Side
    minutes: tuple[int, ...]
    sides: Literal["greater", "two-sided"]
    merge_minutes: int = 60
    """Events of a side at most this far apart are merged into one; 0 merges no points."""
    strict: bool = False
    """Also require significance under permutation of whole weeks, for two series that both cluster over days."""


class SignalWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of a signal in addition to its SQL."""

    label: str = ""
    hidden_by: str | None = None
    """The signal of the same service (intervals) during which this one is not counted."""


class Questions(Services, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The services and the questions about them."""

    questions: tuple[Question, ...]
    signals: dict[str, SignalWords]
    seed: int
    permutations: int
    weeks: int
    at_most_every_seconds: int

    @property
    def at_most_every(self) -> timedelta:
        """The shortest time between two reports that are triggered by updates of assets."""
        return timedelta(seconds=self.at_most_every_seconds)

    def label_of(self, signal: str) -> str:
        """A signal's label."""
        return (self.signals[signal].label if signal in self.signals else "") or signal.replace("_", " ")

    def hidden_by(self, signal: str) -> str | None:
        """The signal during which this one is not counted, if any."""
        return self.signals[signal].hidden_by if signal in self.signals else None

    def to_json(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def from_json(cls, text: bytes) -> Questions:
        """Parse the result of `to_json`. Raises msgspec.ValidationError for other input."""
        return msgspec.json.decode(text, type=cls)
