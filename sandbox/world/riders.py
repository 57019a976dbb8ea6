"""What makes people take a scooter: the planted effects, and the rhythm of the day and the week beneath them.

Each effect is a factor on the rides of an hour; together they multiply.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world.cities import City
from sandbox.world.days import first_second, moment_of

WET = 0.72
"""What is left of the rides as soon as anything falls; the heavier, the less."""
WET_BY_LOG_MM = -0.35
WARMER_BY_C = 0.025
BEST_C = 27.0
HOTTER_BY_C = -0.03
CALM_M_PER_S = 6.0
WINDIER_BY_M_PER_S = -0.05
ARRIVALS_SHARE = 0.7
"""The share of an airport's rides that those bring who have just landed; so many times as many of them as usual
make this share as many times as large."""
GROWTH_BY_YEAR = 0.12

WORKDAY, SATURDAY, SUNDAY = range(3)
# Rides by local hour. In the morning people leave the suburbs, in the afternoon the centre.
# fmt: off
_HOURS = {
    "suburbs": (
        (2, 1, 1, 1, 2, 6, 18, 40, 38, 20, 12, 11, 12, 12, 12, 13, 15, 18, 18, 15, 12, 9, 6, 4),
        (5, 4, 3, 2, 2, 2, 4, 7, 11, 15, 18, 20, 21, 21, 20, 20, 20, 20, 19, 18, 16, 13, 10, 8),
        (5, 4, 3, 2, 1, 1, 2, 4, 7, 11, 14, 17, 19, 20, 20, 20, 19, 18, 16, 14, 11, 9, 6, 4),
    ),
    "centre": (
        (4, 3, 2, 1, 1, 3, 7, 13, 17, 16, 16, 18, 22, 22, 20, 22, 34, 42, 38, 26, 20, 16, 11, 7),
        (16, 13, 10, 7, 5, 3, 3, 5, 8, 13, 18, 23, 26, 27, 27, 27, 27, 28, 29, 30, 30, 29, 26, 21),
        (17, 14, 10, 7, 4, 3, 2, 3, 6, 10, 15, 19, 22, 23, 23, 23, 22, 21, 20, 18, 15, 12, 9, 6),
    ),
    # Those who work there come and go in shifts; for travellers see ARRIVALS_SHARE.
    "airport": (
        (3, 2, 2, 3, 8, 14, 13, 12, 12, 11, 11, 11, 12, 14, 14, 12, 12, 12, 11, 10, 10, 11, 10, 6),
        (3, 2, 2, 3, 7, 12, 11, 10, 10, 10, 10, 10, 11, 12, 12, 11, 11, 11, 10, 9, 9, 10, 9, 6),
        (3, 2, 2, 3, 6, 11, 11, 10, 10, 10, 10, 10, 11, 12, 12, 11, 11, 11, 11, 11, 11, 11, 9, 6),
    ),
}
# fmt: on


def _of_a_week(hours: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """By kind of day and hour; 1 is the mean of a week."""
    rhythm = np.array(hours, dtype=float)
    return rhythm / np.average(rhythm.mean(axis=1), weights=(5, 1, 1))


RHYTHM = {kind: _of_a_week(hours) for kind, hours in _HOURS.items()}


def of_precipitation(mm: np.ndarray) -> np.ndarray:
    """The factor of rain and snow, in millimetres of water in the hour: about 0.6 in a usual rain."""
    return np.where(mm > 0, WET * np.exp(WET_BY_LOG_MM * np.log1p(mm)), 1.0)


def of_temperature(celsius: np.ndarray) -> np.ndarray:
    """1 at 15 °C; people like it warmer, until it is hot."""
    return np.exp(WARMER_BY_C * (np.minimum(celsius, BEST_C) - 15) + HOTTER_BY_C * np.maximum(celsius - BEST_C, 0))


def of_wind(m_per_s: np.ndarray) -> np.ndarray:
    """1 up to a fresh breeze."""
    return np.exp(WINDIER_BY_M_PER_S * np.maximum(m_per_s - CALM_M_PER_S, 0))


def of_arrivals(usual: np.ndarray) -> np.ndarray:
    """The factor at an airport where so many times as many seats land as on average."""
    return 1 - ARRIVALS_SHARE + ARRIVALS_SHARE * usual


@lru_cache(maxsize=4096)
def local_hours(city: City, day: int, with_holidays: bool) -> tuple[np.ndarray, np.ndarray]:
    """Of a UTC day's 24 hours: the hour by the clocks there, and which kind of day it is; holidays are Sundays."""
    start, zone = moment_of(first_second(day)), ZoneInfo(city.timezone)
    readings = [(start + timedelta(hours=hour)).astimezone(zone) for hour in range(24)]
    kinds = [_kind(reading, city if with_holidays else None) for reading in readings]
    return np.array([reading.hour for reading in readings]), np.array(kinds)


def _kind(reading: datetime, city: City | None) -> int:
    if reading.weekday() == 6 or (city and reading.date() in _holidays(city.country, city.region, reading.year)):
        return SUNDAY
    return SATURDAY if reading.weekday() == 5 else WORKDAY


@lru_cache(maxsize=256)
def _holidays(country: str, region: str | None, year: int) -> frozenset[object]:
    # Here, because the vendors start without it.
    from holidays import country_holidays

    return frozenset(country_holidays(country, subdiv=region, years=year))
