"""The task that builds the cities' tables, from what the sandbox's vendors said in the sources' ones."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.cities.marts import read_city_airports, read_city_hours
from bellwether.cities.operators.city_tables import CityTablesOperator
from bellwether.places import read_cities
from bellwether.warehouse import connect
from bellwether.window import Window
from sandbox.world.days import moment_of
from tests.clock import this_minute
from tests.operators.road import Road

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def run(road: Road, **params: str) -> dict[str, Any]:
    operator = CityTablesOperator(
        task_id="tables", warehouse_conn_id=f"warehouse_{road.name}", lake_conn_id=f"lake_{road.name}"
    )
    asked_at = SimpleNamespace(run_after=datetime(2026, 11, 20, 13, tzinfo=UTC))
    return operator.execute({"params": params, "logical_date": None, "dag_run": asked_at})


def arriving(world: Any, airports: list[str], start: datetime) -> int:
    """By the world: flights with people that are to land in an hour, and have not been called off."""
    flights = [one for icao in airports for one in world.flights.arrivals(icao, start, start + HOUR)]
    assert all(start <= moment_of(one.scheduled_arrival) < start + HOUR for one in flights)
    called_off = int(world.clock.now().timestamp())
    return sum(
        not one.leg.is_cargo and not (one.cancelled is not None and one.cancelled <= called_off) for one in flights
    )


def test_ten_cities_end_in_tables(new_road: Any, sandbox: Any) -> None:
    road = new_road("flights")
    # Only of the present is weather foretold.
    now = this_minute()
    sandbox.set_clock(now + timedelta(seconds=20))
    sandbox.connect("flights", cities=list(read_cities()))
    for source in ("flights", "weather", "wikipedia"):
        Road(source, road.warehouse, road.lake, road.name).run(now - 3 * HOUR, now)
    told = run(road, as_of=now.isoformat())
    assert datetime.fromisoformat(told["since"]) <= now - 3 * HOUR
    warehouse = connect(f"warehouse_{road.name}")
    airports = read_city_airports(warehouse)
    assert set(airports) == set(read_cities())
    hours = read_city_hours(warehouse, Window(now, now + DAY))
    assert len(hours) == len(read_cities()) * len(set(hours["hour_at"]))
    assert len(set(hours["hour_at"])) in (24, 25)
    assert hours[["temperature_c", "is_rainy", "arrivals", "departures", "population"]].notna().all(axis=None)
    for city, at, arrivals in zip(hours["city_id"], hours["hour_at"], hours["arrivals"], strict=True):
        assert arrivals == arriving(sandbox.house.world, airports[city], at.to_pydatetime())
    assert (hours.groupby("city_id")["arrivals"].sum() > 0).sum() > 5
    known = hours["arriving_seats"].sum() / hours["arrivals_with_seats"].sum()
    assert 120 < known < 220
    assert hours["arrivals_with_seats"].sum() == hours["arrivals"].sum()


def test_a_run_is_of_the_moment_it_was_asked_for(new_road: Any) -> None:
    assert run(new_road("flights"))["as_of"] == "2026-11-20T13:00:00+00:00"


def test_the_moment_and_the_windows_begin_can_be_given(new_road: Any, log_lines: list[str]) -> None:
    road = new_road("flights")
    told = run(road, as_of="2026-03-30T10:30:00Z", since="2026-03-29T00:20:00+01:00")
    rows = told.pop("rows")
    assert rows["city_hours"] == 10 * 24 * 7 + 10 * 12
    assert all(any(f"{table}: {count} rows" in line for line in log_lines) for table, count in rows.items())
    assert told == {
        "as_of": "2026-03-30T10:30:00+00:00",
        "since": "2026-03-28T23:00:00+00:00",
        "until": "2026-04-05T11:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("params", "said"),
    [({"as_of": "noon"}, "as_of='noon'"), ({"since": "2027-01-01T00:00:00Z"}, "The window is empty")],
)
def test_a_moment_that_is_none_fails_at_once(new_road: Any, params: dict[str, str], said: str) -> None:
    with pytest.raises(AirflowFailException, match=said):
        run(new_road("flights"), **params)
