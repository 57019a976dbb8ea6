"""The marts as frames: what models are made of."""

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
_WORDS = ("city_id", "icao", "local_at", "local_date", "holiday")
_FLAGS = ("is_rainy", "is_cold", "is_windy")
_ALWAYS = {"local_hour": "int64", "weekday": "int64", "is_holiday": "bool"}


def read_city_hours(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """The rows of city_hours in the window, by hour and city; columns as the table's.

    :returns: times are datetime64[us, UTC], numbers float64 with NaN where they are not known, is_rainy, is_cold
        and is_windy nullable booleans, local_date a date
    """
    return _read(warehouse, render("cities/read/hours.sql", table="city_hours", subject="city_id"), _of(window))


def read_airport_hours(warehouse: Warehouse, window: Window) -> pd.DataFrame:
    """The rows of airport_hours in the window, by hour and airport; types as of `read_city_hours`."""
    return _read(warehouse, render("cities/read/hours.sql", table="airport_hours", subject="icao"), _of(window))


def read_weather(warehouse: Warehouse, window: Window, known_at: datetime) -> pd.DataFrame:
    """The weather of the window's hours as it was foretold by `known_at`; columns as city_weather's, in no order.

    It is read from the forecasts themselves: the table city_weather has it as of the last build.
    """
    return _read(warehouse, render("cities/city_weather.sql"), _of(window) | {"known_at": known_at})


def read_city_airports(warehouse: Warehouse) -> dict[str, list[str]]:
    """By city the ICAO codes of its airports, the nearest first; a city without any is not in it."""
    found: dict[str, list[str]] = {}
    for city, icao in warehouse.select(render("cities/read/city_airports.sql")):
        found.setdefault(city, []).append(icao)
    return found


def _of(window: Window) -> dict[str, Any]:
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
    if column in _WORDS:
        return "object"
    return "boolean" if column in _FLAGS else _ALWAYS.get(column, "float64")
