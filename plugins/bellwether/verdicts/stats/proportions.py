"""Shares: the exact interval, the interval of a difference, and the sign test.

Intervals are (low, high) within [0, 1]. Of no trials nothing is known: the interval is (0, 1).
Counts that cannot be (negative, k > n, not whole) and levels outside (0, 1) raise ValueError.
"""

from __future__ import annotations

from math import isfinite, sqrt

from scipy import stats

Interval = tuple[float, float]


def clopper_pearson(k: float, n: float, level: float = 0.95) -> Interval:
    """The exact interval, from beta quantiles (Clopper & Pearson, Biometrika 26, 1934, 404); never covers too seldom.

    k, n: k of n trials. They need not be whole, for a share that stands for that many trials.

    >>> [round(end, 4) for end in clopper_pearson(3, 10)]
    [0.0667, 0.6525]
    """
    tail = _tail(k, n, level)
    low = float(stats.beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0
    return low, high


def mover_difference(first: float, first_interval: Interval, second: float, second_interval: Interval) -> Interval:
    """An interval for first - second from an interval for each, by variance estimates recovered from their ends.

    Zou & Donner, Stat. Med. 27, 2008, 1693. Both intervals of one level, which is the level of the result.

    >>> [round(end, 4) for end in mover_difference(0.3, (0.1, 0.6), 0.1, (0.05, 0.2))]
    [-0.0236, 0.5041]
    """
    for value, (low, high) in ((first, first_interval), (second, second_interval)):
        if not low <= value <= high:
            raise ValueError(f"{value} does not lie in its interval {low} to {high}; give each share with its own")
    (low1, high1), (low2, high2) = first_interval, second_interval
    below = sqrt((first - low1) ** 2 + (high2 - second) ** 2)
    above = sqrt((high1 - first) ** 2 + (second - low2) ** 2)
    return first - second - below, first - second + above


def sign_test(first: int, last: int) -> float | None:
    """Two-sided exact p that `first` against `last` is a fair coin's doing; None of no tosses. Leave out ties.

    >>> round(sign_test(10, 2), 6)
    0.038574
    """
    ahead, tosses = _whole(first), _whole(first) + _whole(last)
    return float(stats.binomtest(ahead, tosses).pvalue) if tosses else None


def _tail(k: float, n: float, level: float) -> float:
    if not (isfinite(n) and 0 <= k <= n):
        raise ValueError(f"{k} of {n} is no share; give counts with 0 <= k <= n")
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} cannot be; give one between 0 and 1 such as 0.95")
    return (1 - level) / 2


def _whole(count: float) -> int:
    if not (isfinite(count) and count >= 0 and count == int(count)):
        raise ValueError(f"{count} is no count; give a whole number, 0 or more")
    return int(count)
