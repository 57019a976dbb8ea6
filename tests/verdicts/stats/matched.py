"""Events, seen slots and clean slots of eight weeks, for the tests of effects against matched times."""

from datetime import date

import numpy as np

from bellwether.verdicts.stats.calendar import SLOTS, Calendar

MONDAY = date(2026, 1, 5)
EIGHT_WEEKS = Calendar("UTC", MONDAY, 56)
NOON = 144


def at(days: list[int], time: int = NOON) -> np.ndarray:
    return np.array(days, dtype=np.int64) * SLOTS + time


def flags(size: int, chance: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(size) < chance


def without(slots: np.ndarray, calendar: Calendar = EIGHT_WEEKS) -> np.ndarray:
    return ~np.isin(np.arange(calendar.slots), slots)
