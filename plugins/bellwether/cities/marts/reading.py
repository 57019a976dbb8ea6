"""Read the marts as frames for models."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bellwether.cities.marts.hours import whole_hours
from bellwether.sql import render
from bellwether.warehouse.database import Warehouse
from bellwether.window import Window

if TYPE_CHECKING:
    import pandas as pd

_TIMES = ("hour_at", "known_at", "made_at", "weather_made_at")
_TEXTS = ("city_id", "icao", "local_at", "local_date", "holiday")
_FLAGS = ("is_rainy", "is_cold", "is_windy")
_ALWAYS = {"local_hour": "int64", "weekday": "int64", "is_holiday": "bool"}


def read_city_hours(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """The rows of city_hours in the window, by hour and city, with the table's columns.

    :returns: times are datetime64[us, UTC], numbers float64 with NaN where unknown, is_rainy, is_cold
        and is_windy nullable booleans, local_date a date
    """
    return _read(warehouse, render("cities/read/hours.sql", table="city_hours", subject="city_id"), _parameters(window))


def read_airport_hours(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """The rows of airport_hours in the window, by hour and airport; types as of `read_city_hours`."""
    return _read(warehouse, render("cities/read/hours.sql", table="airport_hours", subject="icao"), _parameters(window))


def read_weather(warehouse: Warehouse, window: Window, known_at: datetime) -> pd.DataFrame:
    """The weather forecasts known at `known_at` for the window's hours, with city_weather's columns, unordered.

    They are read from the stored forecasts, because the table city_weather is as of its last build.
    """
    return _read(warehouse, render("cities/city_weather.sql"), _parameters(window) | {"known_at": known_at})


def read_city_airports(warehouse: Warehouse) -> dict[str, list[str]]:
    """The ICAO codes of the airports by city, the nearest first; cities without airports are missing."""
    by_city: dict[str, list[str]] = {}
    for city, icao in warehouse.select(render("cities/read/city_airports.sql")):
        by_city.setdefault(city, []).append(icao)
    return by_city


def _parameters(window: Window) -> dict[str, Any]:
    hours = whole_hours(window)
    return {"since": hours.start, "until": hours.end}


def _read(warehouse: Warehouse, statement: str, parameters: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    names, rows = warehouse.query(statement, parameters)
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    return frame.astype({name: _type_of(name) for name in names})


def _type_of(column: str) -> str:
    if column in _TIMES:
        return "datetime64[us, UTC]"
    if column in _TEXTS:
        return "object"
    return "boolean" if column in _FLAGS else _ALWAYS.get(column, "float64")
