"""Spikes: when a count leaves what its hour, its day and its usual scatter explain."""

from __future__ import annotations

import numpy as np

from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.baseline import circular_sum, expected, stabilised
from bellwether.verdicts.stats.calendar import Calendar, Flags, Floats
from bellwether.verdicts.stats.events import HOUR, Counts, Events

THREE_HOURS = 18
LEAST_SCALE = 0.5
"""Poisson counts have a scale of 1 on the stabilised scale; below this there is too little to tell a spike by."""


def scores(counts: Counts, calendar: Calendar) -> Floats:
    """How far the sum of a slot and its two neighbours is out, in robust standard deviations of that time of day.

    Float (days, 288), NaN where unobserved: (r - median) / (1.4826 MAD), the MAD smoothed over three hours. An
    unobserved neighbour is left out of the counts and of what was expected alike.
    """
    usual = expected(counts, calendar)
    seen = counts.observed & ~np.isnan(usual)
    came, usual = (_with_neighbours(values, seen) for values in (counts.values, usual))
    off = stabilised(came) - stabilised(usual)
    median = _median(off)
    spread = _median(np.abs(off - median))
    known = ~np.isnan(spread)
    smooth = circular_sum(np.where(known, spread, 0.0), THREE_HOURS)
    near = np.maximum(circular_sum(known.astype(np.float64), THREE_HOURS), 1.0)
    return (off - median) / np.maximum(1.4826 * smooth / near, LEAST_SCALE)


def spikes(
    counts: Counts, calendar: Calendar, threshold: float = 3.5, hidden: Flags | None = None
) -> tuple[Events, tuple[Exclusion, ...]]:
    """Onsets of two slots in a row above the threshold, or of one before unobserved time; within an hour they are one.

    hidden: slots in an outage, after that in which it began, or in the hour after it: their spikes are refill and not
    what came first; they are left out, and count as unobserved.
    """
    score = scores(counts, calendar)
    high = np.nan_to_num(score, nan=-np.inf).ravel() > threshold
    pair = high & np.append(high[1:] | np.isnan(score.ravel()[1:]), False)
    begins = np.flatnonzero(pair & ~np.append(False, pair[:-1]))
    at = calendar.at(begins)
    first = np.append(True, np.diff(at) > HOUR)[: len(at)]
    shadow = np.zeros(score.shape, dtype=bool) if hidden is None else hidden
    refill = shadow.ravel()[begins] & first
    left = [
        (int((~first).sum()), "within an hour of the one before: one spike"),
        (int(refill.sum()), "during an outage or in the hour after it"),
    ]
    kept = Events(at[first & ~refill], ~np.isnan(score) & ~shadow)
    return kept, tuple(Exclusion("spikes", number, reason) for number, reason in left if number)


def _with_neighbours(values: Floats, seen: Flags) -> Floats:
    row = np.concatenate([[0.0], np.where(seen, values, 0.0).ravel(), [0.0]])
    return np.where(seen, (row[:-2] + row[1:-1] + row[2:]).reshape(values.shape), np.nan)


def _median(values: Floats) -> Floats:
    """Medians by column of what is not NaN; NaN for columns of nothing else."""
    number = (~np.isnan(values)).sum(axis=0)
    ranked = np.sort(values, axis=0)
    columns = np.arange(values.shape[1])
    low, high = np.maximum((number - 1) // 2, 0), np.minimum(number // 2, max(len(values) - 1, 0))
    middle = (ranked[low, columns] + ranked[high, columns]) / 2 if len(values) else np.full(values.shape[1], np.nan)
    return np.where(number > 0, middle, np.nan)
