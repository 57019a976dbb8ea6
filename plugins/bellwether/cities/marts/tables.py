"""Build the marts' tables in order of dependency, with the queries of include/sql/cities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bellwether.cities.marts.hours import local_hours
from bellwether.cities.marts.window import window_to_build
from bellwether.places import City, read_cities
from bellwether.sql import render
from bellwether.warehouse.database import Batch, Replacement, Warehouse
from bellwether.window import Window

if TYPE_CHECKING:
    from bellwether.arrow import pa

CALENDAR = "city_calendar"
_CALENDAR_KEY = ("city_id", "hour_at")
_CALENDAR_COLUMNS = (*_CALENDAR_KEY, "local_at", "local_date", "local_hour", "weekday", "is_holiday", "holiday")

# Tables with their keys that are replaced entirely.
_WHOLE = {
    "aircraft_seats": ("model",),
    "cities": ("city_id",),
    "city_populations": ("city_id", "kind", "as_of"),
    "airports": ("icao",),
    "city_airports": ("city_id", "icao"),
}
# Tables with their key, the column of a row's hour, and the column of the time at which a row became known.
_BY_HOUR = {
    "city_flights": (("airport_icao", "direction", "number", "scheduled_at"), "scheduled_at", ""),
    "city_weather": (("city_id", "hour_at"), "hour_at", "known_at"),
    "airport_hours": (("icao", "hour_at"), "hour_at", "known_at"),
    "city_hours": (("city_id", "hour_at"), "hour_at", "known_at"),
}


def build(
    warehouse: Warehouse,
    as_of: datetime,
    log: Callable[..., None] = lambda *_: None,
    since: datetime | None = None,
) -> dict[str, int]:
    """Rebuild the tables for the window of `window_to_build`; return the number of rows by table, in order.

    All tables but the calendar are built in one transaction. Rows of a build for a later time are kept; an older build
    adds missing rows only. Flights have no history: they are as last observed, whatever `as_of`.
    """
    window = window_to_build(warehouse, as_of, since)
    cities = list(read_cities().values())
    rows = {CALENDAR: sum(warehouse.merge(_calendar(cities, window, as_of)))}
    replacements = [*_whole(cities), *_by_hour(window, as_of)]
    counts = warehouse.replace(*replacements)
    rows |= dict(zip((replacement.table for replacement in replacements), counts, strict=True))
    for table, count in rows.items():
        log("%s: %d rows of %s.", table, count, window)
    return rows


def _calendar(cities: list[City], window: Window, as_of: datetime) -> Batch:
    frames = (_calendar_of(city, window, as_of) for city in cities)
    return Batch(CALENDAR, _CALENDAR_KEY, (*_CALENDAR_COLUMNS, "observed_at"), frames)


def _calendar_of(city: City, window: Window, as_of: datetime) -> pa.Table:
    from bellwether.arrow import pa

    hours = local_hours(city, window)
    hours["local_date"] = hours["local_at"].dt.strftime("%Y-%m-%d")
    hours["local_at"] = [at.isoformat() for at in hours["hour_at"].dt.tz_convert(city.zone)]
    hours["observed_at"] = as_of
    return pa.Table.from_pandas(hours, schema=_calendar_schema(), preserve_index=False)


def _calendar_schema() -> pa.Schema:
    from bellwether.arrow import pa

    stamp = pa.timestamp("us", tz="UTC")
    types = {"hour_at": stamp, "local_hour": pa.int64(), "weekday": pa.int64()}
    types |= {"is_holiday": pa.bool_(), "observed_at": stamp}
    return pa.schema([(name, types.get(name, pa.string())) for name in (*_CALENDAR_COLUMNS, "observed_at")])


def _whole(cities: list[City]) -> Iterator[Replacement]:
    names = [f"city_{number}" for number in range(len(cities))]
    parameters: dict[str, Any] = {}
    for name, city in zip(names, cities, strict=True):
        parameters |= {f"{name}_{field}": getattr(city, field) for field in ("id", "name", "country", "timezone")}
        parameters |= {f"{name}_{field}": getattr(city, field) for field in ("latitude", "longitude")}
    for table, key in _WHOLE.items():
        values = parameters if table == "cities" else None
        yield Replacement(table, key, render(f"cities/{table}.sql", cities=names), values)


def _by_hour(window: Window, as_of: datetime) -> Iterator[Replacement]:
    parameters = {"since": window.start, "until": window.end, "known_at": as_of}
    for table, (key, hours, known_at) in _BY_HOUR.items():
        yield Replacement(table, key, render(f"cities/{table}.sql"), parameters, hours, known_at)
