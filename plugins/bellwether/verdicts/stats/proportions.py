"""Shares: their intervals, the difference of two, and the exact tests built on counts.

Intervals are (low, high) within [0, 1]. Of no trials nothing is known: the interval is (0, 1).
Counts that cannot be (negative, k > n, not whole) and levels outside (0, 1) raise ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt
from typing import Literal

import numpy as np
from scipy import stats

Interval = tuple[float, float]
Alternative = Literal["two-sided", "greater", "less"]


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


def wilson(k: float, n: float, level: float = 0.95) -> Interval:
    """The score interval (Wilson, J. Am. Stat. Assoc. 22, 1927, 209), without continuity correction.

    >>> [round(end, 4) for end in wilson(0, 12)]
    [0.0, 0.2425]
    """
    z = float(stats.norm.isf(_tail(k, n, level)))
    if n == 0:
        return 0.0, 1.0
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
    return (max(centre - half, 0.0) if k > 0 else 0.0), (min(centre + half, 1.0) if k < n else 1.0)


def jeffreys(k: float, n: float, level: float = 0.95) -> Interval:
    """Equal tails of the beta(k + 1/2, n - k + 1/2) posterior; 0 is the lower end where k = 0, 1 the upper where k = n.

    Those two ends are part of the definition in Brown, Cai & DasGupta, Stat. Sci. 16, 2001, 101, section 3.1.2.

    >>> [round(end, 4) for end in jeffreys(3, 10)]
    [0.0927, 0.6058]
    """
    tail = _tail(k, n, level)
    low = float(stats.beta.ppf(tail, k + 0.5, n - k + 0.5)) if k > 0 else 0.0
    high = float(stats.beta.isf(tail, k + 0.5, n - k + 0.5)) if k < n else 1.0
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


def newcombe_difference(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval | None:
    """k1/n1 - k2/n2 from two Wilson intervals (Newcombe, Stat. Med. 17, 1998, 873, method 10); None where an n is 0.

    >>> [round(end, 4) for end in newcombe_difference(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    if n1 == 0 or n2 == 0:
        return None
    return mover_difference(k1 / n1, first, k2 / n2, second)


def fisher_exact(table: Sequence[Sequence[int]], alternative: Alternative = "two-sided") -> tuple[float | None, float]:
    """The sample odds ratio of [[a, b], [c, d]] (None where b c = 0) and the exact p, all margins fixed.

    "greater": a this large or larger. "two-sided": all tables no likelier than this one (Fisher 1935, the tea).

    >>> odds, p = fisher_exact([[3, 1], [1, 3]], "greater")
    >>> odds, round(p, 6)
    (9.0, 0.242857)
    """
    if len(table) != 2 or any(len(row) != 2 for row in table):
        raise ValueError("Fisher's test is for two rows of two counts; give [[a, b], [c, d]]")
    (a, b), (c, d) = ([_whole(count) for count in row] for row in table)
    p = float(stats.fisher_exact([[a, b], [c, d]], alternative=alternative).pvalue)
    return (a * d / (b * c) if b * c else None), min(p, 1.0)


def poisson_binomial_tail(p: Sequence[float], k: int) -> float:
    """P(at least k successes) in independent trials with chances `p`, exactly, by adding one trial after another.

    >>> round(poisson_binomial_tail([0.1, 0.2, 0.05, 0.4, 0.3], 3), 9)
    0.05352
    """
    chances = np.asarray(p, dtype=np.float64)
    if not np.all((chances >= 0) & (chances <= 1)):
        raise ValueError("chances are numbers from 0 to 1; leave out trials that have none")
    exactly = np.ones(1)
    for chance in chances:
        exactly = np.append(exactly * (1 - chance), 0.0) + np.append(0.0, exactly * chance)
    return 1.0 if k <= 0 else float(min(exactly[k:][::-1].sum(), 1.0))


def sign_test(first: int, last: int) -> float | None:
    """Two-sided exact p that `first` against `last` is a fair coin's doing; None of no tosses. Leave out ties.

    >>> round(sign_test(10, 2), 6)
    0.038574
    """
    ahead, tosses = _whole(first), _whole(first) + _whole(last)
    return float(stats.binomtest(ahead, tosses).pvalue) if tosses else None


def permutation_p(b: int, m: int) -> float:
    """The p when b of m random reshuffles came at least as far as what was seen: (b + 1) / (m + 1), never 0.

    Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010, article 39.

    >>> permutation_p(0, 999)
    0.001
    """
    if not 0 <= _whole(b) <= _whole(m):
        raise ValueError(f"{b} of {m} reshuffles cannot be; b counts those of the m that came as far")
    return (b + 1) / (m + 1)


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
