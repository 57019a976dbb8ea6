"""Flights by airport and hour: each once, only those that fly people, and only where they are covered."""

from typing import Any

import pytest

from bellwether.cities.marts import build, read_airport_hours, read_city_airports, read_city_hours
from bellwether.warehouse import Warehouse
from bellwether.window import Window
from tests.cities.marts.facts import HOUR, NOW, airport, asked, at, flight

HOURS = Window(at(13), at(16))
COUNTS = ["arrivals", "arriving_seats", "arrivals_with_seats", "departures", "departing_seats", "departures_with_seats"]


def counted(database: Warehouse, icao: str = "EDDB", window: Window = HOURS) -> list[list[float | None]]:
    """The counts of an airport, hour by hour, None where they are not known."""
    hours = read_airport_hours(database, window)
    found = hours[hours["icao"] == icao][COUNTS].astype(object)
    return found.where(found.notna(), None).values.tolist()


def test_an_aeroplane_is_counted_once_and_only_if_it_brings_people(database: Warehouse, warehouse: Any) -> None:
    airport("EDDB")
    asked("EDDB", at(0), at(24))
    flight("LH 1", at(14.2))
    flight("UA 9001", at(14.2), codeshare_status="IsCodeshared")
    flight("FX 5", at(14.3), is_cargo=True, aircraft_model="Boeing 777-300ER")
    flight("LH 2", at(14.4), status="Canceled")
    flight("LH 3", at(14.5), status="CanceledUncertain")
    flight("LH 4", at(14.6), status="Diverted")
    flight("ZZ 7", at(14.7), status="Unknown", codeshare_status="Unknown", is_cargo=None, aircraft_model=None)
    flight("LH 8", at(14.8), direction="departures", status="Canceled")
    flight("LH 9", at(14.9), direction="departures", status="Diverted")
    build(database, NOW)
    assert counted(database) == [[0] * 6, [2, 170, 1, 1, 170, 1], [0] * 6]
    told = "number, seats, is_cancelled, is_cargo"
    assert warehouse.query(f"select {told} from city_flights order by direction, number") == [
        ("FX 5", None, False, True), ("LH 1", 170, False, False), ("LH 2", 170, True, False),
        ("LH 3", 170, True, False), ("LH 4", 170, True, False), ("ZZ 7", None, False, False),
        ("LH 8", 170, True, False), ("LH 9", 170, False, False),
    ]  # fmt: skip


def test_a_flight_is_counted_when_it_is_scheduled_and_expected_as_is_known_best(
    database: Warehouse, warehouse: Any
) -> None:
    airport("EDDB")
    asked("EDDB", at(0), at(24))
    flight("A 1", at(14.99), revised_at=at(15.5), runway_at=at(15.6), origin_icao="LGAV")
    flight("A 2", at(14), revised_at=at(15.5))
    flight("A 3", at(15), direction="departures", destination_icao="LPPT")
    build(database, NOW)
    assert [row[:1] + row[3:4] for row in counted(database)] == [[0, 0], [2, 0], [0, 1]]
    assert warehouse.query("select number, expected_at, other_icao from city_flights order by number") == [
        ("A 1", at(15.6), "LGAV"), ("A 2", at(15.5), None), ("A 3", at(15), "LPPT"),
    ]  # fmt: skip


def test_a_flight_without_a_schedule_is_counted_once_in_the_hour_it_is_expected(
    database: Warehouse, warehouse: Any
) -> None:
    airport("EDDB")
    asked("EDDB", at(0), at(24))
    for revised_at in (at(13.9), at(14.1), at(15.2)):
        flight("LX 10", at(4), scheduled_local=None, revised_at=revised_at)
    flight("LX 11", at(4), scheduled_local=None, revised_at=at(14.5), gone_at=NOW)
    build(database, NOW)
    assert [row[0] for row in counted(database)] == [0, 0, 1]
    assert warehouse.query("select number, expected_at from city_flights") == [("LX 10", at(15.2))]


