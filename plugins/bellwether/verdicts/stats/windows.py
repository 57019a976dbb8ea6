"""What a moment sees in the windows after and before it: an onset or not, or how many more counts than expected."""

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
"""A level of one day would hold much of the effect, one of a week lags behind the season; measured between the two."""


@dataclass(frozen=True, slots=True)
class Lag:
    """A window of slots from `first` to `last`, counted from the event's own; `minutes` is negative before it."""

    minutes: int
    first: int
    last: int


MOST_OUT = 2.0
LEAST_MEAN = 5.0
"""A window with fewer counts expected is not drawn in: half of such windows hold next to nothing."""
HOUR_BEFORE = Lag(-60, -12, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What each moment sees: `values` float (windows, slots), 0 where not `valid`, bool (windows, slots)."""

    values: Floats
    valid: Flags
    onsets: bool

    def look(self, slots: Whole) -> tuple[Floats, Flags]:
        """Values and validity at some slots, (windows, n)."""
        return self.values[:, slots], self.valid[:, slots]

    def unit(self, window: int) -> float:
        """What a value is divided by to be read: 1 for onsets, for counts their standard deviation over all slots."""
        if self.onsets:
            return 1.0
        known = self.valid[window]
        deviation = float(self.values[window][known].std()) if known.any() else 0.0
        return deviation if deviation > 1e-9 else float("nan")

    def first(self, windows: int) -> Field:
        """The field of the first windows alone."""
        return Field(self.values[:windows], self.valid[:windows], self.onsets)


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """A series as each moment sees it so many slots later or earlier: float and bool (slots,), `by` int (windows,)."""

    series: Floats
    seen: Flags
    by: Whole

    def look(self, slots: Whole) -> tuple[Floats, Flags]:
        """Values and validity at some slots, (windows, n)."""
        place = slots[None, :] + self.by[:, None]
        inside = (place >= 0) & (place < len(self.series))
        place = np.clip(place, 0, len(self.series) - 1)
        return self.series[place], self.seen[place] & inside


def forward(minutes: tuple[int, ...], effect: Events | Counts) -> tuple[Lag, ...]:
    """[0, minutes] for onsets, (0, minutes] for counts, whose own slot is partly before the event."""
    first = 0 if isinstance(effect, Events) else 1
    return tuple(Lag(length, first, length // SLOT_MINUTES) for length in minutes)


def backward(minutes: tuple[int, ...]) -> tuple[Lag, ...]:
    """[-minutes, 0), strictly before the event's slot."""
    return tuple(Lag(-length, -(length // SLOT_MINUTES), -1) for length in minutes)


def observed_around(effect: Events, minutes: int) -> Flags:
    """bool (slots,): enough is observed of the time both before and after each slot to see an onset there."""
    looked = _running(effect.observed.ravel().astype(np.float64))
    reach = minutes // SLOT_MINUTES
    return _enough(looked, Lag(minutes, 1, reach)) & _enough(looked, Lag(-minutes, -reach, -1))


def onset_field(effect: Events, calendar: Calendar, lags: tuple[Lag, ...]) -> Field:
    """1 where the window has an onset, else 0."""
    slot = calendar.slot(effect.at)
    number = np.bincount(slot[slot >= 0], minlength=calendar.slots).astype(np.float64)
    seen = effect.observed.ravel()
    sums, looked = _running(number), _running(seen.astype(np.float64))
    valid = np.stack([_enough(looked, lag) for lag in lags])
    hit = np.stack([_within(sums, lag) > 0.5 for lag in lags]) & valid
    return Field(hit.astype(np.float64), valid, onsets=True)


def count_field(effect: Counts, calendar: Calendar, lags: tuple[Lag, ...]) -> Field:
    """How far the window's count is beyond what was expected, given what the hour before was already beyond it.

    The score of a rise by a factor of a negative binomial count Y of mean M, (Y - M) / (1 + d M), M from the slot of
    the week and the three days around; less, after the event, what the score of the hour before foretells, by least
    squares over all slots. What is far out is drawn in, or a single burst of counts would drown all else. Reshuffles
    of the cause's days hold for any function of the effect alone.
    """
    usual = expected(effect, calendar, LEVEL_SLOTS).ravel()
    seen = effect.observed.ravel() & ~np.isnan(usual)
    looked = _running(seen.astype(np.float64))
    came, due = (_running(np.where(seen, row, 0.0)) for row in (effect.values.ravel(), usual))
    known = _enough(looked, HOUR_BEFORE)
    earlier, _ = _score(_within(came, HOUR_BEFORE), _within(due, HOUR_BEFORE), known)
    values, valid = [], []
    for lag in lags:
        enough = _enough(looked, lag)
        mean = _within(due, lag)
        score, variance = _score(_within(came, lag), mean, enough)
        beyond = score - _slope(score, earlier, enough & known) * earlier if lag.first > 0 else score
        values.append(_drawn_in(beyond, variance, mean, enough & (mean >= LEAST_MEAN)))
        valid.append(enough)
    counted = np.stack(valid)
    return Field(np.stack(values) * counted, counted, onsets=False)


def _score(came: Floats, due: Floats, known: Flags) -> tuple[Floats, Floats]:
    """(Y - M) / (1 + d M) and its variance M / (1 + d M), 0 where not known; d by moments over what is known."""
    off, mean = (came - due) * known, due * known
    dispersion = max(float((off * off - mean).sum() / max((mean * mean).sum(), 1e-9)), 0.0)
    return off / (1.0 + dispersion * mean), mean / (1.0 + dispersion * mean)


def _drawn_in(values: Floats, variance: Floats, mean: Floats, where: Flags) -> Floats:
    """Values within MOST_OUT robust standard deviations (1.4826 MAD) of the median, each on the scale of its own.

    Never nearer than a Poisson count's own scatter, which a count too regular to be one may lack.
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
    """Sums over each slot's window; what lies beyond the days counts as nothing."""
    return _later(sums, lag.last + 1) - _later(sums, lag.first)


def _later(sums: Floats, by: int) -> Floats:
    """The running sum `by` slots later, or earlier, than each slot's start; beyond the ends it stays as it is."""
    size = len(sums) - 1
    by = min(max(by, -size), size)
    if by < 0:
        return np.concatenate([np.full(-by, sums[0]), sums[: size + by]])
    return np.concatenate([sums[by:size], np.full(by, sums[size])])


def _enough(looked: Floats, lag: Lag) -> Flags:
    return _within(looked, lag) >= ENOUGH * (lag.last - lag.first + 1) - 1e-6
