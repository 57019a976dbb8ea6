"""Two cities, straight in the tables that sources load: eight weeks of rides that rain halves and arrivals raise.

The clocks go back in the forecast's third night. Rain is foretold for one of its days, and many flights for another.
"""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bellwether.places import read_cities
from tests.company import cover, put

AS_OF = datetime(2025, 10, 24, 6, 30, tzinfo=UTC)
NOW = AS_OF.replace(minute=0)
SINCE = NOW - timedelta(weeks=8)
UNTIL = NOW + timedelta(days=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AIRPORT = "EDDB"
DISTRICT = "O'Brien's %s {x} \"; --"
PLACES = (("berlin", AIRPORT), ("berlin", "centre"), ("london", DISTRICT))
FORETOLD_AT = NOW - timedelta(days=5, hours=3)
"""When Berlin's weather was foretold before, just ahead of the backtest's last five days."""
RAIN_ON = datetime(2025, 10, 25, tzinfo=UTC)
BUSY_ON = datetime(2025, 10, 27, tzinfo=UTC)


def hours(since: datetime = SINCE, until: datetime = UNTIL) -> pd.DatetimeIndex:
    return pd.date_range(since, until, freq="h", inclusive="left").as_unit("us")


def is_wet(city: str) -> np.ndarray:
    """By hour from SINCE: spells of six hours, and the day it is foretold for."""
    at = hours()
    spells = np.repeat(np.random.default_rng(len(city)).random(len(at) // 6 + 1) < 0.2, 6)[: len(at)]
    is_past = at < NOW
    return np.where(is_past, spells, (at >= RAIN_ON) & (at < RAIN_ON + DAY))


def flights_an_hour() -> np.ndarray:
    """By hour from SINCE: one by day, four on busy days."""
    at = hours()
    days = (at - at[0].normalize()).days.to_numpy()
    is_busy = (np.random.default_rng(3).random(days.max() + 1) < 0.2)[days]
    is_busy = np.where(at < NOW, is_busy, (at >= BUSY_ON) & (at < BUSY_ON + DAY))
    return np.where((at.hour >= 6) & (at.hour < 22), np.where(is_busy, 4, 1), 0)


def rides() -> pa.Table:
    """What happened in the hours before NOW, as a user's file has it."""
    return pa.concat_tables(_rides_of(*place) for place in PLACES)


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _rides_of(city: str, place: str) -> pa.Table:
    at, wet = hours(), is_wet(city)
    local = at.tz_convert(read_cities()[city].zone)
    mean = 30 + 20 * np.sin((local.hour.to_numpy() - 8) * np.pi / 12) - 8 * (local.dayofweek.to_numpy() >= 5)
    mean = mean * np.where(wet, 0.5, 1.0)
    if place == AIRPORT:
        mean = mean * np.where(flights_an_hour() > 1, 1.8, 1.0)
    count = np.random.default_rng(len(place)).poisson(mean)
    is_past = np.asarray(at < NOW)
    n = int(is_past.sum())
    columns = {"hour_at": pa.array(at[is_past]), "rides": count[is_past], "rain_mm": np.where(wet, 2.0, 0.0)[is_past]}
    same = {"city_id": [city] * n, "place": [place] * n, "temperature_c": [12.0] * n, "wind_m_per_s": [3.0] * n}
    return pa.table(columns | same)


def put_sources(conn_id: str = "warehouse") -> None:
    """Flights and forecasts of weather as the sources would have loaded them by AS_OF."""
    near = {"city_id": "berlin", "icao": AIRPORT, "distance_km": 18.0, "observed_at": AS_OF}
    put("flights_airports", ["city_id", "icao"], [near], conn_id)
    put("flights_arrivals", ["airport_icao", "number", "scheduled_at"], _arrivals(), conn_id)
    for stream in ("arrivals", "departures"):
        cover(f"flights_{stream}", AIRPORT, SINCE - DAY, UNTIL, observed_at=AS_OF, conn_id=conn_id)
    for city in ("berlin", "london"):
        put("weather_forecasts", ["city_id", "made_at", "forecast_at"], _forecasts(city, AS_OF - HOUR / 2), conn_id)
        cover("weather_forecasts", city, AS_OF - HOUR, UNTIL, observed_at=AS_OF, conn_id=conn_id)
    put("weather_forecasts", ["city_id", "made_at", "forecast_at"], _forecasts("berlin", FORETOLD_AT), conn_id)


def _arrivals() -> Iterable[dict[str, Any]]:
    for hour, count in zip(hours(), flights_an_hour(), strict=True):
        for number in range(count):
            yield {
                "airport_icao": AIRPORT,
                "number": f"XX {number}",
                "scheduled_at": hour.to_pydatetime() + 10 * number * HOUR / 60,
                "status": "Expected",
                "codeshare_status": "IsOperator",
                "is_cargo": False,
                "aircraft_model": "Airbus A320",
                "observed_at": AS_OF,
            }


def _forecasts(city: str, made_at: datetime) -> Iterable[dict[str, Any]]:
    wet = dict(zip(hours(), is_wet(city), strict=True))
    for step in range(1, 41):
        at = made_at.replace(minute=0) + step * 3 * HOUR
        is_rain = bool(wet[pd.Timestamp(at - 3 * HOUR)])
        yield {
            "city_id": city,
            "made_at": made_at,
            "forecast_at": at,
            "temperature_c": 12.0,
            "wind_m_per_s": 3.0,
            "precipitation_probability": 1.0 if is_rain else 0.0,
            "rain_3h_mm": 6.0 if is_rain else 0.0,
            "snow_3h_mm": 0.0,
            "observed_at": AS_OF,
        }
