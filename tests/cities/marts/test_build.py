"""Building the tables: which hours, again, for an older moment, and by two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from bellwether.cities.marts import build, read_city_hours, window_to_build
from bellwether.places import read_cities
from bellwether.warehouse import Warehouse
from bellwether.window import Window, WindowError
from tests.cities.marts.facts import HOUR, NOW, airport, asked, at, flight, forecast, page, population
from tests.company import cover
from tests.flights import local_day

TABLES = ["city_calendar", "aircraft_seats", "cities", "city_populations", "airports", "city_airports", "city_flights"]
TABLES += ["city_weather", "airport_hours", "city_hours"]
DAY = timedelta(days=1)


def rows(warehouse: Any) -> dict[str, list[Any]]:
    """All rows of the tables that are built."""
    return {table: sorted(warehouse.query(f"select * from {table}"), key=repr) for table in TABLES}


def a_day() -> None:
    """Something of every kind."""
    page()
    population(3_700_000, "2023")
    airport("EDDB")
    asked("EDDB", at(0), at(48))
    flight("A 1", at(14.5))
    for hour in (12, 15, 18):
        forecast(at(hour), made_at=at(9), temperature_c=float(hour))


def test_an_hour_has_all_that_is_known_of_its_city(database: Warehouse, warehouse: Any) -> None:
    a_day()
    counts = build(database, NOW, since=at(0))
    assert list(counts) == TABLES
    assert counts == {table: len(found) for table, found in rows(warehouse).items()}
    hours = read_city_hours(database, Window(at(14), at(15)))
    assert sorted(hours["city_id"]) == sorted(read_cities())
    [berlin] = hours[hours["city_id"] == "berlin"].to_dict("records")
    assert berlin == {
        "city_id": "berlin", "hour_at": at(14), "known_at": NOW, "local_at": "2026-11-20T15:00:00+01:00",
        "local_date": NOW.date(), "local_hour": 15, "weekday": 5, "is_holiday": False, "holiday": None,
        "weather_made_at": at(9), "temperature_c": 14.0, "precipitation_probability": 0.0, "rain_mm": 0.0,
        "snow_mm": 0.0, "wind_m_per_s": 3.0, "is_rainy": False, "is_cold": False, "is_windy": False,
        "arrivals": 1.0, "arriving_seats": 170.0, "arrivals_with_seats": 1.0, "departures": 0.0,
        "departing_seats": 0.0, "departures_with_seats": 0.0, "population": 3_700_000.0, "elevation_m": 34.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("date", "local_hours"),
    [("2026-03-29", [0, 1, *range(3, 24)]), ("2026-10-25", [0, 1, 2, *range(2, 24)])],
)
def test_a_day_on_which_clocks_are_changed_has_its_hours(
    database: Warehouse, warehouse: Any, date: str, local_hours: list[int]
) -> None:
    day = local_day(date, "Europe/Berlin")
    build(database, day.end, since=day.start)
    found = warehouse.query(
        "select local_hour, local_at, hour_at from city_hours where city_id = 'berlin' and local_date = %s "
        "order by hour_at",
        (date,),
    )
    assert [hour for hour, *_ in found] == local_hours
    # With the offset each says which moment it is, also where the clocks show an hour twice.
    assert [datetime.fromisoformat(local) for _, local, _ in found] == [moment for *_, moment in found]
    assert len({local for _, local, _ in found}) == len(local_hours)
    assert len(found) * HOUR == day.end - day.start


def test_a_second_build_changes_nothing(database: Warehouse, warehouse: Any) -> None:
    a_day()
    build(database, NOW)
    first = rows(warehouse)
    build(database, NOW)
    assert rows(warehouse) == first
    assert all(first.values())


def test_a_build_for_an_older_moment_undoes_nothing_and_adds_what_is_missing(
    database: Warehouse, warehouse: Any
) -> None:
    forecast(at(15), made_at=at(9), temperature_c=9.0)
    build(database, at(9), since=at(6))
    forecast(at(15), made_at=at(12), temperature_c=12.0)
    build(database, at(12), since=at(6))
    newer = rows(warehouse)
    build(database, at(9), since=at(3))
    older = rows(warehouse)
    for table in ("city_weather", "city_hours"):
        assert set(older[table]) >= set(newer[table])
    added = {row[1:3] for row in set(older["city_hours"]) - set(newer["city_hours"])}
    assert added == {(at(hour), at(9)) for hour in (3, 4, 5)}
    assert len(newer["city_weather"]) == 3
    assert {row[4] for row in older["city_weather"]} == {12.0}


def test_two_builds_at_once_leave_what_one_after_the_other_does(database: Warehouse, warehouse: Any) -> None:
    a_day()
    build(database, at(11), since=at(0))
    build(database, NOW, since=at(0))
    expected = rows(warehouse)
    warehouse.query("; ".join(f"delete from {table}" for table in TABLES))
    with ThreadPoolExecutor(max_workers=4) as pool:
        done = [pool.submit(build, database, moment, since=at(0)) for moment in (NOW, at(11), at(11), NOW)]
        assert all(one.result(timeout=60) for one in done)
    assert rows(warehouse) == expected


def test_first_everything_is_built_that_was_seen_then_what_is_new(database: Warehouse) -> None:
    assert window_to_build(database, NOW, None) == Window(NOW - DAY, NOW + 6 * DAY)
    cover("weather_forecasts", "berlin", NOW - 40 * DAY, NOW - 39 * DAY, observed_at=NOW - 39 * DAY)
    asked("EDDB", NOW - 30 * DAY, NOW - 28 * DAY, observed_at=NOW - 30 * DAY)
    cover("github_commits", "a/b", NOW - 90 * DAY, NOW - 89 * DAY, observed_at=NOW)
    assert window_to_build(database, NOW, None) == Window(NOW - 40 * DAY, NOW + 6 * DAY)
    build(database, NOW)
    assert window_to_build(database, NOW + HOUR, None) == Window(NOW + HOUR - DAY, NOW + HOUR + 6 * DAY)
    asked("EDDB", NOW - 3 * DAY, NOW + 2 * DAY, observed_at=NOW - HOUR)
    assert window_to_build(database, NOW + HOUR, None).start == NOW - 3 * DAY
    # After a pause no hour is left out.
    build(database, NOW + 2 * DAY, since=NOW)
    assert window_to_build(database, NOW + 30 * DAY, None).start == NOW + 2 * DAY
    # For an older moment the later build is none.
    assert window_to_build(database, NOW - HOUR, None).start == NOW - 40 * DAY


def test_a_window_is_of_whole_hours_and_two_years_at_most(database: Warehouse) -> None:
    assert window_to_build(database, at(12.5), at(3.5)) == Window(at(3), at(13) + 6 * DAY)
    assert window_to_build(database, NOW, at(0, "1990-01-01")) == Window(NOW - 730 * DAY, NOW + 6 * DAY)
    with pytest.raises(WindowError, match="empty"):
        window_to_build(database, NOW, NOW + 7 * DAY)
