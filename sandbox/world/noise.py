"""Chance that depends on a seed, a day (or second) and a name alone, in whatever order it is asked for."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from sandbox.world.days import DAY_MINUTES, first_second

_T = np.arange(DAY_MINUTES)


def generator(seed: int, when: int, name: str) -> Generator:
    """A fresh generator for one thing that happens on a day, or at a second."""
    return Generator(PCG64(SeedSequence([seed, when, crc32(name.encode())])))


def wandering(seed: int, day: int, name: str, memory: float, sd: float) -> np.ndarray:
    """AR(1) noise of the day's minutes that forgets within `memory` minutes; joins up with the day before.

    The memory ends at the midnight before last, where for the two hours used here e^-12 of it is left.
    """
    phi = float(np.exp(-1 / memory))
    shock = np.sqrt(1 - phi**2)
    before = generator(seed, day - 1, name).standard_normal(DAY_MINUTES) * shock
    today = generator(seed, day, name).standard_normal(DAY_MINUTES) * shock
    carried = np.sum(before * phi ** (DAY_MINUTES - 1 - _T))
    return sd * (np.cumsum(today * phi**-_T) * phi**_T + carried * phi ** (_T + 1))


def drifting(seed: int, day: int, name: str, memory: float, sd: float) -> np.ndarray:
    """Slow noise that forgets within `memory` days; by minute, straight from midnight to midnight."""
    start, end = (_level(seed, day + i, name, memory) for i in (0, 1))
    return sd * np.linspace(start, end, DAY_MINUTES, endpoint=False)


def hourly(seed: int, first: int, count: int, name: str, memory: int) -> np.ndarray:
    """Noise of variance 1 for so many hours, counted from 1970, that forgets within `memory` hours."""
    days = range(first // 24, (first + count - 1) // 24 + 1)
    whole = np.concatenate([_hours_of_day(seed, day, name, memory) for day in days])
    return whole[first % 24 : first % 24 + count]


def remembering(shocks: np.ndarray, memory: int) -> np.ndarray:
    """The shocks, each carried on for a while; shorter than them by five times the memory."""
    weights = np.exp(-np.arange(5 * memory + 1) / memory)
    return np.convolve(shocks, weights / np.sqrt(np.sum(weights**2)), mode="valid")


def moments(rng: Generator, day: int, expected: np.ndarray) -> list[int]:
    """Epoch seconds, sorted, of a Poisson process on the day, given what each minute is expected to have."""
    until = np.cumsum(expected)
    count = rng.poisson(until[-1])
    minutes = np.searchsorted(until, rng.random(count) * until[-1], side="right").clip(max=DAY_MINUTES - 1)
    return sorted((first_second(day) + 60 * minutes + rng.integers(0, 60, count)).tolist())


def clipped_exponential(rng: Generator, mean: float, limit: float) -> float:
    """An exponential draw, given that it is below `limit`."""
    return float(-mean * np.log1p(-rng.random() * -np.expm1(-limit / mean)))


@lru_cache(maxsize=8192)
def _shock(seed: int, day: int, name: str) -> float:
    return float(generator(seed, day, name).standard_normal())


def _level(seed: int, day: int, name: str, memory: float) -> float:
    weights = np.exp(-np.arange(int(5 * memory)) / memory)
    weights /= np.sqrt(np.sum(weights**2))
    return float(sum(w * _shock(seed, day - i, name) for i, w in enumerate(weights)))


@lru_cache(maxsize=65_536)
def _hours_of_day(seed: int, day: int, name: str, memory: int) -> np.ndarray:
    before = -(-5 * memory // 24)
    shocks = np.concatenate([_hourly_shocks(seed, day + i, name) for i in range(-before, 1)])
    return remembering(shocks, memory)[-24:]


@lru_cache(maxsize=65_536)
def _hourly_shocks(seed: int, day: int, name: str) -> np.ndarray:
    return generator(seed, day, name).standard_normal(24)
