"""Air over Cities: what is in the air of the watched cities, by the hour. A service that the tests have made up.

API: 1, https://air.example.com/docs. Token: of the account. Watched are the cities of include/cities.toml; the extra
may name fewer in ``cities``.

What bites:

- It is asked by whole days, of which the last is told too, and tells ten hours a page.
- A figure is provisional for six hours: each run reads them again, and the later figure wins.
- What was not measured is left out; a station that is down has a word where its figure was.
"""

from __future__ import annotations

from datetime import timedelta

from bellwether.hooks.api import ApiHook
from bellwether.hooks.paginators import Cursor
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Column, Stream
from bellwether.places import WATCHED, by_place, watched_cities
from bellwether.sources import operator_on_demand

MEASUREMENTS = Stream(
    name="measurements",
    path="/v1/measurements",
    subject_column="city_id",
    named_by=watched_cities,
    subject_params=by_place("latitude", "longitude"),
    window_params=lambda window: {"from": f"{window.start:%Y-%m-%d}", "to": f"{window.end:%Y-%m-%d}"},
    paginator=Cursor("next", "after"),
    records="data",
    cursor="at",
    lookback=timedelta(hours=6),
    key=("measured_at",),
    columns=(
        Column("measured_at", "timestamp", "at", required=True),
        Column("pm25_ug_per_m3", "number", "particles.fine"),
        Column("no2_ug_per_m3", "number", "gases.no2"),
    ),
)
SOURCE = Source(
    name="air_quality",
    title="Air over Cities",
    streams=(MEASUREMENTS,),
    base_url="https://air.example.com",
    watched=WATCHED,
    example='{"conn_type": "http", "password": "TOKEN", "extra": {"cities": ["berlin"]}}',
    rights="a token of the account",
    schedule="0 * * * *",
)


class AirQualityHook(ApiHook):
    """Reads the air of all cities, or of those named in the connection's extra."""

    source = SOURCE


__getattr__ = operator_on_demand(AirQualityHook)
