"""What a place's rides may depend on, by the hour: the rhythm of day and week, the weather, what lands nearby."""

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
OF_LATE = 4 * WEEK
"""The hours before the end of the known rides whose weather is the usual one: a city's fleet follows the season."""
AIRCRAFT = 100.0
"""Seats of one small aircraft: added to both sides of a ratio, so that one flight at night is not an infinite rise."""
WEATHER = ("temperature_c", "precipitation_mm", "wind_m_per_s")
PROBABILITY = "precipitation_probability"
DRIVER_OF = np.array(["rain", "rain", "temperature", "temperature", "wind", "arrivals", "arrivals"])
"""The driver that each column of `deviations` belongs to."""
DRIVERS = tuple(dict.fromkeys(DRIVER_OF.tolist()))
SPREAD = np.array([0.3, 0.3, 0.3, 0.1, 0.2, 0.3, 0.3])
"""How large a driver's coefficient may well be, before anything was seen: the standard deviation of its prior."""
RHYTHM_SPREAD = np.repeat([1.5, 0.5, 0.2], [24, 72, 28])
"""The same of the columns of `rhythm`."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One place's hours, one after the other without a hole.

    local_hour 0..23, weekday 1..7, is_holiday: (n,). weather: (n, 5), columns of `_weather`, NaN unknown. seats,
    rides: (n,), NaN unknown.
    """

    local_hour: Whole
    weekday: Whole
    is_holiday: NDArray[np.bool_]
    weather: Floats
    seats: Floats
    rides: Floats

    @property
    def day(self) -> Whole:
        """The weekday whose rhythm the day has: a holiday has a Sunday's."""
        return np.where(self.is_holiday, 7, self.weekday)

    @property
    def hour_of_week(self) -> Whole:
        """0..167 from Monday's first hour, by the local clock."""
        return (self.weekday - 1) * 24 + self.local_hour


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at a place. weather: (24, 5) by local hour. seats: (168,) log(seats + AIRCRAFT) by hour of week."""

    weather: Floats
    seats: Floats


def hours_from(rows: pd.DataFrame) -> Hours:
    """One place's rows, sorted by hour_at, as arrays. Raises ValueError where hours are missing or twice."""
    steps = np.diff(rows["hour_at"].to_numpy("datetime64[s]")).astype(np.int64)
    if (steps != 3600).any():
        city, place, hour = rows.iloc[int(np.argmax(steps != 3600))][["city_id", "place", "hour_at"]]
        raise ValueError(f"Rows must hold each hour once, without a hole: {city} {place!r} does not after {hour}.")
    return Hours(
        rows["local_hour"].to_numpy(np.int64),
        rows["weekday"].to_numpy(np.int64),
        rows["is_holiday"].to_numpy(bool),
        _weather(rows),
        rows["seats"].to_numpy(np.float64),
        rows["rides"].to_numpy(np.float64),
    )


def usual_of(hours: Hours, end: int) -> Usual:
    """What was usual before the hour `end`: weather of late by local hour, seats by hour of week."""
    known, start = slice(0, end), max(end - OF_LATE, 0)
    weather = _means(hours.weather[known], hours.local_hour[known], 24)
    late = _means(hours.weather[start:end], hours.local_hour[start:end], 24)
    seats = _means(np.log(hours.seats[known] + AIRCRAFT)[:, None], hours.hour_of_week[known], WEEK)[:, 0]
    return Usual(np.nan_to_num(np.where(np.isnan(late), weather, late)), seats)


def rhythm(hours: Hours, day: Whole) -> Floats:
    """The hour of the day (24 columns), the hour by kind of day (72), the quarter of the weekday (28): 1 where it is.

    Kinds of day: workday, Saturday, Sunday. `day` is each hour's weekday, 1..7. What all days have in common has the
    widest prior, so that a place with few rides keeps to it.
    """
    at, kind = np.arange(len(day)), np.clip(day - 5, 0, 2)
    found = np.zeros((len(day), len(RHYTHM_SPREAD)))
    found[at, hours.local_hour] = 1
    found[at, 24 + kind * 24 + hours.local_hour] = 1
    found[at, 96 + (day - 1) * 4 + hours.local_hour // 6] = 1
    return found


def timetable(hours: Hours, usual: Usual) -> Floats:
    """What usually lands in the hour and the one before, less the week's mean, in the drivers' columns, (n, 7).

    It differs by weekday and hour, which the few columns of the rhythm do not tell. What is usual of the weather is
    the same on each day, and so is in them.
    """
    is_known = ~np.isnan(usual.seats)
    week = np.where(is_known, usual.seats - usual.seats[is_known].sum() / max(is_known.sum(), 1), 0.0)
    found = np.zeros((len(hours.rides), len(SPREAD)))
    found[:, -2:] = np.column_stack([week[hours.hour_of_week], week[hours.hour_of_week - 1]])
    return found


def deviations(hours: Hours, usual: Usual) -> Floats:
    """How far each driver is off the usual, (n, 7), columns by DRIVER_OF; 0 where it is not known."""
    weather = hours.weather - usual.weather[hours.local_hour]
    arriving = np.log(hours.seats + AIRCRAFT) - usual.seats[hours.hour_of_week]
    before = np.concatenate([[np.nan], arriving[:-1]])
    return np.nan_to_num(np.column_stack([weather, arriving, before]))


def _weather(rows: pd.DataFrame) -> Floats:
    """Tens of degrees, and their square around 15 °C, so that there may be a best temperature; wind in 5 m/s.

    What is foretold to fall counts as much as it is likely to.
    """
    temperature, fallen, wind, likely = rows.reindex(columns=[*WEATHER, PROBABILITY]).to_numpy(np.float64).T
    wet = np.where(np.isnan(fallen), np.nan, fallen > 0)
    wet, amount = np.where(np.isnan(likely), wet, likely), np.log1p(fallen) * np.where(np.isnan(likely), 1, likely)
    return np.column_stack([amount, wet, temperature / 10, ((temperature - 15) / 10) ** 2, wind / 5])


def _means(values: Floats, groups: Whole, count: int) -> Any:
    """The mean of each column, by group; NaN where nothing is known."""
    found = np.full((count, values.shape[1]), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for group in np.unique(groups):
            found[group] = np.nanmean(values[groups == group], axis=0)
    return found
