"""Days that are special, in zones at both ends of the world: reading, building and health do not depend on them."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest

from bellwether.cities.operators.city_tables import CityTablesOperator
from bellwether.sources import source_names, source_of
from tests.clock import DAYS, ZONES, set_to, this_minute
from tests.operators.road import Road
from tests.watch.health.house import Health

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CITIES = ["berlin", "kassel"]


@pytest.fixture
def now(request: pytest.FixtureRequest, sandbox: Any) -> Iterator[datetime]:
    """The present of one of the days; the process is in the zone given with it."""
    day, zone = request.param
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    with set_to(DAYS[day]):
        sandbox.set_clock(DAYS[day])
        yield this_minute()
    del os.environ["TZ"]
    os.environ |= {"TZ": before} if before else {}
    time.tzset()


def in_every_zone(days: dict[str, datetime]) -> list[Any]:
    return [pytest.param(pair, id=", ".join(pair)) for pair in zip(days, cycle(("UTC", *ZONES)), strict=False)]


@pytest.mark.parametrize("now", in_every_zone(DAYS), indirect=True)
def test_the_last_hours_are_read_and_built_and_all_is_well(
    now: datetime, new_road: Callable[..., Road], sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = new_road("github")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", place.warehouse.connection)
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", place.lake.connection)
    for source in ("flights", "weather", "wikipedia"):
        sandbox.connect(source, cities=CITIES)
    for source in source_names():
        Road(source, place.warehouse, place.lake, place.name).run(now - 3 * HOUR, now)
    # A vendor that only tells of the present covers less.
    assert covered(place) >= {
        (source, stream.name, now - 3 * HOUR - stream.lookback, now + stream.ahead)
        for source in source_names()
        for stream in source_of(source).streams
        if not stream.live
    }
    visits = place.warehouse.query("select at, active_users from google_analytics_traffic")
    world = {minute.at: minute[1] for minute in sandbox.house.world.traffic(now - 3 * DAY, now)}
    assert len(visits) > 1000
    assert all(users <= world[at] for at, users in visits)
    tables = CityTablesOperator(task_id="tables")
    tables.execute({"params": {}, "logical_date": None, "dag_run": SimpleNamespace(run_after=now)})
    foretold = place.warehouse.query(
        "select city_id, count(*), count(temperature_c), count(arrivals) from city_hours "
        "where hour_at > %s and hour_at <= %s and city_id = any(%s) group by 1 order by 1",
        (now + 3 * HOUR, now + 23 * HOUR, CITIES),
    )
    assert foretold == [(city, 20, 20, 20) for city in CITIES]
    assert Health(place.warehouse).look() == []


def covered(place: Road) -> set[tuple[Any, ...]]:
    """By stream the span that is covered, where the vendor could tell of all of it, with nothing rejected."""
    rows = place.warehouse.query(
        "select source, stream, min(window_start), max(window_end) from coverage "
        "where rejected_count = 0 and (is_complete or flags like '%folded_hour%') group by 1, 2"
    )
    return set(rows)
