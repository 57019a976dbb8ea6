"""The model's rows: past rides and future hours, with the known and forecast features of each hour."""

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
"""The history that a forecast needs, which is shorter than the history for training."""
SEATS_A_FLIGHT = 150.0
"""The seats per flight if no flight of an hour has a known aircraft: about those of a single-aisle jet."""
MEASURED = ["temperature_c", "precipitation_mm", "wind_m_per_s"]
WEATHER = [*MEASURED, "precipitation_probability"]
ROW = ["city_id", "place", "hour_at", "local_at", "local_hour", "weekday", "is_holiday", *WEATHER, "seats", "rides"]
_COLUMNS = ["city_id", "place", "hour_at", "rides", "temperature_c", "rain_mm", "wind_m_per_s"]
_HOUR = timedelta(hours=1)
_TIME = "datetime64[us, UTC]"


def ahead(as_of: datetime) -> Window:
    """The hours of a forecast made at that time: from the first hour that had not begun."""
    begun = as_of.replace(minute=0, second=0, microsecond=0)
    first = begun if begun == as_of else begun + _HOUR
    return Window(first, first + HORIZON)


def model_rows(warehouse: Warehouse, as_of: datetime, since: datetime) -> pd.DataFrame:
    """One row per city, place and hour, without gaps from the city's first ride after `since` to the horizon's end.

    Columns are those of DemandModel. Rides are those of hours that were over at as_of, NaN where unknown. Weather is
    the last forecast, for future hours the forecast known at as_of; without a forecast it is the measured weather of
    the ride history, averaged over the city's places, without a probability. Cities that are not in cities.toml are
    left out.
    """
    rides = _read_rides(warehouse, since, as_of)
    known, future = read_cities(), ahead(as_of)
    rides = rides[rides["city_id"].isin(list(known))]
    if rides.empty:
        return pd.DataFrame(columns=ROW).astype({"hour_at": _TIME})
    window = Window(rides["hour_at"].min().to_pydatetime(), future.end)
    weather = _weather(warehouse, window, future, as_of, rides)
    seats, airports = _seats(warehouse, window), read_city_airports(warehouse)
    frames = []
    for city_id, of_city in rides.groupby("city_id", sort=True):
        hours = _calendar(known[str(city_id)], Window(of_city["hour_at"].min().to_pydatetime(), future.end))
        hours = hours.merge(weather[weather["city_id"] == city_id], on=["city_id", "hour_at"], how="left")
        rows = of_city[["place"]].drop_duplicates().sort_values("place").merge(hours, how="cross")
        rows = rows.merge(of_city[["place", "hour_at", "rides"]], on=["place", "hour_at"], how="left")
        rows["seats"] = _seats_of(rows, airports.get(str(city_id), []), seats)
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)[ROW]


def foretold(warehouse: Warehouse, origin: datetime) -> pd.DataFrame | None:
    """The weather forecasts known at the origin for the hours after it; None if there were none."""
    start = origin.replace(minute=0, second=0, microsecond=0)
    forecasts = _precipitation(read_weather(warehouse, Window(start, start + HORIZON + _HOUR), origin))
    return None if forecasts.empty else forecasts


def _read_rides(warehouse: Warehouse, since: datetime, as_of: datetime) -> pd.DataFrame:
    statement = render("demand/rides.sql")
    over = as_of.replace(minute=0, second=0, microsecond=0)
    rows = warehouse.select(statement, {"since": since, "until": over})
    rides = pd.DataFrame.from_records(rows, columns=_COLUMNS)
    rides["hour_at"] = pd.to_datetime(rides["hour_at"], utc=True).astype(_TIME)
    # Users who fill the table themselves may have inserted rows that do not start at a whole hour.
    rides = rides[rides["hour_at"] == rides["hour_at"].dt.floor("h")]
    return rides.astype(dict.fromkeys(_COLUMNS[3:], np.float64))


def _calendar(city: City, window: Window) -> pd.DataFrame:
    return local_hours(city, window)[["city_id", "hour_at", "local_at", "local_hour", "weekday", "is_holiday"]]


def _weather(
    warehouse: Warehouse, window: Window, future: Window, as_of: datetime, rides: pd.DataFrame
) -> pd.DataFrame:
    """WEATHER by city_id and hour_at."""
    parts = [_precipitation(read_weather(warehouse, future, as_of))]
    if window.start < future.start:
        parts.append(_precipitation(read_city_hours(warehouse, Window(window.start, future.start))))
    key = ["city_id", "hour_at"]
    forecasts = pd.concat([part for part in parts if not part.empty] or parts).set_index(key)
    measured = rides.rename(columns={"rain_mm": "precipitation_mm"}).groupby(key)[MEASURED].mean()
    return forecasts.combine_first(measured).reset_index()


def _precipitation(weather: pd.DataFrame) -> pd.DataFrame:
    """Weather as in the marts, with rain and snow added up."""
    amount = weather[["rain_mm", "snow_mm"]].astype(np.float64).sum(axis=1, min_count=1)
    columns = weather.assign(precipitation_mm=amount)[["city_id", "hour_at", *WEATHER]]
    return columns.astype({"hour_at": _TIME, **dict.fromkeys(WEATHER, np.float64)})


def _seats(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """Arriving seats by hour_at (rows) and airport (columns); flights without known seats get the others' mean."""
    hours = read_airport_hours(warehouse, window)
    arrivals, with_seats, seats = (
        hours[name].astype(np.float64) for name in ("arrivals", "arrivals_with_seats", "arriving_seats")
    )
    per_flight = (seats / with_seats).where(with_seats > 0, SEATS_A_FLIGHT)
    hours = hours.assign(hour_at=hours["hour_at"].astype(_TIME), seats=arrivals * per_flight)
    return hours.pivot(index="hour_at", columns="icao", values="seats")


def _seats_of(rows: pd.DataFrame, airports: Iterable[str], seats: pd.DataFrame) -> pd.Series:
    """An airport's own seats; for other places the sum over the city's airports; NaN where any is unknown."""
    names = list(airports)
    known = seats.reindex(columns=names)
    city = known.sum(axis=1, skipna=False) if names else pd.Series(dtype=np.float64)
    values = rows["hour_at"].map(city).astype(np.float64)
    for icao in names:
        is_airport = rows["place"] == icao
        values[is_airport] = rows.loc[is_airport, "hour_at"].map(known[icao])
    return values
