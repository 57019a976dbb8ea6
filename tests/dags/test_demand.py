"""From the vendors' APIs to forecasts and advice for ten cities, by Airflow's own runs of our DAGs."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from bellwether.places import read_cities
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.clock import this_minute

SOURCES = ("wikipedia", "weather", "flights")
SEEN = timedelta(days=16)
RIDDEN = timedelta(weeks=12)
HOUR = timedelta(hours=1)
HORIZON = 120
OFTEN = {"requests_per_second": 10_000, "requests_per_minute": 100_000}


@dataclass
class House:
    """What was left in a warehouse and a lake, and by which world."""

    warehouse: Any
    lake: Any
    world: World
    now: datetime
    runs: dict[str, Any]


def run(dag: Any, **conf: str) -> Any:
    for task in dag.tasks:
        task.retries = 0
    done = dag.test(run_conf=conf)
    assert done.state == "success", {task.task_id: task.state for task in done.get_task_instances()}
    return done


def rides(world: World, now: datetime) -> bytes:
    until, sink = now.replace(minute=0), io.BytesIO()
    pq.write_table(world.rides.history(until - RIDDEN, until), sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def house(services: Any, metadata: None, parse: Callable[[], Any]) -> Iterator[House]:
    now = this_minute()
    credentials = Credentials.create("http://127.0.0.1:1")
    world = World(clock=Clock(now + timedelta(seconds=20)))
    with (
        services.new_warehouse() as warehouse,
        services.new_lake() as lake,
        serve(create_app(world, credentials, Limits.none())) as root,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        patch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        for name, value in connections(root, credentials, **dict.fromkeys(SOURCES, OFTEN)).items():
            patch.setenv(name, value)
        dags = parse().dags
        run(dags["warehouse"])
        for source in SOURCES:
            run(dags[source], since=(now - SEEN).isoformat(), until=now.isoformat())
        lake.client.put_object(Bucket=lake.bucket, Key="rides/history.parquet", Body=rides(world, now))
        runs = {"first": run(dags["demand"], as_of=now.isoformat())}
        yield House(warehouse, lake, world, now, runs)


def test_the_cities_tables_are_filled(house: House) -> None:
    ask = house.warehouse.query
    cities = ask("select city_id, country, population, elevation_m from cities order by 1")
    assert [city for city, *_ in cities] == sorted(read_cities())
    assert all(
        country and population > 50_000 and elevation is not None for _, country, population, elevation in cities
    )
    near = dict(ask("select city_id, count(*) from city_airports where distance_km <= 50 group by 1"))
    assert near.keys() == read_cities().keys()
    assert near["london"] >= 5
    assert ask("select count(*) from city_flights where seats > 0")[0][0] > 5_000
    assert ask("select count(distinct city_id) from city_populations")[0][0] == 10


def test_every_hour_seen_has_its_flights_and_every_hour_to_come_its_weather(house: House) -> None:
    ask, until = house.warehouse.query, house.now.replace(minute=0)
    seen = ask(
        "select count(*), count(arrivals), count(departures), sum(arriving_seats) from city_hours "
        "where hour_at >= %s and hour_at < %s",
        (until - SEEN + 2 * HOUR, until + timedelta(days=1)),
    )
    hours = (SEEN - 2 * HOUR + timedelta(days=1)) // HOUR
    assert seen[0][:3] == (10 * hours, 10 * hours, 10 * hours)
    assert seen[0][3] > 100_000
    foretold = ask(
        "select count(*), count(temperature_c), count(is_rainy) from city_hours where hour_at >= %s and hour_at < %s",
        (until + 3 * HOUR, until + timedelta(days=4)),
    )
    assert foretold == [(10 * 93, 10 * 93, 10 * 93)]


def test_the_backtest_is_clearly_below_last_week_and_the_interval_holds(house: House) -> None:
    ((hours, mae, naive, coverage),) = house.warehouse.query(
        "select hours, mae, naive_mae, coverage_80 from demand_backtests where city_id = '' and place = ''"
    )
    assert hours > 10_000
    assert mae < 0.85 * naive
    assert 0.72 < coverage < 0.88


def test_what_was_foretold_is_nearer_to_what_came_than_last_week(house: House) -> None:
    first = int(house.now.timestamp()) // 3600 + 1
    foretold = house.warehouse.query(
        "select city_id, place, extract(epoch from hour_at)::bigint / 3600, rides, rides_low, rides_high "
        "from demand_forecasts"
    )
    places = {(city, place) for city in read_cities() for place in house.world.rides.places(city)}
    assert {(city, place) for city, place, *_ in foretold} == places
    assert len(foretold) == HORIZON * len(places)
    week = 7 * 24
    came = {key: house.world.rides.hourly(*key, first - week, week + HORIZON) for key in places}
    errors, naive, held = 0.0, 0.0, 0
    for city, place, hour, expected, low, high in foretold:
        rides = came[city, place][hour - first + week]
        errors += abs(expected - rides)
        naive += abs(came[city, place][hour - first] - rides)
        held += low <= rides <= high
        assert 0 <= low <= expected <= high
    assert errors < 0.85 * naive
    assert 0.7 < held / len(foretold) < 0.9


def test_advice_names_a_place_a_time_a_number_and_why(house: House) -> None:
    advice = house.warehouse.query("select city_id, place, starts_at, ends_at, scooters, why from demand_advice")
    assert advice
    for city, place, start, end, scooters, why in advice:
        assert place in house.world.rides.places(city)
        assert house.now < start < end <= house.now + (HORIZON + 1) * HOUR
        assert scooters != 0
        assert "%" in why
    words = house.lake.read("demand/latest.txt").decode()
    assert len(words.splitlines()) <= 25
    assert "Berlin" in words or "Paris" in words or "London" in words


def test_the_same_run_again_changes_nothing(house: House, parse: Callable[[], Any]) -> None:
    tables = ("city_hours", "airport_hours", "city_flights", "cities", "rides_history", "demand_backtests",
              "demand_forecasts", "demand_advice", "coverage")  # fmt: skip
    before = {table: sorted(house.warehouse.query(f"select * from {table}"), key=repr) for table in tables}
    assert all(before.values())
    run(parse().dags["demand"], as_of=house.now.isoformat())
    for table, rows in before.items():
        assert sorted(house.warehouse.query(f"select * from {table}"), key=repr) == rows, table
