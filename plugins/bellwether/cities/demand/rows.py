"""The model's rows: rides of the past and hours to come, with what is known and foretold of each hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from bellwether.cities.marts import local_hours, read_airport_hours, read_city_airports, read_city_hours, read_weather
from bellwether.models.features import HORIZON
from bellwether.places import City, read_cities
from bellwether.sql import render
from bellwether.warehouse.database import Warehouse
from bellwether.window import Window

HISTORY = timedelta(weeks=104)
RECENT = timedelta(weeks=10)
"""The history that a forecast needs, which is less than what it was learned from."""
SEATS_A_FLIGHT = 150.0
"""Where no flight of an hour tells its aircraft: about those of a single-aisle jet."""
MEASURED = ["temperature_c", "precipitation_mm", "wind_m_per_s"]
WEATHER = [*MEASURED, "precipitation_probability"]
ROW = ["city_id", "place", "hour_at", "local_at", "local_hour", "weekday", "is_holiday", *WEATHER, "seats", "rides"]
_COLUMNS = ["city_id", "place", "hour_at", "rides", "temperature_c", "rain_mm", "wind_m_per_s"]
_HOUR = timedelta(hours=1)
_TIME = "datetime64[us, UTC]"


def ahead(as_of: datetime) -> Window:
    """The hours that a forecast made then is about: from the first that had not begun."""
    begun = as_of.replace(minute=0, second=0, microsecond=0)
    first = begun if begun == as_of else begun + _HOUR
    return Window(first, first + HORIZON)


def model_rows(warehouse: Warehouse, as_of: datetime, since: datetime) -> pd.DataFrame:
    """One row per city, place and hour, without a hole from the city's first ride since then to the horizon's end.

    Columns as DemandModel has them. Rides are those of hours that were over at as_of, NaN where there are none.
    Weather is as last foretold, for the hours to come as foretold at as_of; where no forecast is known, as the history
    has it measured, on average over the city's places, and without a probability. Cities that cities.toml does not
    have are left out.
    """
    rides = _read_rides(warehouse, since, as_of)
    known, future = read_cities(), ahead(as_of)
    rides = rides[rides["city_id"].isin(list(known))]
    if rides.empty:
        return pd.DataFrame(columns=ROW).astype({"hour_at": _TIME})
    window = Window(rides["hour_at"].min().to_pydatetime(), future.end)
    weather = _weather(warehouse, window, future, as_of, rides)
    seats, airports = _seats(warehouse, window), read_city_airports(warehouse)
    found = []
    for city_id, some in rides.groupby("city_id", sort=True):
        hours = _calendar(known[str(city_id)], Window(some["hour_at"].min().to_pydatetime(), future.end))
        hours = hours.merge(weather[weather["city_id"] == city_id], on=["city_id", "hour_at"], how="left")
        rows = some[["place"]].drop_duplicates().sort_values("place").merge(hours, how="cross")
        rows = rows.merge(some[["place", "hour_at", "rides"]], on=["place", "hour_at"], how="left")
        rows["seats"] = _seats_of(rows, airports.get(str(city_id), []), seats)
        found.append(rows)
    return pd.concat(found, ignore_index=True)[ROW]


def foretold(warehouse: Warehouse, origin: datetime) -> pd.DataFrame | None:
    """The weather of the hours after the origin as it was foretold then; None where nothing was."""
    start = origin.replace(minute=0, second=0, microsecond=0)
    found = _precipitation(read_weather(warehouse, Window(start, start + HORIZON + _HOUR), origin))
    return None if found.empty else found


def _read_rides(warehouse: Warehouse, since: datetime, as_of: datetime) -> pd.DataFrame:
    statement = render("demand/rides.sql")
    over = as_of.replace(minute=0, second=0, microsecond=0)
    rows = warehouse.select(statement, {"since": since, "until": over})
    found = pd.DataFrame.from_records(rows, columns=_COLUMNS)
    found["hour_at"] = pd.to_datetime(found["hour_at"], utc=True).astype(_TIME)
    # Whoever fills the table may have put rows there that are of no whole hour.
    found = found[found["hour_at"] == found["hour_at"].dt.floor("h")]
    return found.astype(dict.fromkeys(_COLUMNS[3:], np.float64))


def _calendar(city: City, window: Window) -> pd.DataFrame:
    return local_hours(city, window)[["city_id", "hour_at", "local_at", "local_hour", "weekday", "is_holiday"]]


def _weather(
    warehouse: Warehouse, window: Window, future: Window, as_of: datetime, rides: pd.DataFrame
) -> pd.DataFrame:
    """By city_id and hour_at, the WEATHER."""
    parts = [_precipitation(read_weather(warehouse, future, as_of))]
    if window.start < future.start:
        parts.append(_precipitation(read_city_hours(warehouse, Window(window.start, future.start))))
    key = ["city_id", "hour_at"]
    told = pd.concat([part for part in parts if not part.empty] or parts).set_index(key)
    measured = rides.rename(columns={"rain_mm": "precipitation_mm"}).groupby(key)[MEASURED].mean()
    return told.combine_first(measured).reset_index()


def _precipitation(weather: pd.DataFrame) -> pd.DataFrame:
    """Rain and snow as one; weather as the marts have it."""
    amount = weather[["rain_mm", "snow_mm"]].astype(np.float64).sum(axis=1, min_count=1)
    found = weather.assign(precipitation_mm=amount)[["city_id", "hour_at", *WEATHER]]
    return found.astype({"hour_at": _TIME, **dict.fromkeys(WEATHER, np.float64)})


def _seats(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """Seats that land, by hour_at (rows) and airport (columns); flights that tell none are like those that do."""
    found = read_airport_hours(warehouse, window)
    arrivals, told, seats = (
        found[name].astype(np.float64) for name in ("arrivals", "arrivals_with_seats", "arriving_seats")
    )
    each = (seats / told).where(told > 0, SEATS_A_FLIGHT)
    found = found.assign(hour_at=found["hour_at"].astype(_TIME), seats=arrivals * each)
    return found.pivot(index="hour_at", columns="icao", values="seats")


def _seats_of(rows: pd.DataFrame, airports: Iterable[str], seats: pd.DataFrame) -> pd.Series:
    """Of an airport its own, of any other place those of all the city's airports; NaN where one is not known."""
    names = list(airports)
    known = seats.reindex(columns=names)
    city = known.sum(axis=1, skipna=False) if names else pd.Series(dtype=np.float64)
    found = rows["hour_at"].map(city).astype(np.float64)
    for icao in names:
        is_here = rows["place"] == icao
        found[is_here] = rows.loc[is_here, "hour_at"].map(known[icao])
    return found
