"""The effect over lags with a simultaneous band of the null, and the histogram of the reshuffles' largest z."""

from __future__ import annotations

import numpy as np

from bellwether.verdicts.stats.answer import Curve, Histogram
from bellwether.verdicts.stats.calendar import Calendar, Flags, Floats, Whole
from bellwether.verdicts.stats.events import Counts, Events
from bellwether.verdicts.stats.maxt import MaxT, blocks, max_t, summed
from bellwether.verdicts.stats.reshuffle import reshuffles
from bellwether.verdicts.stats.windows import SLOT_MINUTES, Shifted

BEFORE, AFTER = -120, 240
"""Minutes around the event that the curve shows."""
LEVEL = 0.95
BINS = 40


def curve(
    cause: Whole, seen: Flags, effect: Events | Counts, calendar: Calendar, permutations: int, seed: int
) -> Curve | None:
    """Share of events with an onset, or mean count, by five-minute slots around the event's slot.

    expected: the mean of the reshuffles. low, high: the band that contains 95 % of the reshuffles at all lags at once,
    of equal width in standard deviations, truncated at 0. None without events; unobserved lags have None.
    """
    if len(cause) == 0:
        return None
    minutes = tuple(range(BEFORE, AFTER + 1, SLOT_MINUTES))
    shifted = Shifted(*_series(effect, calendar), np.array(minutes) // SLOT_MINUTES)
    table = blocks(cause, seen, shifted, reshuffles(calendar.strata, permutations, seed))
    result = max_t(summed(table, len(minutes), permutations), two_sided=True)
    reach = np.quantile(result.largest, LEVEL) if np.isfinite(result.largest).all() else 0.0
    low, high = (result.expected + side * reach * result.spread for side in (-1, 1))
    return Curve(minutes, *(_plain(row) for row in (result.observed, result.expected, np.maximum(low, 0.0), high)))


def histogram(result: MaxT) -> Histogram | None:
    """The reshuffles' largest z in bins of equal width; None if no window varies."""
    if not np.isfinite(result.largest).all():
        return None
    counts, edges = np.histogram(result.largest[1:], BINS)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), float(result.largest[0]))


def _series(effect: Events | Counts, calendar: Calendar) -> tuple[Floats, Flags]:
    if isinstance(effect, Counts):
        return np.nan_to_num(effect.values.ravel()), effect.observed.ravel()
    slot = calendar.slot(effect.at)
    onset = np.bincount(slot[slot >= 0], minlength=calendar.slots) > 0
    return onset.astype(np.float64), effect.observed.ravel()


def _plain(row: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in row)
