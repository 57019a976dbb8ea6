"""The model's features by hour: the rhythm of day and week, the weather, and the seats that land nearby."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

HORIZON = timedelta(hours=120)
LAG = int(HORIZON / timedelta(hours=1))
WEEK = 168
RECENT_HOURS = 4 * WEEK
"""The hours before the end of the known rides whose weather counts as usual: a city's fleet follows the season."""
AIRCRAFT = 100.0
"""Seats of a small aircraft: added to both sides of a ratio, so that a flight at night is not an infinite rise."""
WEATHER = ("temperature_c", "precipitation_mm", "wind_m_per_s")
PROBABILITY = "precipitation_probability"
DRIVER_OF = np.array(["rain", "rain", "temperature", "temperature", "wind", "arrivals", "arrivals"])
"""The driver that each column of `deviations` belongs to."""
DRIVERS = tuple(dict.fromkeys(DRIVER_OF.tolist()))
SPREAD = np.array([0.3, 0.3, 0.3, 0.1, 0.2, 0.3, 0.3])
"""The standard deviations of the normal priors of the drivers' coefficients."""
RHYTHM_SPREAD = np.repeat([1.5, 0.5, 0.2], [24, 72, 28])
"""The same for the columns of `rhythm`."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A place's consecutive hours.

    local_hour 0..23, weekday 1..7, is_holiday: (n,). weather: (n, 5), columns of `_weather`, NaN if unknown. seats,
    rides: (n,), NaN if unknown.
    """

    local_hour: Whole
    weekday: Whole
    is_holiday: NDArray[np.bool_]
    weather: Floats
    seats: Floats
    rides: Floats

    @property
    def day(self) -> Whole:
        """The weekday whose rhythm applies: Sunday for holidays."""
        return np.where(self.is_holiday, 7, self.weekday)

    @property
    def hour_of_week(self) -> Whole:
        """0..167 from Monday's first hour, in local time."""
        return (self.weekday - 1) * 24 + self.local_hour


@dataclass(frozen=True, slots=True)
class Usual:
    """A place's usual values. weather: (24, 5) by local hour. seats: (168,) log(seats + AIRCRAFT) by hour of week."""

    weather: Floats
    seats: Floats


def hours_from(rows: pd.DataFrame) -> Hours:
    """A place's rows, sorted by hour_at, as arrays. Raises ValueError if hours are missing or duplicate."""
    steps = np.diff(rows["hour_at"].to_numpy("datetime64[s]")).astype(np.int64)
    if (steps != 3600).any():
        city, place, hour = rows.iloc[int(np.argmax(steps != 3600))][["city_id", "place", "hour_at"]]
        raise ValueError(f"Rows must contain every hour exactly once: {city} {place!r} does not after {hour}.")
    return Hours(
        rows["local_hour"].to_numpy(np.int64),
        rows["weekday"].to_numpy(np.int64),
        rows["is_holiday"].to_numpy(bool),
        _weather(rows),
        rows["seats"].to_numpy(np.float64),
        rows["rides"].to_numpy(np.float64),
    )


def usual_of(hours: Hours, end: int) -> Usual:
    """The usual values before the hour `end`: recent weather by local hour, seats by hour of week."""
    known, start = slice(0, end), max(end - RECENT_HOURS, 0)
    weather = _means(hours.weather[known], hours.local_hour[known], 24)
    late = _means(hours.weather[start:end], hours.local_hour[start:end], 24)
    seats = _means(np.log(hours.seats[known] + AIRCRAFT)[:, None], hours.hour_of_week[known], WEEK)[:, 0]
    return Usual(np.nan_to_num(np.where(np.isnan(late), weather, late)), seats)


def rhythm(hours: Hours, day: Whole) -> Floats:
    """Indicators of the hour of the day (24 columns), the hour by kind of day (72), and the quarter of a weekday (28).

    Kinds of day: workday, Saturday, Sunday. `day` is each hour's weekday, 1..7. The columns common to all days have the
    widest prior, so that a place with few rides follows them.
    """
    at, kind = np.arange(len(day)), np.clip(day - 5, 0, 2)
    columns = np.zeros((len(day), len(RHYTHM_SPREAD)))
    columns[at, hours.local_hour] = 1
    columns[at, 24 + kind * 24 + hours.local_hour] = 1
    columns[at, 96 + (day - 1) * 4 + hours.local_hour // 6] = 1
    return columns


def timetable(hours: Hours, usual: Usual) -> Floats:
    """The usual arrivals of the hour and of the hour before, minus the week's mean, in the drivers' columns, (n, 7).

    They differ by weekday and hour, which the columns of the rhythm do not resolve. The usual weather is the same on
    every day and therefore part of the rhythm.
    """
    is_known = ~np.isnan(usual.seats)
    week = np.where(is_known, usual.seats - usual.seats[is_known].sum() / max(is_known.sum(), 1), 0.0)
    columns = np.zeros((len(hours.rides), len(SPREAD)))
    columns[:, -2:] = np.column_stack([week[hours.hour_of_week], week[hours.hour_of_week - 1]])
    return columns


def deviations(hours: Hours, usual: Usual) -> Floats:
    """The drivers' deviations from their usual values, (n, 7), columns by DRIVER_OF; 0 where unknown."""
    weather = hours.weather - usual.weather[hours.local_hour]
    arriving = np.log(hours.seats + AIRCRAFT) - usual.seats[hours.hour_of_week]
    before = np.concatenate([[np.nan], arriving[:-1]])
    return np.nan_to_num(np.column_stack([weather, arriving, before]))


def _weather(rows: pd.DataFrame) -> Floats:
    """Temperature in 10 °C, and its square around 15 °C, so that an optimum is possible; wind in 5 m/s.

    Forecast precipitation is weighted by its probability.
    """
    temperature, fallen, wind, likely = rows.reindex(columns=[*WEATHER, PROBABILITY]).to_numpy(np.float64).T
    wet = np.where(np.isnan(fallen), np.nan, fallen > 0)
    wet, amount = np.where(np.isnan(likely), wet, likely), np.log1p(fallen) * np.where(np.isnan(likely), 1, likely)
    return np.column_stack([amount, wet, temperature / 10, ((temperature - 15) / 10) ** 2, wind / 5])


def _means(values: Floats, groups: Whole, count: int) -> Any:
    """The mean of each column, by group; NaN where all values are unknown."""
    means = np.full((count, values.shape[1]), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for group in np.unique(groups):
            means[group] = np.nanmean(values[groups == group], axis=0)
    return means
