"""Forecasts end in the table once for each time they were made: what was known then can be asked."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.lake import Lake, Manifest
from bellwether.operators.extraction import Extraction
from bellwether.operators.plan import Job
from bellwether.sources.weather import CURRENT, FORECASTS, WeatherHook
from bellwether.window import Window
from tests.clock import this_minute

HOUR = timedelta(hours=1)
PERIOD = 3 * HOUR
CITIES = ["athens", "berlin"]

NewRoad = Callable[..., Any]


@pytest.fixture
def now(sandbox: Any) -> datetime:
    """This minute: runs whose windows end in the last hour are in reach."""
    sandbox.connect("weather", cities=CITIES)
    return this_minute()


def floored(moment: datetime, step: timedelta) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // step.total_seconds() * step.total_seconds(), UTC)


def run_at(road: Any, sandbox: Any, moment: datetime, end: datetime) -> Any:
    """The run whose window ends then, while the vendor's clock stands at a moment."""
    sandbox.set_clock(moment)
    return road.run(end - PERIOD, end)


def forecasts(road: Any, columns: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = road.warehouse.query(f"select {columns} from weather_forecasts order by 1, 2, 3")
    return rows


def test_a_run_fills_both_tables_and_the_ledger(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather")
    said = run_at(road, sandbox, now + timedelta(seconds=20), now)
    assert {name: counts["rows"] for name, counts in said.items()} == {"forecasts": 80, "current": 2}
    counts = "select city_id, count(*), min(forecast_at), max(forecast_at) from weather_forecasts group by 1 order by 1"
    first = floored(now, PERIOD) + PERIOD
    assert road.warehouse.query(counts) == [(city, 40, first, first + 39 * PERIOD) for city in CITIES]
    assert road.warehouse.query("select distinct made_at, observed_at from weather_forecasts") == [
        (now, now + timedelta(seconds=20))
    ]
    assert road.warehouse.query("select city_id, measured_at from weather_current order by 1") == [
        (city, floored(now, timedelta(minutes=10))) for city in CITIES
    ]
    covered = road.warehouse.query("select stream, subject, window_start, window_end, is_complete from coverage")
    assert set(covered) == {
        (stream.name, city, now - PERIOD, now, True) for stream in (FORECASTS, CURRENT) for city in CITIES
    }


def test_what_was_known_then_stays_when_more_is_known(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather", ["forecasts"])
    earlier, later = now - timedelta(minutes=20), now
    run_at(road, sandbox, earlier, earlier)
    then = set(forecasts(road, "city_id, made_at, forecast_at, temperature_c"))
    # The vendor's figures are new every three hours.
    run_at(road, sandbox, earlier + PERIOD, later)
    both = set(forecasts(road, "city_id, made_at, forecast_at, temperature_c"))
    assert len(then) == 80
    assert len(both) == 160
    assert then < both
    twice = road.warehouse.query(
        "select city_id, forecast_at, count(distinct made_at), count(distinct temperature_c) from weather_forecasts "
        "group by 1, 2 having count(*) = 2"
    )
    assert len(twice) == 2 * 39
    assert {made for *_, made, _ in twice} == {2}
    assert sum(temperatures for *_, temperatures in twice) > 1.9 * len(twice)


def test_a_retry_leaves_the_same_rows(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather")
    run_at(road, sandbox, now + timedelta(seconds=20), now)
    rows, manifests = road.rows(but_observed_at=True), road.manifests
    run_at(road, sandbox, now + timedelta(seconds=40), now)
    assert road.rows(but_observed_at=True) == rows
    assert road.manifests == manifests
    last = now + timedelta(seconds=40)
    assert road.warehouse.query("select distinct observed_at from weather_forecasts") == [(last,)]


def test_a_window_that_goes_on_is_known_as_of_the_answer(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather", ["forecasts"])
    run_at(road, sandbox, now, now + 24 * HOUR)
    assert road.warehouse.query("select distinct made_at, observed_at from weather_forecasts") == [(now, now)]


def test_a_rebuild_from_raw_knows_when_a_forecast_was_made(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather")
    run_at(road, sandbox, now + timedelta(seconds=20), now)
    rows = road.rows()
    road.truncate()
    sandbox.house.requests.clear()
    road.run(now - PERIOD, now, from_raw=True)
    assert road.rows() == rows
    assert sandbox.asked() == []


def test_a_window_of_long_ago_is_not_asked_about(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather")
    long_ago = now - timedelta(days=3)
    sandbox.house.requests.clear()
    run_at(road, sandbox, now, long_ago)
    assert sandbox.asked() == []
    assert forecasts(road, "city_id, made_at, forecast_at") == []
    told = road.warehouse.query("select distinct is_complete, flags, row_count from coverage")
    assert told == [(False, "not_seen", 0)]


def test_a_run_repeated_too_late_keeps_what_was_seen_in_time(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather", ["forecasts"])
    long_ago = Window(now - timedelta(days=3) - PERIOD, now - timedelta(days=3))
    sandbox.set_clock(long_ago.end + timedelta(seconds=20))
    # As if it had been read that day: the stream without its reach.
    in_time = Job(replace(FORECASTS, live=None), long_ago, tuple(CITIES))
    lake = Lake(f"lake_{road.name}")
    (seen,) = Extraction(WeatherHook(), lake, logging.getLogger(__name__)).run([in_time])
    road.load(road.stage({"manifests": [seen.key("raw")], "seconds": {}}))
    rows = road.rows()
    assert len(rows["weather_forecasts"]) == 80
    sandbox.house.requests.clear()
    road.run(long_ago.start, long_ago.end)
    assert sandbox.asked() == []
    assert Manifest.read(lake, seen.key("raw")) == seen
    assert road.rows() == rows


def test_a_city_that_cannot_be_read_does_not_stop_the_others(new_road: NewRoad, sandbox: Any, now: datetime) -> None:
    road = new_road("weather", ["forecasts"])
    sandbox.misbehave("weather", "gone", path="lat=37.98")
    with pytest.raises(Exception, match="athens"):
        run_at(road, sandbox, now, now)
    assert {city for city, *_ in forecasts(road, "city_id, made_at, forecast_at")} == {"berlin"}


def test_no_key_lies_in_the_lake(new_road: NewRoad, sandbox: Any, now: datetime, log_lines: list[str]) -> None:
    road = new_road("weather")
    run_at(road, sandbox, now, now)
    key = sandbox.house.credentials.weather_key
    lake = Lake(f"lake_{road.name}")
    names = road.lake.keys("")
    kept = [lake.get(name) for name in names if name.endswith((".json", ".zst"))]
    assert kept
    assert not [name for name in names if key in name]
    assert key.encode() not in b"".join(body for body, _ in kept)
    assert key not in json.dumps([metadata for _, metadata in kept])
    assert any("/weather/data/2.5/forecast" in line for line in log_lines)
    assert key not in "\n".join(log_lines)
    assert {request["query"]["appid"] for request in sandbox.asked("weather")} == {"***"}
