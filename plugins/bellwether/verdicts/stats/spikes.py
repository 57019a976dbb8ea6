"""Spikes: counts far above their expected value, relative to their usual scatter at that time of day."""

from __future__ import annotations

import numpy as np

from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.baseline import circular_sum, expected, stabilised
from bellwether.verdicts.stats.calendar import Calendar, Flags, Floats
from bellwether.verdicts.stats.events import HOUR, Counts, Events

THREE_HOURS = 18
LEAST_SCALE = 0.5
"""Poisson counts have a standard deviation of 1 on the stabilised scale; a smaller scale is not trusted."""


def scores(counts: Counts, calendar: Calendar) -> Floats:
    """The deviation of the sum of a slot and its two neighbours, in robust standard deviations of that time of day.

    Float (days, 288), NaN where unobserved: (r - median) / (1.4826 MAD), with the MAD smoothed over three hours.
    Unobserved neighbours are left out of both the counts and the expected counts.
    """
    usual = expected(counts, calendar)
    seen = counts.observed & ~np.isnan(usual)
    actual, usual = (_with_neighbours(values, seen) for values in (counts.values, usual))
    off = stabilised(actual) - stabilised(usual)
    median = _median(off)
    spread = _median(np.abs(off - median))
    known = ~np.isnan(spread)
    smooth = circular_sum(np.where(known, spread, 0.0), THREE_HOURS)
    near = np.maximum(circular_sum(known.astype(np.float64), THREE_HOURS), 1.0)
    return (off - median) / np.maximum(1.4826 * smooth / near, LEAST_SCALE)


def spikes(
    counts: Counts, calendar: Calendar, threshold: float = 3.5, hidden: Flags | None = None
) -> tuple[Events, tuple[Exclusion, ...]]:
    """Onsets of two successive slots above the threshold, or of one slot before unobserved time; merged within an hour.

    hidden: slots of an outage after its first, and of the hour after it. Spikes in them are returning traffic, not
    causes: they are left out, and the slots count as unobserved.
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
        (int((~first).sum()), "within an hour of the spike before: the same spike"),
        (int(refill.sum()), "during an outage or in the hour after it"),
    ]
    kept = Events(at[first & ~refill], ~np.isnan(score) & ~shadow)
    return kept, tuple(Exclusion("spikes", number, reason) for number, reason in left if number)


def _with_neighbours(values: Floats, seen: Flags) -> Floats:
    row = np.concatenate([[0.0], np.where(seen, values, 0.0).ravel(), [0.0]])
    return np.where(seen, (row[:-2] + row[1:-1] + row[2:]).reshape(values.shape), np.nan)


def _median(values: Floats) -> Floats:
    """Medians by column, ignoring NaN; NaN for columns of NaN only."""
    number = (~np.isnan(values)).sum(axis=0)
    ranked = np.sort(values, axis=0)
    columns = np.arange(values.shape[1])
    low, high = np.maximum((number - 1) // 2, 0), np.minimum(number // 2, max(len(values) - 1, 0))
    middle = (ranked[low, columns] + ranked[high, columns]) / 2 if len(values) else np.full(values.shape[1], np.nan)
    return np.where(number > 0, middle, np.nan)
