"""Small worlds with a known truth, for the tests of the statistics."""

from datetime import date

import numpy as np

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import Design, judge
from bellwether.verdicts.stats.calendar import SLOTS, Calendar
from bellwether.verdicts.stats.events import Counts, Events

ONSETS = Design((5, 15, 30, 60, 120, 240))
COUNTS = Design((30, 60, 120, 240), "two-sided")
DAYS = 56
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


OF = calendar(56)
SLOTS_OF_CAUSES = scattered(OF, 24, 3)
FOUR_WINDOWS = Design((5, 15, 30, 60))


def judged(answer: Answer) -> Answer:
    """The answer to an only question."""
    return judge([answer])[0]


def linked(of: Calendar, number: int = 24, seconds: int = 0) -> tuple[Events, Events]:
    """Events followed ten minutes later, each, and as many onsets elsewhere."""
    slots = scattered(of, number, 3)
    alone = scattered(of, number, 4)
    return events(of, *slots), events(of, *slots + 2, *alone, seconds=seconds)


def unlinked(of: Calendar) -> tuple[Events, Events]:
    return events(of, *scattered(of, 24, 5)), events(of, *scattered(of, 24, 6))
