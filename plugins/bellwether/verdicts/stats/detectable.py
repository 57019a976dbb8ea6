"""The smallest link that the amount of data detects, so that "not supported" states what is ruled out."""

from __future__ import annotations

from math import isfinite
from typing import Literal

import numpy as np
from scipy import stats

STEP = 0.005


def smallest_share(n: int, expected: float, alpha: float = 0.05, power: float = 0.8, hits: int = 2) -> float | None:
    """The share of n events that must be followed to be detected with probability `power`, given a share `expected`.

    `expected` is the share followed by chance. One window, exact one-sided binomial test at `alpha`; a claim needs at
    least `hits` followed events. The search goes upwards from `expected` in steps of half a percentage point. None if
    even a share of 1 is not detected.

    >>> round(smallest_share(10, 0.1), 3), smallest_share(1, 0.1)
    (0.485, None)
    """
    if n < 0 or not 0 <= expected <= 1:
        raise ValueError(f"{n} events with a share of {expected} followed: give a count and a share from 0 to 1")
    _checked(alpha, power)
    counts = np.arange(hits, n + 1)
    enough = counts[stats.binom.sf(counts - 1, n, expected) <= alpha]
    if len(enough) == 0:
        return None
    shares = np.append(np.arange(expected, 1.0, STEP), 1.0)
    detected = shares[stats.binom.sf(enough[0] - 1, n, shares) >= power]
    return float(detected[0])


def smallest_ratio(
    null_sd: float, alpha: float = 0.05, power: float = 0.8, sides: Literal["greater", "two-sided"] = "two-sided"
) -> float:
    """The relative change of a count (0.1 = 10 % more) detected with probability `power`: (z_alpha + z_power) null_sd.

    null_sd: standard deviation over the reshuffles of observed / expected. Normal approximation, one window.

    >>> round(smallest_ratio(0.05), 4), round(smallest_ratio(0.05, sides="greater"), 4)
    (0.1401, 0.1243)
    """
    if not (isfinite(null_sd) and null_sd >= 0):
        raise ValueError(f"{null_sd} is not a standard deviation; give that of observed / expected over the reshuffles")
    _checked(alpha, power)
    tail = alpha / 2 if sides == "two-sided" else alpha
    return float((stats.norm.isf(tail) + stats.norm.ppf(power)) * null_sd)


def _checked(alpha: float, power: float) -> None:
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError(f"alpha {alpha} and power {power} are probabilities; give numbers between 0 and 1")
