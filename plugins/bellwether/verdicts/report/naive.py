"""What a spreadsheet would say: correlations of raw counts. Shown beside the answer, never as one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.report.report import Naive

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
    lags = range(-min(_FURTHEST_SLOTS, len(one) - 1), min(_FURTHEST_SLOTS, len(one) - 1) + 1)
    found = {lag: _r(*_shifted(one, other, lag)) for lag in lags}
    best = max(found, key=lambda lag: abs(found[lag] or 0.0), default=0)
    if found.get(best) is None:
        return Naive(r, p)
    return Naive(r, p, *_pearson(*_shifted(one, other, best)), 5 * best)


def _shifted(one: Floats, other: Floats, lag: int) -> tuple[Floats, Floats]:
    """The pairs of a slot of one and the other's `lag` slots later."""
    return (one[: len(one) - lag], other[lag:]) if lag >= 0 else (one[-lag:], other[:lag])


def _r(one: Floats, other: Floats) -> float | None:
    both = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[both], other[both]
    if len(one) < _FEWEST_PAIRS or not np.ptp(one) or not np.ptp(other):
        return None
    one, other = one - one.mean(), other - other.mean()
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def _pearson(one: Floats, other: Floats) -> tuple[float | None, float | None]:
    """r, and its p if the pairs were independent and normal."""
    from scipy.stats import beta

    r, pairs = _r(one, other), int((~np.isnan(one) & ~np.isnan(other)).sum())
    if r is None:
        return None, None
    half = pairs / 2 - 1
    return r, float(2 * beta.sf((1 + min(abs(r), 1.0)) / 2, half, half))
