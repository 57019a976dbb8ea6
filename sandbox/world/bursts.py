"""Bursts that come from outside: newsletters bring known visitors, mentions elsewhere bring new ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world.days import DAY_MINUTES, DAYS_KEPT, FIRST_DAY, first_second
from sandbox.world.noise import generator, moments
from sandbox.world.rhythm import load

_WEEK_MINUTES = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Burst:
    """Counts jump to `factor` times the usual at second `at`, and the excess fades with `fade` minutes."""

    at: int
    factor: float
    fade: float


@dataclass(frozen=True, slots=True)
class Kind:
    """How often bursts come and the ranges of their sizes and fading times (minutes)."""

    name: str
    per_week: float
    factors: tuple[float, float]
    fades: tuple[float, float]


SPIKES = Kind("traffic spikes", per_week=4.5, factors=(1.6, 3.2), fades=(25, 60))
NEW_USERS = Kind("new user bursts", per_week=4.0, factors=(2.4, 4.5), fades=(20, 45))


class Bursts:
    """The bursts of one kind, more of them when visitors are about."""

    def __init__(self, seed: int, kind: Kind) -> None:
        self._seed = seed
        self._kind = kind
        self.of_day = lru_cache(maxsize=DAYS_KEPT)(self._of_day)

    def _of_day(self, day: int) -> tuple[Burst, ...]:
        if day < FIRST_DAY:
            return ()
        kind = self._kind
        rng = generator(self._seed, day, kind.name)
        onsets = moments(rng, day, load(day) * kind.per_week / _WEEK_MINUTES)
        return tuple(Burst(at, rng.uniform(*kind.factors), rng.uniform(*kind.fades)) for at in onsets)

    def lift(self, day: int) -> np.ndarray:
        """The factor on the day's counts, minute by minute; 1 where there is no burst."""
        lift = np.ones(DAY_MINUTES)
        middles = first_second(day) + 60 * np.arange(DAY_MINUTES) + 30
        for burst in self.of_day(day - 1) + self.of_day(day):
            minutes = (middles - burst.at) / 60
            lift += np.where(minutes >= 0, (burst.factor - 1) * np.exp(-minutes.clip(0) / burst.fade), 0)
        return lift
