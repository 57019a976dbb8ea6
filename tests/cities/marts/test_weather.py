"""The weather of an hour: what was foretold of it, when that was known, and what follows from it."""

from typing import Any

import pandas as pd
import pytest

from bellwether.cities.marts import build, read_weather
from bellwether.warehouse import Warehouse
from bellwether.window import Window
from tests.cities.marts.facts import NOW, at, forecast

DAY = Window(at(0), at(0, "2026-11-21"))
FOLLOWS: list[tuple[dict[str, Any], tuple[bool | None, ...]]] = [
    ({"precipitation_probability": 0.5}, (True, False, False)),
    ({"precipitation_probability": 0.49}, (False, False, False)),
    ({"rain_3h_mm": 0.1}, (True, False, False)),
    ({"temperature_c": 9.9}, (False, True, False)),
    ({"temperature_c": 10.0}, (False, False, False)),
    ({"wind_m_per_s": 8.1}, (False, False, True)),
    ({"wind_m_per_s": 8.0}, (False, False, False)),
    ({"precipitation_probability": None}, (False, False, False)),
    ({"precipitation_probability": None, "rain_3h_mm": 0.1}, (True, False, False)),
    ({"precipitation_probability": None, "rain_3h_mm": None}, (None, False, False)),
    ({"temperature_c": None}, (False, None, False)),
    ({"wind_m_per_s": None}, (False, False, None)),
]
TABLE = "select {} from city_weather where city_id = 'berlin' order by hour_at"


def test_the_amounts_of_three_hours_are_split_among_them(database: Warehouse, warehouse: Any) -> None:
    forecast(at(15), rain_3h_mm=4.5, snow_3h_mm=0.6, precipitation_probability=0.9)
    build(database, NOW)
    rows = warehouse.query(TABLE.format("hour_at, rain_mm, snow_mm, precipitation_probability, made_at"))
    assert rows == [(at(hour), 1.5, pytest.approx(0.2), 0.9, NOW) for hour in (12, 13, 14)]


def test_temperature_and_wind_lie_on_the_line_between_two_forecasts(database: Warehouse, warehouse: Any) -> None:
    forecast(at(15), temperature_c=10.0, wind_m_per_s=3.0)
    forecast(at(18), temperature_c=16.0, wind_m_per_s=0.0)
    build(database, NOW)
    assert warehouse.query(TABLE.format("temperature_c, wind_m_per_s")) == [
        (10.0, 3.0), (10.0, 3.0), (10.0, 3.0), (10.0, 3.0), (12.0, 2.0), (14.0, 1.0),
    ]  # fmt: skip


def test_there_is_no_line_across_a_gap(database: Warehouse, warehouse: Any) -> None:
    forecast(at(15), temperature_c=10.0)
    forecast(at(21), temperature_c=16.0)
    build(database, NOW)
    assert warehouse.query(TABLE.format("hour_at, temperature_c")) == [
        *((at(hour), 10.0) for hour in (12, 13, 14)), *((at(hour), 16.0) for hour in (18, 19, 20)),
    ]  # fmt: skip


def test_an_hour_is_as_it_was_foretold_last(database: Warehouse, warehouse: Any) -> None:
    forecast(at(15), made_at=at(3), temperature_c=5.0)
    forecast(at(15), made_at=at(9), temperature_c=7.0)
    forecast(at(15), made_at=at(6), temperature_c=6.0)
    build(database, NOW)
    assert set(warehouse.query(TABLE.format("temperature_c, made_at, known_at"))) == {(7.0, at(9), NOW)}


def test_what_was_known_then_is_no_more_than_that(database: Warehouse) -> None:
    for made, temperature in ((3, 5.0), (6, 6.0), (9, 7.0)):
        forecast(at(15), made_at=at(made), temperature_c=temperature)
    for known_at, foretold in ((2, []), (3, [5.0]), (5.9, [5.0]), (6, [6.0]), (8, [6.0]), (9, [7.0]), (30, [7.0])):
        hours = read_weather(database, DAY, at(known_at))
        assert list(hours["temperature_c"]) == foretold * 3
        assert set(hours["known_at"]) <= {at(known_at)}


def test_neighbours_are_of_forecasts_known_then_too(database: Warehouse) -> None:
    forecast(at(15), made_at=at(9), temperature_c=10.0)
    forecast(at(18), made_at=at(6), temperature_c=16.0)
    later = read_weather(database, Window(at(15), at(18)), at(9)).sort_values("hour_at")
    earlier = read_weather(database, Window(at(15), at(18)), at(8)).sort_values("hour_at")
    assert list(later["temperature_c"]) == [10.0, 12.0, 14.0]
    assert list(earlier["temperature_c"]) == [16.0, 16.0, 16.0]


def test_what_follows_from_the_weather_is_unknown_where_it_is(database: Warehouse) -> None:
    expected = {}
    for number, (told, follows) in enumerate(FOLLOWS):
        forecast(at(15), city=f"city {number:02}", **told)
        expected[f"city {number:02}"] = follows
    hours = read_weather(database, Window(at(14), at(15)), NOW)
    flags = [[None if flag is pd.NA else flag for flag in hours[name]] for name in ("is_rainy", "is_cold", "is_windy")]
    assert dict(zip(hours["city_id"], zip(*flags, strict=True), strict=True)) == expected


def test_a_window_has_its_own_hours_only(database: Warehouse) -> None:
    for hour in (12, 15, 18):
        forecast(at(hour), made_at=at(6))
    hours = read_weather(database, Window(at(11), at(16)), NOW)
    assert sorted(hours["hour_at"]) == [at(hour) for hour in (11, 12, 13, 14, 15)]
