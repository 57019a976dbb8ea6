"""The day and the week, on the clocks of Berlin: how busy visitors are, and when the team is at work."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world.days import DAY_MINUTES, DAYS_KEPT, first_second, moment_of

BERLIN = ZoneInfo("Europe/Berlin")
_WEEK_MINUTES = 7 * DAY_MINUTES

# Visitors by local hour; the busiest has about six times the quietest.
# fmt: off
_WORKDAY_LOAD = [
    0.60, 0.44, 0.34, 0.28, 0.27, 0.32, 0.50, 0.78, 1.00, 1.14, 1.20, 1.22,
    1.30, 1.28, 1.22, 1.20, 1.24, 1.30, 1.40, 1.52, 1.60, 1.50, 1.20, 0.86,
]
_REST_DAY_LOAD = [
    0.66, 0.50, 0.38, 0.30, 0.27, 0.27, 0.34, 0.50, 0.74, 1.00, 1.20, 1.30,
    1.32, 1.34, 1.36, 1.36, 1.36, 1.38, 1.42, 1.48, 1.48, 1.34, 1.06, 0.78,
]
# The team's work by local hour, and how much of it each weekday has.
_TEAM = [
    0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.15, 0.60, 1.00, 1.20, 1.10,
    0.60, 0.90, 1.15, 1.10, 0.95, 0.60, 0.25, 0.10, 0.08, 0.07, 0.05, 0.02,
]
# fmt: on
_TEAM_BY_WEEKDAY = (1.0, 1.1, 1.1, 1.05, 0.7, 0.04, 0.04)


def _by_minute(hours: list[float]) -> np.ndarray:
    """Hourly values, each standing for its half hour, turned into a week by minute."""
    return np.interp(np.arange(_WEEK_MINUTES), np.arange(168) * 60 + 30, hours, period=_WEEK_MINUTES)


_LOAD = _by_minute(_WORKDAY_LOAD * 5 + _REST_DAY_LOAD * 2)
_LOAD /= _LOAD.mean()
_OFFICE = _by_minute([hour * weekday for weekday in _TEAM_BY_WEEKDAY for hour in _TEAM])
_OFFICE /= _OFFICE.sum()


@lru_cache(maxsize=DAYS_KEPT)
def week_minutes(day: int) -> np.ndarray:
    """For each minute of a UTC day its minute of the week in Berlin, from Monday 00:00."""
    starts = first_second(day) + 3600 * np.arange(24)
    hours = (moment_of(int(second)).astimezone(BERLIN) for second in starts)
    offsets = [(hour.utcoffset() or timedelta()) // timedelta(minutes=1) for hour in hours]
    weekday = date.fromordinal(day).weekday()
    minutes = weekday * DAY_MINUTES + np.arange(DAY_MINUTES) + np.repeat(offsets, 60)
    return minutes % _WEEK_MINUTES


def load(day: int) -> np.ndarray:
    """How busy the visitors' clock is in each minute of the day; 1 is the mean of a week."""
    return _LOAD[week_minutes(day)]


def office(day: int) -> np.ndarray:
    """The share of a week's office work that falls into each minute of the day."""
    return _OFFICE[week_minutes(day)]


def growth(day: int) -> float:
    """The site's size on a day; 1 on 2026-11-01, up by three tenths of that in a year."""
    return 1 + 0.3 * (day - date(2026, 11, 1).toordinal()) / 365
