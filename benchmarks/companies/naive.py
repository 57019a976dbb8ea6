"""What is usually done: Pearson by the hour, the best of many lags, Poisson coincidence. Each gives a p-value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from .coincidence import Convention, event_coincidence

Floats = NDArray[np.float64]
Seconds = NDArray[np.int64]


def _p_of(r: Floats, n: Floats) -> Floats:
    """Two-sided p of Pearson's r over n pairs by Student's t."""
    t = r * np.sqrt((n - 2) / np.maximum(1e-300, 1 - r**2))
    p: Floats = 2 * stdtr(n - 2, -np.abs(t))
    return p


def pearson_hourly(cause: Floats, effect: Floats) -> float | None:
    """p of the correlation of hourly sums of two five-minute series (NaN = not observed); None where one is flat."""
    hours = len(cause) // 12 * 12
    both = np.stack([cause[:hours], effect[:hours]]).reshape(2, -1, 12).sum(axis=2)
    both = both[:, ~np.isnan(both).any(axis=0)]
    if both.shape[1] < 3 or (both.std(axis=1) == 0).any():
        return None
    return float(_p_of(np.corrcoef(both)[0, 1:], np.array([both.shape[1]]))[0])


def best_lag(cause: Floats, effect: Floats, steps: int = 48) -> float | None:
    """Smallest p of Pearson's r over the lags of -steps ... steps slots (four hours), as if it were the only one."""
    x, y = (np.nan_to_num(series - np.nanmean(series)) for series in (cause, effect))
    pairs = ~np.isnan(np.stack([cause, effect]))
    spread = np.sqrt((x @ x) * (y @ y))
    if spread == 0:
        return None
    n = len(x)
    lags = range(-steps, steps + 1)
    sums = [x[max(0, -lag) : n - max(0, lag)] @ y[max(0, lag) : n - max(0, -lag)] for lag in lags]
    r = np.clip(np.array(sums) / spread, -1, 1)
    return float(_p_of(r, np.full(len(lags), float(pairs.all(axis=0).sum()))).min())


def poisson_coincidence(cause: Seconds, effect: Seconds, span: tuple[int, int], steps: int) -> float | None:
    """p that so many causes have an effect in their slot or the next `steps`, were the effects Poisson events.

    The trigger rate's test of Donges et al. (2016), with windows of the right width. All in slots.
    """
    return event_coincidence(effect, cause, steps, span=span, convention=Convention.CORRECTED).trigger.p
