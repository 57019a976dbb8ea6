"""Proportions: the exact interval, the interval of a difference, and the sign test.

Intervals are (low, high) within [0, 1]; without trials the interval is (0, 1).
Impossible counts (negative, k > n, not whole) and levels outside (0, 1) raise ValueError.
"""

from __future__ import annotations

from math import isfinite, sqrt

from scipy import stats

Interval = tuple[float, float]


def clopper_pearson(k: float, n: float, level: float = 0.95) -> Interval:
    """The exact interval by beta quantiles (Clopper & Pearson, Biometrika 26, 1934, 404); its coverage is conservative.

    k, n: k successes in n trials; they need not be whole, if n is an effective number of trials.

    >>> [round(end, 4) for end in clopper_pearson(3, 10)]
    [0.0667, 0.6525]
    """
    tail = _tail(k, n, level)
    low = float(stats.beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0
    return low, high


def mover_difference(first: float, first_interval: Interval, second: float, second_interval: Interval) -> Interval:
    """An interval for first - second from their intervals, by the method of variance estimates recovery (MOVER).

    Zou & Donner, Stat. Med. 27, 2008, 1693. Both intervals must have the same level, which is the result's level.

    >>> [round(end, 4) for end in mover_difference(0.3, (0.1, 0.6), 0.1, (0.05, 0.2))]
    [-0.0236, 0.5041]
    """
    for value, (low, high) in ((first, first_interval), (second, second_interval)):
        if not low <= value <= high:
            raise ValueError(f"{value} does not lie in its interval {low} to {high}; give a share's own interval")
    (low1, high1), (low2, high2) = first_interval, second_interval
    below = sqrt((first - low1) ** 2 + (high2 - second) ** 2)
    above = sqrt((high1 - first) ** 2 + (second - low2) ** 2)
    return first - second - below, first - second + above


def sign_test(first: int, last: int) -> float | None:
    """Two-sided exact p of `first` against `last` under equal probability; None if both are 0. Leave out ties.

    >>> round(sign_test(10, 2), 6)
    0.038574
    """
    ahead, tosses = _whole(first), _whole(first) + _whole(last)
    return float(stats.binomtest(ahead, tosses).pvalue) if tosses else None


def _tail(k: float, n: float, level: float) -> float:
    if not (isfinite(n) and 0 <= k <= n):
        raise ValueError(f"{k} of {n} is not a share; give counts with 0 <= k <= n")
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} is impossible; give a number between 0 and 1 such as 0.95")
    return (1 - level) / 2


def _whole(count: float) -> int:
    if not (isfinite(count) and count >= 0 and count == int(count)):
        raise ValueError(f"{count} is not a count; give a whole number, 0 or more")
    return int(count)