def test_where_nobody_looked_nothing_is_known_and_where_somebody_did_none_is_zero(database: Warehouse) -> None:
    airport("EDDB")
    airport("EDVK", city="kassel")
    asked("EDDB", at(0), at(13.5), "arrivals")
    asked("EDDB", at(13.5), at(15.5), "arrivals")
    asked("EDDB", at(15), at(16), "arrivals", is_complete=False)
    asked("EDDB", at(14), at(15), "departures")
    flight("A 1", at(15.2))
    build(database, NOW)
    unknown = [None] * 3
    assert counted(database) == [[0, 0, 0, *unknown], [0] * 6, [*unknown, *unknown]]
    assert counted(database, "EDVK") == [[None] * 6] * 3


def test_of_another_source_or_airport_nothing_follows(database: Warehouse) -> None:
    from tests.company import cover

    airport("EDDB")
    asked("EDDK", at(0), at(24))
    cover("weather_arrivals", "EDDB", at(0), at(24), observed_at=NOW)
    build(database, NOW)
    assert counted(database) == [[None] * 6] * 3


def test_a_city_has_the_flights_of_all_its_airports_or_does_not_know(database: Warehouse) -> None:
    for icao, km in (("EGLL", 23.0), ("EGLC", 10.0)):
        airport(icao, city="london", distance_km=km)
    airport("EDDK", city="cologne")
    asked("EGLL", at(13), at(15))
    asked("EGLC", at(14), at(15))
    flight("B 1", at(13.5), icao="EGLL")
    flight("B 2", at(14.5), icao="EGLL")
    flight("B 3", at(14.5), icao="EGLC", aircraft_model="Embraer 190")
    flight("B 4", at(14.5), icao="EGLC", direction="departures", aircraft_model="Something else")
    build(database, NOW)
    hours = read_city_hours(database, HOURS)
    london = hours[hours["city_id"] == "london"][COUNTS].astype(object)
    assert london.where(london.notna(), None).values.tolist() == [[None] * 6, [2, 270, 2, 1, 0, 0], [None] * 6]
    assert hours[hours["city_id"].isin(["cologne", "kassel"])][COUNTS].isna().all(axis=None)
    assert read_city_airports(database) == {"london": ["EGLC", "EGLL"], "cologne": ["EDDK"]}


@pytest.mark.parametrize("as_said", [str.upper, str.lower, str])
def test_an_aircraft_has_the_seats_of_the_longest_model_that_it_begins_with(
    database: Warehouse, warehouse: Any, as_said: Any
) -> None:
    seats = {
        "Airbus A320": 170,
        "Airbus A320 NEO": 180,
        "Airbus A320 (sharklets)": 170,
        "Airbus A321 NEO": 220,
        "Boeing 737-800 (winglets)": 180,
        "Boeing 747-400": 370,
        "ATR 72": 70,
        "Bombardier CRJ900": 90,
        "Bombardier CRJ1000": 100,
        "Embraer 190": 100,
        "Embraer 190-E2": 110,
        "Airbus": None,
        "Boeing 777F": None,
        "Airbus A300-600": None,
        "My Airbus A320": None,
    }
    for number, model in enumerate(seats):
        flight(f"A {number}", at(14), aircraft_model=as_said(model))
    build(database, NOW)
    found = warehouse.query("select aircraft_model, seats from city_flights")
    assert dict(found) == {as_said(model): number for model, number in seats.items()}


def test_seats_are_told_for_lower_case_models_of_people(database: Warehouse, warehouse: Any) -> None:
    build(database, NOW)
    rows = warehouse.query("select model, seats from aircraft_seats")
    assert len(rows) > 50
    assert all(model == model.lower() and 20 <= seats <= 500 and seats % 10 == 0 for model, seats in rows)
    assert dict(rows)["airbus a380"] == 500


def test_an_hour_before_the_window_stays_as_it_was(database: Warehouse) -> None:
    airport("EDDB")
    asked("EDDB", at(0), at(24))
    flight("A 1", at(13.5))
    build(database, NOW, since=at(13))
    flight("A 2", at(13.6))
    flight("A 3", at(14.6))
    build(database, NOW + HOUR, since=at(14))
    assert [row[0] for row in counted(database)] == [1, 1, 0]
