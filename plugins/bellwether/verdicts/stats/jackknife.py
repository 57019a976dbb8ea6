"""The delete-one-week jackknife interval of an estimate."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def delete_one_week(
    value: float, without: ArrayLike, level: float = 0.95, df: int | None = None
) -> tuple[float, float] | None:
    """value -+ t s, with s^2 = (g - 1) / g times the sum of squared deviations of the g estimates from their mean.

    without: the g estimates recomputed without all data of one week, so that data within a week may be dependent.
        df: degrees of freedom of the t quantile, g - 1 unless fewer weeks matter.
    None for fewer than two weeks or if an estimate is undefined (NaN). Tukey 1958; Efron & Stein 1981.

    >>> [round(end, 3) for end in delete_one_week(2.0, [1.9, 2.0, 2.1, 2.0])]
    [1.61, 2.39]
    """
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} is impossible; give a number between 0 and 1 such as 0.95")
    estimates = np.asarray(without, dtype=np.float64)
    weeks = len(estimates)
    freedom = weeks - 1 if df is None else df
    if weeks < 2 or freedom < 1 or not isfinite(value) or not np.all(np.isfinite(estimates)):
        return None
    spread = sqrt((weeks - 1) / weeks * float(np.sum((estimates - estimates.mean()) ** 2)))
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * spread
    return value - half, value + half
