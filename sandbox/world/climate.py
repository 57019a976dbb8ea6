"""What the weather is like somewhere at a time of the year: the sun, the season, how often it rains."""

from __future__ import annotations

from statistics import NormalDist
from typing import Protocol

import numpy as np

_NORMAL = NormalDist()
_YEAR_DAYS = 365.2425


class Place(Protocol):
    """Somewhere on Earth, in decimal degrees."""

    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def season(place: Place, hours: np.ndarray) -> np.ndarray:
    """1 in the middle of summer, -1 in the middle of winter; `hours` are counted from 1970."""
    of_year = np.cos(2 * np.pi * (hours / 24 - 201) / _YEAR_DAYS)
    return of_year if place.latitude >= 0 else -of_year


def mean_temperature(place: Place, hours: np.ndarray) -> np.ndarray:
    """Degrees Celsius of an average day: about 11 in Berlin over the year, 9 more in July."""
    away = abs(place.latitude)
    return 28 - 0.006 * away**2 + 0.18 * away * season(place, hours)


def solar_hour(place: Place, hours: np.ndarray) -> np.ndarray:
    """Hours of the sun's own day: 12 when it stands highest."""
    return (hours + place.longitude / 15) % 24


def height_of_sun(place: Place, hours: np.ndarray) -> np.ndarray:
    """Sine of the sun's elevation; below 0 it is night."""
    latitude, declination = np.radians(place.latitude), _declination(hours)
    turned = np.cos(2 * np.pi * (solar_hour(place, hours) - 12) / 24)
    return np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * turned


def daylight(place: Place, hour: int) -> tuple[int, int]:
    """Epoch seconds of the sunrise and the sunset of the sun's day that an hour lies in."""
    at = np.array([float(hour)])
    cosine = -np.tan(np.radians(place.latitude)) * np.tan(_declination(at))
    half = float(np.arccos(np.clip(cosine, -1, 1))[0]) * 12 / np.pi
    noon = hour + 12 - float(solar_hour(place, at)[0])
    return round((noon - half) * 3600), round((noon + half) * 3600)


def rain_threshold(place: Place, hours: np.ndarray) -> np.ndarray:
    """How wet, in standard deviations, the air has to be for rain: a tenth of all hours, less in southern summers."""
    northern = 1 / (1 + np.exp(-(abs(place.latitude) - 43) / 2.5))
    share = northern * 0.11 + (1 - northern) * (0.06 - 0.045 * season(place, hours))
    grid = np.linspace(0.01, 0.12, 111)
    return np.interp(share, grid, [_NORMAL.inv_cdf(1 - each) for each in grid])


def _declination(hours: np.ndarray) -> np.ndarray:
    return np.radians(-23.44) * np.cos(2 * np.pi * (hours / 24 + 10) / _YEAR_DAYS)
