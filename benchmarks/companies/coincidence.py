"""Event coincidence analysis: how often events of A come shortly after events of B, and the Poisson null for it.

Donges, Schleussner, Siegmund & Donner, Eur. Phys. J. Spec. Top. 225, 2016, 471 (doi 10.1140/epjst/e2015-50233-y);
CoinCalc: Siegmund, Siegmund & Donner, Comput. Geosci. 98, 2017, 64 (doi 10.1016/j.cageo.2016.10.004).

The null takes the events of a series to fall anywhere at random. Series that share a clock do not, and it then finds
links where there are none: it is here to compare with, no verdict rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import expm1, log1p

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from bellwether.verdicts.stats.calendar import Flags, Floats

Span = tuple[float, float]


class Convention(StrEnum):
    """Which events count, and how wide the window is against how much time, in the chance that one event hits it.

    With window dT, lag tau, times on a grid of `step`, and T = last - first + step of the span:

    corrected: events whose whole window lies in the span; (dT + step) / T, because both ends of a window belong to it.
    coincalc-ts: all events; (dT + step) / (T - tau). CoinCalc's CC.eca.ts.
    coincalc-es: all events; dT / (T - tau) for the same window, so p is too small. CoinCalc's CC.eca.es.
    pyunicorn: without the events within tau + dT of the series' own first (precursor) or last (trigger) event;
        dT / (T - step - tau); the number coinciding is taken from the rate, times all events, rounded down; the
        trigger p is short of the case that all coincide; rates in single precision. pyunicorn 1.0.0, whose
        "significance" is 1 - p.
    Symmetric windows reach from -dT to dT: (2 dT + step) / T, coincalc-es (2 dT - step) / T; pyunicorn has no p.
    """

    CORRECTED = "corrected"
    COINCALC_TS = "coincalc-ts"
    COINCALC_ES = "coincalc-es"
    PYUNICORN = "pyunicorn"


@dataclass(frozen=True, slots=True)
class Rate:
    """`coinciding` of `n` events; rate and p are None where n is 0, p also without a span."""

    coinciding: int
    n: int
    rate: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Coincidences:
    """precursor: events of A that come after one of B; trigger: events of B that one of A follows."""

    precursor: Rate
    trigger: Rate


@dataclass(frozen=True, slots=True)
class _Window:
    low: float
    high: float
    lag: float
    symmetric: bool
    span: Span | None
    step: float
    convention: Convention


def event_coincidence(
    a: ArrayLike,
    b: ArrayLike,
    window: float,
    lag: float = 0.0,
    *,
    span: Span | None = None,
    step: float = 1.0,
    symmetric: bool = False,
    convention: Convention = Convention.CORRECTED,
) -> Coincidences:
    """Pairs with 0 <= a - b - lag <= window (symmetric: at most `window` either way).

    a, b: times in any order and any unit, whole or not; two events at one time are two events.
    span: first and last time at which an event could have been seen; every event lies within.
    step: what times are rounded to (1 for numbered bins, 0 for exact times).
    Raises ValueError for times that are not finite or outside the span, and for a negative window, lag or step.

    >>> found = event_coincidence([5, 20, 31], [4, 17, 29, 40], window=2, span=(1, 50))
    >>> found.precursor.coinciding, found.precursor.n, found.trigger.coinciding, found.trigger.n
    (2, 3, 2, 4)
    >>> round(found.precursor.p, 6)
    0.123134
    """
    first, second = _times(a, span), _times(b, span)
    if not (window >= 0 and lag >= 0 and step >= 0 and np.isfinite([window, lag, step]).all()):
        raise ValueError("window, lag and step are 0 or more; to look the other way, swap the two series")
    around = _Window(-window if symmetric else 0.0, window, lag, symmetric, span, step, convention)
    return Coincidences(
        _rate(first, second, around, trigger=False),
        _rate(second, first, around, trigger=True),
    )


def poisson_p(k: int, n: int, others: int, width: float, length: float) -> float | None:
    """P(at least k of n windows are hit) when `others` events fall at random within `length`; None of no windows.

    K is Binomial(n, 1 - (1 - width / length)^others): Donges et al. 2016, CoinCalc.

    >>> round(poisson_p(7, 7, 15, width=1, length=98), 12)
    1.198886e-06
    """
    if not (0 <= k <= n and others >= 0 and width >= 0 and length > 0):
        raise ValueError("0 <= k <= n, events and width 0 or more, length above 0: lag and window must leave some time")
    return float(stats.binom.sf(k - 1, n, _hit(others, width, length))) if n else None


def _times(values: ArrayLike, span: Span | None) -> Floats:
    times = np.sort(np.asarray(values, dtype=np.float64))
    if times.ndim != 1 or not np.all(np.isfinite(times)):
        raise ValueError("event times are one series of finite numbers; leave out events without a time")
    if span is not None and not (span[0] <= span[1] and np.all((times >= span[0]) & (times <= span[1]))):
        raise ValueError(f"events lie outside the span {span}; give the times in the span's unit and leave out others")
    return times


def _rate(times: Floats, others: Floats, around: _Window, trigger: bool) -> Rate:
    counted = _counted(times, around, trigger)
    k, n = int((counted & _partnered(times, others, around, trigger)).sum()), int(counted.sum())
    if n == 0:
        return Rate(k, n, None, None)
    if around.convention is Convention.PYUNICORN:
        rate = float(np.float32(k) / np.float32(n))
        return Rate(k, n, rate, _pyunicorn_p(int(rate * len(times)), len(times), len(others), around, trigger))
    p = None if around.span is None else poisson_p(k, n, len(others), *_chance(around, around.span))
    return Rate(k, n, k / n, p)


def _partnered(times: Floats, others: Floats, around: _Window, trigger: bool) -> Flags:
    """Which times have a partner in the window. Only the others nearest to its open side need a look."""
    partners = np.unique(others)
    if len(partners) == 0:
        return np.zeros(len(times), dtype=bool)
    lag = around.lag if trigger else -around.lag
    place = np.searchsorted(partners, times + lag)[:, None] + np.arange(-2, 2)
    apart = partners[np.clip(place, 0, len(partners) - 1)] - times[:, None]
    gap = (apart if trigger else -apart) - around.lag
    return np.asarray(((gap >= around.low) & (gap <= around.high)).any(axis=1))


def _counted(times: Floats, around: _Window, trigger: bool) -> Flags:
    """Which events take part, by the convention's way with the ends of the observed time."""
    starts, ends = (not trigger) or around.symmetric, trigger or around.symmetric
    counted = np.ones(len(times), dtype=bool)
    if around.convention is Convention.CORRECTED and around.span is not None:
        # Seen from the event, the window reaches from `near` to `far` into the past, or for triggers the future.
        near, far = around.lag + around.low, around.lag + around.high
        past, future = (-near, far) if trigger else (far, -near)
        counted = (times - past >= around.span[0]) & (times + future <= around.span[1])
    elif around.convention is Convention.PYUNICORN and len(times) and around.lag + around.high > 0:
        reach = around.lag + around.high
        counted &= ~(starts & (times <= times[0] + reach)) & ~(ends & (times >= times[-1] - reach))
    return counted


def _chance(around: _Window, span: Span) -> tuple[float, float]:
    """The width of a window and the time within which events fall at random."""
    length = span[1] - span[0] + around.step
    width = around.high - around.low
    if around.convention is Convention.CORRECTED:
        return width + around.step, length
    if around.convention is Convention.COINCALC_TS:
        return width + around.step, length - (0.0 if around.symmetric else around.lag)
    return (max(width - around.step, 0.0), length) if around.symmetric else (width, length - around.lag)


def _pyunicorn_p(k: int, n: int, others: int, around: _Window, trigger: bool) -> float | None:
    if around.span is None or around.symmetric:
        return None
    width, length = around.high, around.span[1] - around.span[0] - around.lag
    p = poisson_p(k, n, others, width, length)
    return p - _hit(others, width, length) ** n if trigger and p is not None else p


def _hit(others: int, width: float, length: float) -> float:
    """The chance that a window is hit at all."""
    if width >= length:
        return 1.0 if others else 0.0
    return -expm1(others * log1p(-width / length))
