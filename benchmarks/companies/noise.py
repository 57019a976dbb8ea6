"""Noises that remember their past."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .clock import SLOT

Floats = NDArray[np.float64]


def remembering(rng: np.random.Generator, slots: int, hours: float, sd: float) -> Floats:
    """float (slots,): a stationary AR(1) (Ornstein-Uhlenbeck) process of the given correlation time and deviation."""
    kept = np.exp(-SLOT / (hours * 3600))
    shocks = rng.standard_normal(slots) * (sd * np.sqrt(1 - kept**2))
    shocks[0] = rng.standard_normal() * sd
    noise: Floats = lfilter([1.0], [1.0, -kept], shocks)
    return noise


def counts(rng: np.random.Generator, mean: Floats, shape: float) -> Floats:
    """Gamma-Poisson counts: variance mean + mean^2 / shape."""
    return rng.poisson(mean * rng.gamma(shape, 1 / shape, len(mean))).astype(np.float64)


def moments(rng: np.random.Generator, weight: Floats, number: float, start: int) -> NDArray[np.int64]:
    """Sorted epoch seconds of Poisson(number) events, as frequent as `weight` (slots,), uniform within a slot."""
    edges = np.cumsum(weight)
    slots = np.searchsorted(edges, rng.random(rng.poisson(number)) * edges[-1], side="right")
    return np.sort(start + slots * SLOT + rng.integers(0, SLOT, len(slots)))
