"""The weather of any place, hour by hour, and what is foretold of it, which errs the more the further ahead.

Underneath are four quantities of the air with a normal distribution each: how warm it is for the season, how wet,
how windy and where from. What people notice follows from them. A forecast knows them with a share that is lost
with the hours ahead and fills up the rest by itself, so that it keeps the climate and says how likely rain is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist

import numpy as np

from sandbox.world.climate import Place, height_of_sun, mean_temperature, rain_threshold, season, solar_hour
from sandbox.world.days import second_of
from sandbox.world.noise import generator, hourly, remembering

STEP_HOURS = 3
STEPS = 40
# The hours after which a quantity is all but forgotten, and those after which a forecast of it is.
_MEMORY = {"warm": 60, "wet": 18, "windy": 20, "veer": 40}
_FORESEEN = {"warm": 150.0, "wet": 60.0, "windy": 90.0, "veer": 90.0}
_ERROR_MEMORY = 12
_NORMAL = NormalDist()
Air = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Sky:
    """An hour's weather: what it is when the hour begins, and the rain and snow that fall in it.

    rain_chance: how likely it rains in the hour; only a forecast is in doubt.
    """

    hour: int
    temperature_c: float
    feels_like_c: float
    humidity_percent: float
    pressure_hpa: float
    cloudiness_percent: float
    visibility_m: float
    wind_m_per_s: float
    gust_m_per_s: float
    wind_direction_deg: float
    rain_mm: float
    snow_mm: float
    rain_chance: float
    is_day: bool

    @property
    def second(self) -> int:
        """Epoch second at which the hour begins."""
        return self.hour * 3600


class Weather:
    """A pure function of (seed, place, time), the past and the future alike; `hour` counts from 1970 UTC."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def actual(self, place: Place, moment: datetime) -> Sky:
        """The weather of the hour that a moment lies in."""
        return self.actual_hours(place, hour_of(moment), 1)[0]

    def actual_hours(self, place: Place, first: int, count: int) -> list[Sky]:
        """The weather of so many hours."""
        hours = np.arange(first, first + count)
        air = self._air(place, first, count)
        chance = (air["wet"] > rain_threshold(place, hours)).astype(float)
        return skies(place, hours, air, chance)

    def forecast(self, place: Place, made_at: datetime) -> list[Sky]:
        """What is foretold, by the hour, from the last full three hours before `made_at` on, for five days."""
        first = hour_of(made_at) // STEP_HOURS * STEP_HOURS
        count = (STEPS + 1) * STEP_HOURS
        hours, ahead = np.arange(first, first + count), np.arange(count)
        truth, foretold, known = self._air(place, first, count), {}, {}
        for name, lasting in _FORESEEN.items():
            known[name] = np.exp(-(ahead + 1) / lasting)
            shocks = generator(self._seed, first, f"forecast {_cell(place)} {name}")
            error = remembering(shocks.standard_normal(count + 5 * _ERROR_MEMORY), _ERROR_MEMORY)[-count:]
            foretold[name] = known[name] * truth[name] + np.sqrt(1 - known[name] ** 2) * error
        over = known["wet"] * foretold["wet"] - rain_threshold(place, hours)
        chance = [_NORMAL.cdf(each) for each in over / np.sqrt(1 - known["wet"] ** 2)]
        return skies(place, hours, foretold, np.array(chance))

    def _air(self, place: Place, first: int, count: int) -> Air:
        cell = _cell(place)
        return {name: hourly(self._seed, first, count, f"{name} {cell}", hours) for name, hours in _MEMORY.items()}


def hour_of(moment: datetime) -> int:
    """The hour a moment lies in, counted from 1970."""
    return second_of(moment) // 3600


def skies(place: Place, hours: np.ndarray, air: Air, chance: np.ndarray) -> list[Sky]:
    """What people notice of the air, hour by hour."""
    over = air["wet"] - rain_threshold(place, hours)
    clouds = 100 / (1 + np.exp(-1.6 * air["wet"] - 0.6))
    # High sun makes for warm afternoons, unless there are clouds.
    by_day = (1 + 4.5 * np.maximum(_noon(place, hours), 0)) * (1 - 0.5 * clouds / 100)
    curve = by_day * np.cos(2 * np.pi * (solar_hour(place, hours) - 15) / 24)
    temperature = mean_temperature(place, hours) + curve + (3.4 - season(place, hours)) * air["warm"]
    fallen = np.where(over > 0, (0.15 + 1.2 * np.maximum(over, 0) ** 1.3) * (1.3 + 0.5 * season(place, hours)), 0.0)
    is_snow = temperature < 0.5
    wind = 3.2 * np.exp(0.45 * air["windy"]) * (1 + 0.06 * curve) + np.maximum(over, 0)
    humidity = np.clip(66 + 11 * air["wet"] - 2.2 * curve, 22, 100)
    columns = {
        "temperature_c": temperature,
        "feels_like_c": _feels_like(temperature, humidity, wind),
        "humidity_percent": np.where(over > 0, np.maximum(humidity, 84), humidity),
        "pressure_hpa": 1016 - 6 * air["wet"] - 4 * air["windy"],
        "cloudiness_percent": np.where(over > 0, np.maximum(clouds, 75), clouds),
        "visibility_m": 10_000 * np.exp(-np.maximum(fallen - 0.3, 0) / np.where(is_snow, 1, 6)),
        "wind_m_per_s": np.maximum(wind, 0.2),
        "gust_m_per_s": np.maximum(wind, 0.2) * (1.45 + 0.15 * np.tanh(air["windy"])),
        "wind_direction_deg": (240 + 75 * air["veer"]) % 360,
        "rain_mm": np.where(is_snow, 0, fallen),
        "snow_mm": np.where(is_snow, fallen, 0),
        "rain_chance": chance,
    }
    by_field = (hours, *(np.round(column, 3) for column in columns.values()), height_of_sun(place, hours) > 0)
    return [Sky(*row) for row in zip(*(column.tolist() for column in by_field), strict=True)]


def _noon(place: Place, hours: np.ndarray) -> np.ndarray:
    """Sine of the sun's elevation at the noon of an hour's day."""
    return height_of_sun(place, hours - solar_hour(place, hours) + 12)


def _feels_like(temperature: np.ndarray, humidity: np.ndarray, wind: np.ndarray) -> np.ndarray:
    """The apparent temperature of R. G. Steadman (1994), in the shade."""
    vapour = humidity / 100 * 6.105 * np.exp(17.27 * temperature / (237.7 + temperature))
    return temperature + 0.33 * vapour - 0.7 * wind - 4


def _cell(place: Place) -> str:
    """A tenth of a degree has one weather."""
    return f"{place.latitude:.1f} {place.longitude:.1f}"
