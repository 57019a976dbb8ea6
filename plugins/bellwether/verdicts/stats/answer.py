"""The result of a question's analysis: frozen, and reproducible from the signals and the seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The four possible verdicts."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    TOO_LITTLE_DATA = "too little data"
    NOT_MEASURABLE = "not measurable"


class Order(StrEnum):
    """Which side comes first, by a separate test; `p(forward) < p(backward)` is no evidence of it."""

    CAUSE_FIRST = "cause first"
    EFFECT_FIRST = "effect first"
    NOT_RESOLVED = "order not resolved"


@dataclass(frozen=True, slots=True)
class WindowResult:
    """A lag window: (0, minutes] after the event, [0, minutes] for onsets; before the event if minutes is negative.

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
    """The effect size in the window with the largest z, against matched times: same time of day, comparable days.

    unit "share": observed and expected are shares of events followed; value = observed - expected.
    unit "ratio": observed and expected are counts per event in the window; value = observed / expected - 1.
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
    """The effect over lags: `values` per 5 minutes around the event, and the simultaneous 95 % band of the null."""

    minutes: tuple[int, ...]
    values: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """The reshuffles' largest z over the windows (`counts` between `edges`), and the observed largest z."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    observed: float


@dataclass(frozen=True, slots=True)
class Check:
    """A self-check: `passed` is None if the check was impossible; `found` is its result in words."""

    name: str
    passed: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Coincidence:
    """An event and the effect in the window after it; times in seconds since 1970, UTC."""

    cause_at: int
    effect_at: int | None
    """The first onset in the window; None for counts, and if there was no onset."""
    count: float | None
    """The count in the window, None for onsets."""
    expected: float | None
    """The count at matched times, None for onsets."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The number of events or five-minute slots that were left out, and the reason."""

    what: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All results for a question."""

    verdict: Verdict
    reason: str
    """The reason for the verdict in a plain sentence."""
    days: int
    """The number of whole local days of the window."""
    causes: int
    """The number of the cause's episodes, after merging and exclusions."""
    effects: float
    """The number of the effect's episodes, or the total count."""
    p: float | None
    p_adjusted: float | None
    """After Benjamini-Hochberg over the questions."""
    p_strict: float | None
    """The larger of p and the p under permutation of whole weeks; for automated alerts."""
    smallest_p: float | None
    """The smallest p attainable with these events."""
    order: Order
    order_p: float | None
    first: int
    """The number of events with the effect within 60 minutes after them."""
    last: int
    """The number of events with the effect within 60 minutes before them."""
    effect: Effect | None
    detectable: float | None
    """The smallest effect (in the effect's unit) that this amount of data detects with a power of 80 %."""
    more_days: int | None
    """The number of further days needed if the verdict is "too little data"."""
    forward: tuple[WindowResult, ...]
    backward: tuple[WindowResult, ...]
    curve: Curve | None
    histogram: Histogram | None
    checks: tuple[Check, ...]
    coincidences: tuple[Coincidence, ...]
    exclusions: tuple[Exclusion, ...]
    seed: int
    permutations: int
