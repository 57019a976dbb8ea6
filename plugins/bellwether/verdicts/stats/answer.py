"""What a question's analysis says: frozen, printable, recomputable from the signals and the seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The four things that can be said."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    TOO_LITTLE_DATA = "too little data"
    NOT_MEASURABLE = "not measurable"


class Order(StrEnum):
    """Which comes first, by a test of its own; `p(forward) < p(backward)` says nothing about it."""

    CAUSE_FIRST = "cause first"
    EFFECT_FIRST = "effect first"
    NOT_RESOLVED = "order not resolved"


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One lag window: (0, minutes] after the event, [0, minutes] for onsets; before it where minutes is negative.

    observed, expected: share of events followed by an onset, or mean deseasonalised count (in units of its
        standard deviation), and its mean over the reshuffles.
    p: adjusted for all windows of its direction (max-T).
    """

    minutes: int
    n: int
    followed: int | None
    observed: float | None
    expected: float | None
    z: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """How large, at the window with the largest z, against matched times: same time of day, comparable days.

    unit "share": observed and expected are shares of events followed; value = observed - expected.
    unit "ratio": observed and expected are counts an event in the window; value = observed / expected - 1.
    low, high: a 95 % interval of `value` by `method`.
    """

    unit: str
    minutes: int
    n: int
    followed: int | None
    observed: float | None
    expected: float | None
    value: float | None
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The effect over lags: `values` by 5 minutes around the event, and the simultaneous 95 % band of the null."""

    minutes: tuple[int, ...]
    values: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """The reshuffles' largest z over the windows (`counts` between `edges`), and the observed one."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    observed: float


@dataclass(frozen=True, slots=True)
class Check:
    """A self-check: `passed` is None where it could not be made; `found` says what came of it."""

    name: str
    passed: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Coincidence:
    """An event and what followed it in the effect's window; times in seconds since 1970, UTC."""

    cause_at: int
    effect_at: int | None
    """The first onset in the window; None for counts and where nothing followed."""
    count: float | None
    """The count in the window, None for onsets."""
    expected: float | None
    """The count at matched times, None for onsets."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """How many events or slots of five minutes were left out, and why."""

    what: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a report says about one question."""

    verdict: Verdict
    reason: str
    """One plain sentence: why this verdict."""
    days: int
    """Whole local days of the window."""
    causes: int
    """Events of the cause that count (episodes, after merging and exclusions)."""
    effects: float
    """Episodes of the effect, or the total count."""
    p: float | None
    p_adjusted: float | None
    """After Benjamini-Hochberg over the questions."""
    p_strict: float | None
    """The larger of p and the p of whole-week permutation; for automated alerts."""
    smallest_p: float | None
    """The smallest p that these events could reach."""
    order: Order
    order_p: float | None
    first: int
    """Events with the effect after them, within 60 minutes."""
    last: int
    """Events with the effect before them, within 60 minutes."""
    effect: Effect | None
    detectable: float | None
    """The smallest effect (in the effect's unit) found in four of five cases at this amount of data."""
    more_days: int | None
    """How many more days are wanted, where the verdict is "too little data"."""
    forward: tuple[WindowResult, ...]
    backward: tuple[WindowResult, ...]
    curve: Curve | None
    histogram: Histogram | None
    checks: tuple[Check, ...]
    coincidences: tuple[Coincidence, ...]
    exclusions: tuple[Exclusion, ...]
    seed: int
    permutations: int
