"""The simulated gateway in front of AeroDataBox: its key, its second and its month."""

import pytest
import requests

SEARCH = "/airports/search/location"
BERLIN = {"lat": 52.52, "lon": 13.405, "radiusKm": 50, "limit": 25, "withFlightInfoOnly": "true"}


def test_the_second_is_limited_and_it_is_not_said_for_how_long(running):
    client = running(flights_per_second=1)
    answers = [client.flights(SEARCH, **BERLIN) for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert "rate limit per second for your plan, BASIC" in refused[0].json()["message"]
    assert "Retry-After" not in refused[0].headers


def test_the_months_units_run_out_and_the_gateway_tells_when_there_are_new_ones(running):
    client = running(flights_units_per_month=3)
    window = "/flights/airports/icao/EDDB/2026-11-19T00:00/2026-11-19T12:00"
    first, second, third = (
        client.flights(SEARCH, **BERLIN),
        client.flights(window, withLeg="true"),
        client.flights(SEARCH),
    )
    assert [first.headers["x-ratelimit-requests-remaining"], second.headers["x-ratelimit-requests-remaining"]] == [
        "2",
        "0",
    ]
    assert third.status_code == 429
    assert "MONTHLY quota" in third.json()["message"]
    assert 0 < int(third.headers["x-ratelimit-requests-reset"]) <= 30 * 86_400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-RapidAPI-Key": "wrong", "X-RapidAPI-Host": "127.0.0.1"}, 401),
        ({"X-RapidAPI-Host": "another.p.rapidapi.com"}, 403),
    ],
)
def test_the_key_and_the_host_are_checked(client, headers, status):
    if status == 403:
        headers = headers | {"X-RapidAPI-Key": client.credentials.flights_key}
    answer = requests.get(f"{client.root}/flights{SEARCH}", params=BERLIN, headers=headers, timeout=60)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])
