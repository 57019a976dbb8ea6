"""The road of flights: announced a day ahead, read until they have landed, each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.sources.flights import ARRIVALS
from sandbox.world.days import moment_of

DAY = timedelta(days=1)
D = datetime(2026, 10, 23, tzinfo=UTC)
# Clocks are set back between them.
TOMORROW, LATER = D + DAY, D + 2 * DAY
DONE = {"Arrived", "Canceled", "CanceledUncertain", "Diverted"}
ARRIVAL = "select status, runway_at, revised_at from flights_arrivals where airport_icao = 'EDDB' and scheduled_at"

NewRoad = Callable[..., Any]


def on(road: Any, start: datetime) -> list[tuple[Any, ...]]:
    """The day's arrivals at Berlin."""
    rows: list[tuple[Any, ...]] = road.warehouse.query(f"{ARRIVAL} >= %s and scheduled_at < %s", (start, start + DAY))
    return rows


def scheduled(sandbox: Any, icao: str, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    found = []
    for flight in sandbox.house.world.flights.arrivals(icao, start, end):
        partners = [number for _, number in flight.leg.partners]
        found += [(number, moment_of(flight.scheduled_arrival)) for number in (flight.leg.number, *partners)]
    return sorted(found)


def daily(road: Any, sandbox: Any, end: datetime, **how: Any) -> Any:
    """The run of the day that ends then, started a minute after it."""
    sandbox.set_clock(end + timedelta(minutes=1))
    return road.run(end - DAY, end, scheduled=True, **how)


def test_tomorrows_flights_are_expected_and_two_days_later_they_have_arrived(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("flights", ["arrivals"])
    daily(road, sandbox, TOMORROW)
    tomorrow = on(road, LATER)
    assert len(tomorrow) > 20
    assert {status for status, *_ in tomorrow} <= {"Expected", "Canceled", "CanceledUncertain"}
    assert not [row for row in tomorrow if row[1]]
    daily(road, sandbox, LATER + DAY)
    done = on(road, LATER)
    assert len(done) == len(tomorrow)
    # The last hours' may still be in the air.
    landed = [status for status, *_ in done if status in DONE]
    assert "Arrived" in landed
    assert len(landed) > 0.8 * len(done)
    daily(road, sandbox, LATER + 2 * DAY)
    assert {status for status, *_ in on(road, LATER)} <= DONE


@pytest.mark.parametrize("first", [D, datetime(2026, 3, 27, tzinfo=UTC)], ids=["set back", "set forward"])
def test_every_flight_is_there_once_from_when_it_is_announced(new_road: NewRoad, sandbox: Any, first: datetime) -> None:
    road = new_road("flights", ["arrivals"])
    for day in range(1, 4):
        daily(road, sandbox, first + day * DAY)
    found = road.warehouse.query(
        "select number, scheduled_at from flights_arrivals where airport_icao = 'EDDB' order by 1, 2"
    )
    assert found == scheduled(sandbox, "EDDB", first - ARRIVALS.lookback, first + 3 * DAY + ARRIVALS.ahead)
    assert len(found) > 100


def test_the_ledger_says_what_was_read_ahead_and_calls_none_of_it_settled(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("flights", ["arrivals"])
    daily(road, sandbox, TOMORROW)
    reach = (
        "select subject, min(window_start), max(window_end), bool_and(is_complete) from coverage group by 1 order by 1"
    )
    ahead = (D - ARRIVALS.lookback, TOMORROW + ARRIVALS.ahead, True)
    assert road.warehouse.query(reach) == [("EDDB", *ahead), ("EDVK", *ahead)]
    sandbox.house.requests.clear()
    road.run(D, TOMORROW + ARRIVALS.ahead, only_missing=True)
    first = min(one["path"].split("/")[-2] for one in sandbox.asked("/EDDB/"))
    # From twelve hours before it was read, by the clocks of Berlin.
    assert first == "2026-10-23T14:01"


def test_a_day_without_flights_is_covered_and_has_no_rows(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("flights", ["arrivals"])
    sandbox.connect("flights", cities=["kassel"])
    quiet = next(day for day in (D, TOMORROW, LATER) if not scheduled(sandbox, "EDVK", day, day + DAY))
    # Just the window, neither back nor ahead of it.
    assert road.run(quiet, quiet + DAY, only_missing=True)["arrivals"]["rows"] == 0
    rows = road.rows()
    assert rows["flights_arrivals"] == []
    assert [row[2:9] for row in rows["coverage"]] == [("EDVK", quiet, quiet + DAY, 0, 0, True, "")]
    assert {one["status"] for one in sandbox.asked("/EDVK/")} == {204}


def test_a_retry_and_a_rerun_leave_the_same_rows(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("flights")
    daily(road, sandbox, TOMORROW)
    rows = road.rows()
    assert all(rows.values())
    daily(road, sandbox, TOMORROW)
    assert road.rows() == rows
    sandbox.misbehave("flights", "500", path="/EDDB/", count=3)
    sandbox.misbehave("flights", "429", path="/EDVK/", count=1)
    daily(road, sandbox, TOMORROW)
    assert road.rows() == rows


def test_an_older_reading_that_comes_late_changes_nothing(new_road: NewRoad, sandbox: Any) -> None:
    early, late = new_road("flights", ["arrivals"]), new_road("flights", ["arrivals"])
    days, first, second = (D, TOMORROW), TOMORROW + timedelta(minutes=1), LATER + timedelta(minutes=1)
    for road in (early, late):
        sandbox.set_clock(first)
        staged = road.stage(road.extract(road.context(*days)))
        if road is early:
            road.load(staged)
        sandbox.set_clock(second)
        road.run(TOMORROW, LATER)
    late.load(staged)
    assert late.rows() == early.rows()
    assert len(on(late, TOMORROW)) > 20


def test_one_airport_that_cannot_be_read_does_not_stop_the_others(new_road: NewRoad, sandbox: Any) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    road = new_road("flights", ["arrivals"])
    sandbox.misbehave("flights", "500", path="/EDVK/", count=1000)
    with pytest.raises(AirflowFailException, match="arrivals EDVK: 'flights'"):
        daily(road, sandbox, TOMORROW)
    assert {row[2] for row in road.rows()["coverage"]} == {"EDDB"}
    assert len(on(road, LATER)) > 20
