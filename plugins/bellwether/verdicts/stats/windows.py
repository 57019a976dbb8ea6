"""The effect in windows after and before each slot: whether there is an onset, or a score of excess counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.verdicts.stats.baseline import expected
from bellwether.verdicts.stats.calendar import SLOTS, Calendar, Flags, Floats, Whole
from bellwether.verdicts.stats.events import Counts, Events

ENOUGH = 0.8
"""The share of a window that must be observed for an event to count in it."""
SLOT_MINUTES = 5
LEVEL_SLOTS = 3 * SLOTS
"""A level over one day would contain much of the effect, a level over a week lags behind the season; tuned between."""


@dataclass(frozen=True, slots=True)
class Lag:
    """A window of slots from `first` to `last`, relative to the event's slot; `minutes` is negative before it."""

    minutes: int
    first: int
    last: int


MOST_OUT = 2.0
LEAST_MEAN = 5.0
"""Windows with a smaller expected count are not clipped: many of them contain no counts at all."""
HOUR_BEFORE = Lag(-60, -12, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The effect by window and slot: `values` float (windows, slots), 0 where not `valid`, bool (windows, slots)."""

    values: Floats
    valid: Flags
    onsets: bool

    def look(self, slots: Whole) -> tuple[Floats, Flags]:
        """Values and validity at some slots, (windows, n)."""
        return self.values[:, slots], self.valid[:, slots]

    def unit(self, window: int) -> float:
        """The unit of displayed values: 1 for onsets, for counts their standard deviation over all slots."""
        if self.onsets:
            return 1.0
        known = self.valid[window]
        deviation = float(self.values[window][known].std()) if known.any() else 0.0
        return deviation if deviation > 1e-9 else float("nan")

    def first(self, windows: int) -> Field:
        """The field of the first windows only."""
        return Field(self.values[:windows], self.valid[:windows], self.onsets)


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """A series shifted by several lags: `series` float and `seen` bool (slots,), `by` int (windows,) in slots."""

    series: Floats
    seen: Flags
    by: Whole

    def look(self, slots: Whole) -> tuple[Floats, Flags]:
        """Values and validity at some slots, (windows, n)."""
        shifted = slots[None, :] + self.by[:, None]
        inside = (shifted >= 0) & (shifted < len(self.series))
        shifted = np.clip(shifted, 0, len(self.series) - 1)
        return self.series[shifted], self.seen[shifted] & inside


def forward(minutes: tuple[int, ...], effect: Events | Counts) -> tuple[Lag, ...]:
    """[0, minutes] for onsets, (0, minutes] for counts, because the event's own slot is partly before the event."""
    first = 0 if isinstance(effect, Events) else 1
    return tuple(Lag(length, first, length // SLOT_MINUTES) for length in minutes)


def backward(minutes: tuple[int, ...]) -> tuple[Lag, ...]:
    """[-minutes, 0), strictly before the event's slot."""
    return tuple(Lag(-length, -(length // SLOT_MINUTES), -1) for length in minutes)


def observed_around(effect: Events, minutes: int) -> Flags:
    """bool (slots,): enough of the time both before and after each slot is observed."""
    coverage = _running(effect.observed.ravel().astype(np.float64))
    reach = minutes // SLOT_MINUTES
    return _enough(coverage, Lag(minutes, 1, reach)) & _enough(coverage, Lag(-minutes, -reach, -1))


def onset_field(effect: Events, calendar: Calendar, lags: tuple[Lag, ...]) -> Field:
    """1 if the window has an onset, else 0."""
    slot = calendar.slot(effect.at)
    number = np.bincount(slot[slot >= 0], minlength=calendar.slots).astype(np.float64)
    seen = effect.observed.ravel()
    sums, coverage = _running(number), _running(seen.astype(np.float64))
    valid = np.stack([_enough(coverage, lag) for lag in lags])
    hit = np.stack([_within(sums, lag) > 0.5 for lag in lags]) & valid
    return Field(hit.astype(np.float64), valid, onsets=True)


def count_field(effect: Counts, calendar: Calendar, lags: tuple[Lag, ...]) -> Field:
    """The window's excess over the expected count, adjusted for the excess of the hour before.

    The score of a multiplicative rise of a negative binomial count Y with mean M, (Y - M) / (1 + d M), with M from the
    slot of the week and the surrounding three days; after the event, minus the prediction from the score of the hour
    before, by least squares over all slots. Extreme values are clipped, because a single burst would dominate the
    result. Permutation of the cause's days is valid for any function of the effect alone.
    """
    usual = expected(effect, calendar, LEVEL_SLOTS).ravel()
    seen = effect.observed.ravel() & ~np.isnan(usual)
    coverage = _running(seen.astype(np.float64))
    actual, expected_count = (_running(np.where(seen, row, 0.0)) for row in (effect.values.ravel(), usual))
    known = _enough(coverage, HOUR_BEFORE)
    earlier, _ = _score(_within(actual, HOUR_BEFORE), _within(expected_count, HOUR_BEFORE), known)
    values, valid = [], []
    for lag in lags:
        enough = _enough(coverage, lag)
        mean = _within(expected_count, lag)
        score, variance = _score(_within(actual, lag), mean, enough)
        beyond = score - _slope(score, earlier, enough & known) * earlier if lag.first > 0 else score
        values.append(_clipped(beyond, variance, mean, enough & (mean >= LEAST_MEAN)))
        valid.append(enough)
    counted = np.stack(valid)
    return Field(np.stack(values) * counted, counted, onsets=False)


def _score(actual: Floats, expected_count: Floats, known: Flags) -> tuple[Floats, Floats]:
    """(Y - M) / (1 + d M) and its variance M / (1 + d M), 0 where not known; d by moments over the known slots."""
    off, mean = (actual - expected_count) * known, expected_count * known
    dispersion = max(float((off * off - mean).sum() / max((mean * mean).sum(), 1e-9)), 0.0)
    return off / (1.0 + dispersion * mean), mean / (1.0 + dispersion * mean)


def _clipped(values: Floats, variance: Floats, mean: Floats, where: Flags) -> Floats:
    """Values clipped to MOST_OUT robust standard deviations (1.4826 MAD) around the median, each on its own scale.

    The limit is at least that of a Poisson count's scatter, for counts that vary less than a Poisson count.
    """
    if not where.any():
        return values
    unit = np.sqrt(np.where(where, variance, 1.0))
    plain = values / unit
    median = np.median(plain[where])
    poisson = np.sqrt(np.where(where, variance, 1.0) / np.where(where, mean, 1.0))
    reach = MOST_OUT * np.maximum(1.4826 * np.median(np.abs(plain[where] - median)), poisson)
    return np.where(where, np.clip(plain, median - reach, median + reach) * unit, values)


def _slope(later: Floats, earlier: Floats, known: Flags) -> float:
    x = earlier * known
    return float((x * later).sum() / max((x * x).sum(), 1e-9))


def _running(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


def _within(sums: Floats, lag: Lag) -> Floats:
    """Sums over each slot's window; time outside the days counts as 0."""
    return _later(sums, lag.last + 1) - _later(sums, lag.first)


def _later(sums: Floats, by: int) -> Floats:
    """The running sum `by` slots after (or before) each slot's start; constant beyond the ends."""
    size = len(sums) - 1
    by = min(max(by, -size), size)
    if by < 0:
        return np.concatenate([np.full(-by, sums[0]), sums[: size + by]])
    return np.concatenate([sums[by:size], np.full(by, sums[size])])


def _enough(coverage: Floats, lag: Lag) -> Flags:
    return _within(coverage, lag) >= ENOUGH * (lag.last - lag.first + 1) - 1e-6
