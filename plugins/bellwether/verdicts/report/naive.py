"""Naive correlations of raw counts, as a spreadsheet computes them: shown for comparison, never as an answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.report.report import Naive

_SLOTS_AN_HOUR = 12
_FURTHEST_SLOTS = 48
_FEWEST_PAIRS = 3

Floats = NDArray[np.float64]


def naive(cause: Floats, effect: Floats) -> Naive:
    """Pearson's r of hourly counts, and the largest |r| of five-minute counts over lags, with textbook p-values.

    cause, effect: counts of five minutes, float (days, 288), NaN where not observed. Fields are None if there are
    too few pairs or if all counts are equal.
    """
    r, p = _pearson(*(values.reshape(-1, _SLOTS_AN_HOUR).sum(axis=1) for values in (cause, effect)))
    x, y = cause.ravel(), effect.ravel()
    furthest = min(_FURTHEST_SLOTS, len(x) - 1)
    by_lag = {lag: _r(*_shifted(x, y, lag)) for lag in range(-furthest, furthest + 1)}
    best = max(by_lag, key=lambda lag: abs(by_lag[lag] or 0.0), default=0)
    if by_lag.get(best) is None:
        return Naive(r, p)
    return Naive(r, p, *_pearson(*_shifted(x, y, best)), 5 * best)


def _shifted(x: Floats, y: Floats, lag: int) -> tuple[Floats, Floats]:
    """Pairs of a slot of x and the slot of y `lag` slots later."""
    return (x[: len(x) - lag], y[lag:]) if lag >= 0 else (x[-lag:], y[:lag])


def _r(x: Floats, y: Floats) -> float | None:
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    if len(x) < _FEWEST_PAIRS or not np.ptp(x) or not np.ptp(y):
        return None
    x, y = x - x.mean(), y - y.mean()
    return float(x @ y / np.sqrt((x @ x) * (y @ y)))


def _pearson(x: Floats, y: Floats) -> tuple[float | None, float | None]:
    """r, and its p under the assumption of independent, normal pairs."""
    from scipy.stats import beta

    r, pairs = _r(x, y), int((~np.isnan(x) & ~np.isnan(y)).sum())
    if r is None:
        return None, None
    half = pairs / 2 - 1
    return r, float(2 * beta.sf((1 + min(abs(r), 1.0)) / 2, half, half))
