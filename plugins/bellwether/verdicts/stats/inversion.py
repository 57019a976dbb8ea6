"""An interval that is consistent with the test: all factors that the test does not reject."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, sqrt

Accepts = Callable[[float], bool]

STEP = 1.1
SCAN = 12


def inversion_interval(
    p_of_theta: Callable[[float], float],
    start: float,
    alpha: float = 0.05,
    *,
    furthest: float = 64.0,
    tolerance: float = 1e-3,
) -> tuple[float | None, float | None]:
    """The lowest and highest factor with p > alpha around `start`, to a relative `tolerance`.

    p_of_theta: the p of the same test after the affected counts are divided by theta; theta = 1 gives the test's own p.
    start: the estimated factor, above 0. An end beyond a factor of `furthest` is None; both ends are None if no factor
    near `start` is accepted. 1 lies in the interval exactly if p_of_theta(1) > alpha, for any p_of_theta.

    >>> from math import exp, log
    >>> low, high = inversion_interval(lambda theta: exp(-abs(log(theta / 2)) / 0.1), start=1.9)
    >>> round(low, 2), round(high, 2)
    (1.48, 2.7)
    """
    if not (isfinite(start) and start > 0 and 0 < alpha < 1):
        raise ValueError(f"start {start} must be above 0 and alpha {alpha} a probability; give the estimate and 0.05")

    def accepts(theta: float) -> bool:
        return p_of_theta(theta) > alpha

    no_effect = accepts(1.0)
    inside = [theta for theta in (_accepted_near(start, accepts), 1.0 if no_effect else None) if theta is not None]
    if not inside:
        return None, None
    # If the test rejects 1, no step may skip it.
    lowest, highest = min(inside), max(inside)
    floor = 1.0 if not no_effect and lowest > 1 else 0.0
    ceiling = 1.0 if not no_effect and highest < 1 else inf
    low = _edge(lowest, 1 / STEP, max(floor, lowest / furthest), floor > 0, accepts, tolerance)
    high = _edge(highest, STEP, min(ceiling, highest * furthest), ceiling < inf, accepts, tolerance)
    return low, high


def _accepted_near(start: float, accepts: Accepts) -> float | None:
    tries = [start] + [start * STEP**power for step in range(1, SCAN + 1) for power in (step, -step)]
    return next((theta for theta in tries if accepts(theta)), None)


def _edge(
    inside: float, factor: float, limit: float, limit_rejected: bool, accepts: Accepts, tolerance: float
) -> float | None:
    """The last accepted factor between `inside` and `limit`, by growing steps and then by bisection."""
    outward = max if factor < 1 else min
    outside = outward(inside * factor, limit)
    while outside != limit and accepts(outside):
        inside, factor = outside, factor * factor
        outside = outward(inside * factor, limit)
    if outside == limit and not limit_rejected and accepts(limit):
        return None
    while max(inside / outside, outside / inside) - 1 > tolerance:
        middle = sqrt(inside * outside)
        inside, outside = (middle, outside) if accepts(middle) else (inside, middle)
    return inside
