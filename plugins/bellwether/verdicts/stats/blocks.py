"""How long the blocks of a block bootstrap should be: for how long a series remembers itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10, sqrt

import numpy as np
from numpy.typing import ArrayLike

from bellwether.verdicts.stats.calendar import Floats

SHORTEST = 8


@dataclass(frozen=True, slots=True)
class BlockLength:
    """In observations: the mean block of the stationary bootstrap, the block of the circular one."""

    stationary: float
    circular: float


def optimal_block_length(x: ArrayLike) -> BlockLength | None:
    """The block length that makes a bootstrap's variance of the mean most accurate; None for a constant series.

    x: at least eight numbers, evenly spaced in time, stationary. Politis & White, Econom. Rev. 23, 2004, 53, with
    the correction by Patton, Politis & White, Econom. Rev. 28, 2009, 372: b = (2 g^2 / d)^(1/3) n^(1/3), where g and
    the long-run variance are sums over a flat-top window of autocovariances, d = 2 (long-run variance)^2 for the
    stationary and 4/3 of it for the circular bootstrap, and b is never over min(3 sqrt(n), n / 3) rounded up.

    >>> optimal_block_length([1.0, 2.0, 4.0, 3.0, 2.0, 5.0, 6.0, 5.0, 7.0, 8.0]).stationary > 1
    True
    """
    series = np.asarray(x, dtype=np.float64)
    n = len(series)
    if series.ndim != 1 or n < SHORTEST or not np.all(np.isfinite(series)):
        raise ValueError(f"give one series of {SHORTEST} or more finite numbers; fill or cut its gaps first")
    if np.ptp(series) == 0:
        return None
    deviations = series - series.mean()
    last = _last_lag(deviations)
    covariance = np.array([deviations[lag:] @ deviations[: n - lag] / n for lag in range(last + 1)])
    lags = np.arange(1, last + 1)
    window = np.minimum(1.0, 2 * (1 - lags / last))
    slope = 2 * float(np.sum(window * lags * covariance[1:]))
    variance = float(covariance[0] + 2 * np.sum(window * covariance[1:]))
    if variance == 0:
        return None
    longest = ceil(min(3 * sqrt(n), n / 3))
    lengths = [float((2 * slope**2 / (factor * variance**2) * n) ** (1 / 3)) for factor in (2.0, 4 / 3)]
    return BlockLength(*(min(length, longest) for length in lengths))


def _last_lag(deviations: Floats) -> int:
    """Twice the lag after which a run of autocorrelations is insignificant; not over sqrt(n) and a run."""
    n = len(deviations)
    run = max(5, int(log10(n)))
    most = min(ceil(sqrt(n)) + run, n - 2)
    small = [_correlation(deviations, lag) < 2 * sqrt(log10(n) / n) for lag in range(most)]
    quiet = next((lag for lag in range(most - run + 1) if all(small[lag : lag + run])), None)
    return most if quiet is None else min(2 * max(quiet, 1), most)


def _correlation(deviations: Floats, lag: int) -> float:
    """Both ends scaled by the sums of squares of all but `lag` + 1 values, as arch does."""
    head, tail = deviations[: -(lag + 1)], deviations[lag + 1 :]
    scale = sqrt(float(head @ head) * float(tail @ tail))
    return abs(float(deviations[lag:] @ deviations[: len(deviations) - lag])) / scale if scale > 0 else 0.0
