"""OpenWeatherMap: the five-day forecast of the watched cities, by three hours, and their weather as it is.

API: 2.5, https://openweathermap.org/forecast5 and https://openweathermap.org/current. Key: an API key of the
account (the free plan's does). Watched are the cities of include/cities.toml; the extra may name fewer in
``cities``, and say ``requests_per_minute`` (60, the free plan's).

What bites:

- A forecast does not say when it was made, and the same hour is foretold up to forty times. Each run's is kept
  by the end of the run's window (``made_at``), so that a run that is repeated leaves the same rows. A window
  that ended over an hour ago is not asked about: what would be told now was not known then.
- Nearly every field is optional: older answers have no feels_like, visibility or pop, calm air has no gust.
  ``rain`` and ``snow`` are left out when there is none: that is 0 mm, not unknown.
- Amounts are of the three hours up to ``forecast_at``, and of the hour up to ``measured_at``.
- The key travels in the query. ``cod`` is a number or a text, as it comes; the HTTP status is what counts.
- 60 requests a minute (a million a month); a 429 says that the account is blocked, and not for how long.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bellwether.hooks.answer import Answer
from bellwether.hooks.api import ApiHook
from bellwether.hooks.limits import retry_after
from bellwether.hooks.source import Limit, Source
from bellwether.hooks.stream import WHOLE, Column, Reading, Stream
from bellwether.places import WATCHED, by_place, watched_cities
from bellwether.sources import operator_on_demand

_MINUTE = 60.0
_PRESENT = timedelta(hours=1)
_STANDS_FOR = timedelta(hours=3) + _PRESENT
"""One reading stands for the time since the one before; of a longer window it tells the end only."""


def _none_is_zero(amount: float | None) -> float:
    return 0.0 if amount is None else amount


def _made_at(row: Mapping[str, Any], reading: Reading) -> datetime:
    return reading.as_of


_SKY = (
    Column("temperature_c", "number", "main.temp"),
    Column("feels_like_c", "number", "main.feels_like"),
    Column("temperature_min_c", "number", "main.temp_min"),
    Column("temperature_max_c", "number", "main.temp_max"),
    Column("pressure_hpa", "number", "main.pressure"),
    Column("humidity_percent", "number", "main.humidity"),
    Column("cloudiness_percent", "number", "clouds.all"),
    Column("visibility_m", "number", "visibility"),
    Column("wind_m_per_s", "number", "wind.speed"),
    Column("gust_m_per_s", "number", "wind.gust"),
    Column("wind_direction_deg", "number", "wind.deg"),
    # Of several conditions the first is the one that counts.
    Column("weather_code", "integer", "weather.0.id"),
    Column("weather", path="weather.0.main"),
    Column("weather_description", path="weather.0.description"),
)
FORECASTS = Stream(
    name="forecasts",
    path="/data/2.5/forecast",
    subject_column="city_id",
    named_by=watched_cities,
    subject_params=by_place(),
    params={"units": "metric"},
    records="list",
    live=_PRESENT,
    keeps=_STANDS_FOR,
    slice=WHOLE,
    key=("made_at", "forecast_at"),
    columns=(
        Column("made_at", "timestamp", from_row=_made_at, required=True),
        Column("forecast_at", "epoch", "dt", required=True),
        *_SKY,
        Column("precipitation_probability", "number", "pop"),
        Column("rain_3h_mm", "number", "rain.3h", parse=_none_is_zero),
        Column("snow_3h_mm", "number", "snow.3h", parse=_none_is_zero),
        Column("part_of_day", path="sys.pod"),
    ),
)
CURRENT = Stream(
    name="current",
    path="/data/2.5/weather",
    is_list=False,
    known_by="dt",
    subject_column="city_id",
    named_by=watched_cities,
    subject_params=by_place(),
    params={"units": "metric"},
    live=_PRESENT,
    keeps=_STANDS_FOR,
    slice=WHOLE,
    key=("measured_at",),
    columns=(
        Column("measured_at", "epoch", "dt", required=True),
        *_SKY,
        Column("rain_1h_mm", "number", "rain.1h", parse=_none_is_zero),
        Column("snow_1h_mm", "number", "snow.1h", parse=_none_is_zero),
        Column("sunrise_at", "epoch", "sys.sunrise"),
        Column("sunset_at", "epoch", "sys.sunset"),
        Column("utc_offset_seconds", "integer", "timezone"),
    ),
)

SOURCE = Source(
    name="weather",
    title="OpenWeatherMap",
    streams=(FORECASTS, CURRENT),
    base_url="https://api.openweathermap.org",
    watched=WATCHED,
    example='{"conn_type": "http", "password": "API-KEY", "extra": {"cities": ["berlin"]}}',
    rights="an OpenWeatherMap API key (the free plan's does); without `cities`, all of cities.toml are read",
    limits=(Limit(60, _MINUTE, "requests_per_minute"),),
    schedule="0 */3 * * *",
)


class WeatherHook(ApiHook):
    """Reads the weather of all cities, or of those named in the connection's extra."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """None: the key is a parameter."""
        return {}

    def auth_params(self) -> dict[str, str]:
        """The key, under the name that the vendor gives it."""
        return {"appid": self.service.secret()}

    def wait_asked(self, answer: Answer) -> float | None:
        """The minute by which the vendor counts, unless it says otherwise."""
        return (retry_after(answer) or _MINUTE) if answer.status == 429 else None


__getattr__ = operator_on_demand(WeatherHook)
