"""Flights and airports: where each column stands in what the vendor says, and what the vendor is asked."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.answer import Answer
from bellwether.sources.flights import AIRPORTS, ARRIVALS, DEPARTURES, FlightsHook
from tests.flights import NOW, staged
from tests.hooks.conftest import Service

OWN = {
    "scheduledTime": {"utc": "2026-11-20 05:50Z", "local": "2026-11-20 06:50+01:00"},
    "revisedTime": {"utc": "2026-11-20 06:01Z"},
    "runwayTime": {"utc": "2026-11-20 05:58Z"},
    "terminal": "1",
    "gate": "B12",
    "baggageBelt": "A3",
    "checkInDesk": "100-104",
}
OTHER = {"airport": {"icao": "EGLL", "iata": "LHR", "name": "London"}, "terminal": "5", "gate": "C64"}
ABOUT = {
    "number": "BA 982",
    "status": "Arrived",
    "codeshareStatus": "IsOperator",
    "isCargo": True,
    "callSign": "BAW982",
    "aircraft": {"reg": "G-EUYA", "model": "Airbus A320"},
    "airline": {"name": "British Airways", "iata": "BA", "icao": "BAW"},
}
AIRPORT = {
    "icao": "EDDB",
    "iata": "BER",
    "name": "Berlin Brandenburg",
    "municipalityName": "Berlin",
    "countryCode": "DE",
    "location": {"lat": 52.3514, "lon": 13.4939},
    "timeZone": "Europe/Berlin",
}


def at(clock):
    return datetime.fromisoformat(f"2026-11-20T{clock}Z")


@pytest.mark.parametrize(
    ("stream", "own", "other", "place", "more"),
    [
        pytest.param(ARRIVALS, "arrival", "departure", "origin", {"baggage_belt": "A3"}, id="arrivals"),
        pytest.param(DEPARTURES, "departure", "arrival", "destination", {"check_in_desk": "100-104"}, id="departures"),
    ],
)
def test_all_that_is_told_of_a_flight_is_in_its_row(stream, own, other, place, more):
    (row,), rejects = staged(stream, [ABOUT | {own: OWN, other: OTHER}], "EDDB")
    assert not rejects
    assert row == more | {
        "airport_icao": "EDDB", "number": "BA 982", "scheduled_at": at("05:50"),
        "scheduled_local": "2026-11-20 06:50+01:00", "revised_at": at("06:01"), "runway_at": at("05:58"),
        "status": "Arrived", "codeshare_status": "IsOperator", "is_cargo": True, f"{place}_icao": "EGLL",
        f"{place}_iata": "LHR", f"{place}_name": "London", "airline_name": "British Airways", "airline_iata": "BA",
        "airline_icao": "BAW", "call_sign": "BAW982", "aircraft_model": "Airbus A320",
        "aircraft_registration": "G-EUYA", "terminal": "1", "gate": "B12", "observed_at": NOW,
    }  # fmt: skip


def test_all_that_is_told_of_an_airport_is_in_its_row():
    (row,), rejects = staged(AIRPORTS, [AIRPORT], "berlin")
    assert not rejects
    assert 15 < row.pop("distance_km") < 25
    assert row == {
        "city_id": "berlin", "icao": "EDDB", "iata": "BER", "name": "Berlin Brandenburg", "municipality": "Berlin",
        "country": "DE", "latitude": 52.3514, "longitude": 13.4939, "timezone": "Europe/Berlin", "observed_at": NOW,
    }  # fmt: skip


@pytest.fixture
def service(monkeypatch):
    running = Service()
    extra = {"cities": ["berlin"], "backoff_seconds": 0.001, "requests_per_second": 10_000}
    connection = {"conn_type": "http", "host": running.root, "password": "a-key", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_FLIGHTS", json.dumps(connection))
    yield running
    running.stop()


def test_an_airport_without_a_code_is_not_asked_about(service):
    service.answers({"body": json.dumps({"items": [{"name": "Somewhere", "timeZone": "UTC"}, AIRPORT]}).encode()})
    assert FlightsHook().subjects(ARRIVALS) == ["EDDB"]


def test_private_flights_are_not_asked_for(service, lately):
    service.answers({"body": json.dumps({"items": [AIRPORT]}).encode()}, {"status": 204, "body": b""})
    hook = FlightsHook()
    for stream, direction in ((ARRIVALS, "Arrival"), (DEPARTURES, "Departure")):
        assert [page.records for page in hook.read(stream, "EDDB", lately(hours=1))] == [[]]
        assert dict(service.seen[-1].query) == {"direction": direction, "withLeg": "true", "withPrivate": "false"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-requests-reset": "90", "Retry-After": "7"}, 90),
        ({"Retry-After": "7"}, 7),
        ({}, 30 * 24 * 3600),
    ],
    ids=["as the gateway says", "as is asked", "the month"],
)
def test_a_used_up_month_is_waited_for_as_long_as_anybody_says(headers, seconds):
    said = b'{"message": "You have exceeded the MONTHLY quota for API Units"}'
    assert FlightsHook().wait_asked(Answer(429, headers, said, datetime(2026, 11, 20, tzinfo=UTC))) == seconds
