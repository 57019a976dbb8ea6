"""Small worlds with a known truth, for the tests of the statistics."""

from datetime import date

import numpy as np

from bellwether.stats.calendar import SLOTS, Calendar
from bellwether.stats.events import Counts, Events

MONDAY = date(2026, 3, 2)


def calendar(days: int, zone: str = "UTC", first: date = MONDAY) -> Calendar:
    return Calendar(zone, first, days)


def everywhere(days: int) -> np.ndarray:
    return np.ones((days, SLOTS), dtype=bool)


def events(of: Calendar, *slots: int, seconds: int = 0, observed: np.ndarray | None = None) -> Events:
    """Events so many seconds into each of the flat slots."""
    at = np.sort(of.at(np.array(slots, dtype=np.int64)) + seconds)
    return Events(at, everywhere(of.days) & ~of.missing if observed is None else observed)


def scattered(of: Calendar, number: int, seed: int) -> np.ndarray:
    """Flat slots between 08:00 and 20:00, at most one a day."""
    rng = np.random.default_rng(seed)
    days = rng.choice(of.days, number, replace=False)
    return np.sort(days * SLOTS + rng.integers(96, 240, number))


def busy(of: Calendar, mean: float, seed: int) -> Counts:
    """Poisson counts with a daily rhythm of threefold height and half of it on rest days; no missing hour."""
    rng = np.random.default_rng(seed)
    rhythm = 1.0 - 0.5 * np.cos(2 * np.pi * np.arange(SLOTS) / SLOTS)
    rate = mean * rhythm[None, :] * np.where(of.rest, 0.5, 1.0)[:, None]
    return Counts(np.where(of.missing, np.nan, rng.poisson(rate).astype(np.float64)))
