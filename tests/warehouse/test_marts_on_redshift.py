"""The cities' marts on Redshift's double: built by the same statements, they hold what they hold on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bellwether.cities.marts import build, read_airport_hours, read_city_airports, read_city_hours, read_weather
from bellwether.warehouse import connect
from bellwether.window import Window
from tests.cities.marts.facts import NOW, at
from tests.cities.marts.test_build import TABLES, a_day, rows
from tests.company import make_tables

HOURS = Window(at(12), at(18))


@pytest.fixture
def built(warehouse: Any) -> dict[str, list[Any]]:
    """What a build for noon makes of a day on PostgreSQL; then its tables are emptied."""
    make_tables()
    a_day()
    build(connect("warehouse"), at(11), since=at(0))
    build(connect("warehouse"), NOW, since=at(0))
    found = rows(warehouse)
    warehouse.query("; ".join(f"delete from {table}" for table in TABLES))
    return found


def test_the_tables_hold_the_same(built: Any, warehouse: Any, as_redshift: Callable[..., Any]) -> None:
    as_redshift()
    build(connect("warehouse"), at(11), since=at(0))
    build(connect("warehouse"), NOW, since=at(0))
    assert rows(warehouse) == built
    build(connect("warehouse"), at(11), since=at(0))
    assert rows(warehouse) == built
    database = connect("warehouse")
    assert read_city_airports(database) == {"berlin": ["EDDB"]}
    berlin = read_city_hours(database, HOURS).query("city_id == 'berlin'")
    assert list(berlin["arrivals"]) == [0, 0, 1, 0, 0, 0]
    assert list(berlin["temperature_c"]) == list(read_weather(database, HOURS, NOW)["temperature_c"].sort_values())
    assert read_airport_hours(database, HOURS)["hour_at"].dt.tz_convert("UTC").max() == at(17)


def test_two_builds_at_once_leave_each_row_once(built: Any, warehouse: Any, as_redshift: Callable[..., Any]) -> None:
    as_redshift()
    with ThreadPoolExecutor(max_workers=2) as pool:
        doing = [pool.submit(build, connect("warehouse"), moment, since=at(0)) for moment in (NOW, at(11))]
        assert all(done.result(timeout=60) for done in doing)
    assert rows(warehouse) == built
