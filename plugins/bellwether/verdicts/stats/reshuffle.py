"""Random permutations of the cause's days within strata; the effect is not moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bellwether.verdicts.stats.calendar import Whole


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """Exchangeable days: `days` int (k,), and their permutations `places`, uint16 (permutations + 1, k).

    Row 0 of `places` is the original order; a place is an index into `days`.
    """

    days: Whole
    places: np.ndarray


def reshuffles(strata: Whole, permutations: int, seed: int) -> tuple[Stratum, ...]:
    """Permutations of the days within each stratum, determined by the seed."""
    return _drawn(tuple(int(number) for number in strata), permutations, seed)


def weeks(days: int, permutations: int, seed: int) -> Stratum:
    """Permutations of whole weeks as a single stratum; days after the last whole week are left out."""
    return _drawn((0,) * (days // 7), permutations, seed + 1)[0]


@lru_cache(maxsize=8)
def _drawn(strata: Sequence[int], permutations: int, seed: int) -> tuple[Stratum, ...]:
    rng = np.random.default_rng(seed)
    numbers = np.array(strata)
    return tuple(
        Stratum(days, _permutations(len(days), permutations, rng))
        for days in (np.flatnonzero(numbers == number) for number in dict.fromkeys(strata))
    )


def _permutations(size: int, number: int, rng: np.random.Generator) -> np.ndarray:
    drawn = np.argsort(rng.random((number + 1, size), dtype=np.float32), axis=1).astype(np.uint16)
    drawn[0] = np.arange(size)
    drawn.setflags(write=False)
    return drawn
