"""What a spreadsheet would say: correlations of raw counts. Shown beside the answer, never as one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.reports.report import Naive

_SLOTS_AN_HOUR = 12
_FURTHEST_SLOTS = 48
_FEWEST_PAIRS = 3

Floats = NDArray[np.float64]


def naive(cause: Floats, effect: Floats) -> Naive:
    """Correlation of hourly counts, and the best one of five-minute counts over lags, with the p of a textbook.

    cause, effect: counts of five minutes, float (days, 288), NaN where not observed. None for what too few pairs,
    or counts that are all alike, leave undefined.
    """
    r, p = _pearson(*(values.reshape(-1, _SLOTS_AN_HOUR).sum(axis=1) for values in (cause, effect)))
    one, other = cause.ravel(), effect.ravel()
    found = [(*_lagged(one, other, lag), lag) for lag in range(-_FURTHEST_SLOTS, _FURTHEST_SLOTS + 1)]
    tested = [(best_r, best_p, lag) for best_r, best_p, lag in found if best_r is not None]
    if not tested:
        return Naive(r, p)
    best_r, best_p, lag = max(tested, key=lambda each: abs(each[0]))
    return Naive(r, p, best_r, best_p, 5 * lag)


def _lagged(one: Floats, other: Floats, lag: int) -> tuple[float | None, float | None]:
    if abs(lag) >= len(one):
        return None, None
    return _pearson(one[: len(one) - lag], other[lag:]) if lag >= 0 else _pearson(one[-lag:], other[:lag])


def _pearson(one: Floats, other: Floats) -> tuple[float | None, float | None]:
    from scipy.stats import pearsonr

    both = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[both], other[both]
    if len(one) < _FEWEST_PAIRS or not np.ptp(one) or not np.ptp(other):
        return None, None
    found = pearsonr(one, other)
    return float(found.statistic), float(found.pvalue)
