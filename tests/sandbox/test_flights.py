"""The simulated AeroDataBox keeps to what is known of its airports and flights."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from sandbox.world.airports import BY_ICAO, watched
from sandbox.world.cities import cities

SEARCH = "/airports/search/location"
BERLIN = {"lat": 52.52, "lon": 13.405, "radiusKm": 50, "limit": 25, "withFlightInfoOnly": "true"}
LONDON = BERLIN | {"lat": 51.5072, "lon": -0.1275}
STATUSES = {"Expected", "EnRoute", "CheckIn", "Boarding", "GateClosed", "Departed", "Delayed", "Approaching", "Arrived"}


def listed(client, airport, since, until, direction="Arrival", **query):
    path = f"/flights/airports/icao/{airport}/{since}/{until}"
    answer = client.flights(path, direction=direction, withLeg="true", **query)
    if answer.status_code == 204:
        assert not answer.content
        return []
    assert answer.status_code == 200, answer.text
    return answer.json()[f"{direction.lower()}s"]


def day(client, airport, date, direction="Arrival", **query):
    halves = [("00:00", "11:59"), ("12:00", "23:59")]
    return [
        flight
        for since, until in halves
        for flight in listed(client, airport, f"{date}T{since}", f"{date}T{until}", direction, **query)
    ]


def share(flights, is_so):
    assert flights
    return sum(map(is_so, flights)) / len(flights)


@pytest.mark.parametrize(
    ("city", "expected"),
    [
        ("berlin", ["BER"]),
        ("kassel", ["KSF"]),
        ("cologne", ["CGN", "DUS"]),
        ("london", ["LCY", "LHR", "LGW", "LTN", "STN"]),
        ("paris", ["ORY", "CDG"]),
        ("stockholm", ["BMA", "ARN"]),
    ],
)
def test_airports_with_flights_are_found_by_place_the_nearest_first(client, city, expected):
    place = next(one for one in cities() if one.id == city)
    body = client.flights(SEARCH, **BERLIN | {"lat": place.latitude, "lon": place.longitude}).json()
    assert [airport["iata"] for airport in body["items"]] == expected
    assert body["count"] == len(expected)


def test_airports_without_flights_are_listed_unless_unwanted(client):
    def found(**query):
        return [airport["icao"] for airport in client.flights(SEARCH, **LONDON | query).json()["items"]]

    assert set(found(withFlightInfoOnly="false")) - set(found()) == {"EGWU"}
    assert found(limit=2) == ["EGLC", "EGLL"]
    assert found(radiusKm=13) == ["EGLC"]


def test_where_there_is_no_airport_there_is_no_content(client):
    answer = client.flights(SEARCH, lat=0, lon=-30, radiusKm=50)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("wrong", [{"lat": 91}, {"lon": "west"}, {"radiusKm": 1001}], ids=str)
def test_a_place_that_is_none_is_refused(client, wrong):
    answer = client.flights(SEARCH, **BERLIN | wrong)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_the_window_is_local_and_both_its_ends_count(client):
    flights = day(client, "EDDM", "2026-11-19")
    times = [flight["arrival"]["scheduledTime"]["local"] for flight in flights]
    assert {time[:10] for time in times} == {"2026-11-19"}
    assert times == sorted(times)
    clock = times[10][:16].replace(" ", "T")
    from_then = listed(client, "EDDM", clock, "2026-11-19T12:00")
    until_then = listed(client, "EDDM", "2026-11-19T00:00", clock)
    assert from_then[0]["arrival"]["scheduledTime"]["local"] == times[10]
    assert until_then[-1]["arrival"]["scheduledTime"]["local"] == times[10]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-20T00:00", "2026-11-20T12:01"),
        ("2026-11-20T12:00", "2026-11-20T12:00"),
        ("2026-11-20T12:00", "2026-11-20T11:00"),
        ("2026-11-20 12:00", "2026-11-20T13:00"),
        ("2026-11-20T12:00Z", "2026-11-20T13:00Z"),
        ("2026-13-20T12:00", "2026-13-20T13:00"),
    ],
)
def test_a_window_that_is_too_long_or_none_is_refused(client, since, until):
    answer = client.flights(f"/flights/airports/icao/EDDB/{since}/{until}", withLeg="true")
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_an_airport_has_two_codes_and_an_unknown_one_is_refused(client):
    window = "2026-11-19T06:00/2026-11-19T12:00"
    by_icao, by_iata = (
        client.flights(f"/flights/airports/{code}/{window}", withLeg="true") for code in ("icao/EDDB", "iata/ber")
    )
    assert by_icao.json() == by_iata.json()
    assert set(by_icao.json()) == {"arrivals", "departures"}
    assert client.flights(f"/flights/airports/icao/XXXX/{window}", withLeg="true").status_code == 400


def test_a_quiet_airport_has_half_days_without_content(client):
    found = [
        listed(client, "EDVK", f"2026-11-{date:02d}T{since}", f"2026-11-{date:02d}T{until}")
        for date in range(9, 16)
        for since, until in (("00:00", "11:59"), ("12:00", "23:59"))
    ]
    assert [] in found
    assert any(found)


def test_times_have_a_space_and_no_seconds(client):
    for flight in day(client, "LPPT", "2026-11-19"):
        scheduled = flight["arrival"]["scheduledTime"]
        assert len(scheduled["utc"]) == len("2026-11-19 05:50Z")
        assert scheduled["utc"].endswith("Z")
        assert datetime.fromisoformat(scheduled["local"]) == datetime.fromisoformat(scheduled["utc"])
        assert scheduled["local"][16:] == "+00:00"


def test_about_a_third_of_the_rows_are_codeshares(client):
    flights = [flight for icao in ("EDDM", "LFPG", "EGLL", "LGAV") for flight in day(client, icao, "2026-11-19")]
    assert 0.25 < share(flights, lambda flight: flight["codeshareStatus"] == "IsCodeshared") < 0.45
    alone = day(client, "EDDM", "2026-11-19", withCodeshared="false")
    assert {flight["codeshareStatus"] for flight in alone} == {"IsOperator"}
    both = day(client, "EDDM", "2026-11-19")
    operated = {flight["arrival"]["scheduledTime"]["utc"] for flight in alone}
    sold = [flight for flight in both if flight["codeshareStatus"] == "IsCodeshared"]
    assert {flight["arrival"]["scheduledTime"]["utc"] for flight in sold} <= operated
    assert len({(flight["number"], flight["arrival"]["scheduledTime"]["utc"]) for flight in both}) == len(both)


def test_optional_fields_are_really_absent_sometimes(client):
    flights = [
        flight
        for icao in ("EDDM", "LFPG", "EGLL", "EDDB")
        for flight in day(client, icao, "2026-11-19")
        if flight["codeshareStatus"] == "IsOperator"
    ]
    assert 0.6 < share(flights, lambda flight: "callSign" not in flight) < 0.9
    assert 0 < share(flights, lambda flight: "reg" not in flight["aircraft"]) < 0.15
    assert 0 < share(flights, lambda flight: "scheduledTime" not in flight["departure"]) < 0.1
    assert 0 < share(flights, lambda flight: "gate" not in flight["arrival"]) < 1
    assert 0 < share(flights, lambda flight: "baggageBelt" not in flight["arrival"]) < 1
    assert 0 < share(flights, lambda flight: "terminal" not in flight["arrival"]) < 1


def test_the_own_airport_has_no_code_and_the_other_one_has(client):
    for flight in day(client, "EDDB", "2026-11-19"):
        assert set(flight["arrival"]["airport"]) == {"name"}
        assert flight["departure"]["airport"]["icao"] in BY_ICAO
    for flight in day(client, "EDDB", "2026-11-19", "Departure"):
        assert set(flight["departure"]["airport"]) == {"name"}
        assert flight["arrival"]["airport"]["iata"]


def test_statuses_go_by_the_clock(client):
    seen = {}
    for hours in (-30, -1.5, -0.6, -0.2, 0, 0.3, 1, 2, 30):
        client.at(datetime(2026, 11, 19, 12, tzinfo=UTC) + timedelta(hours=hours))
        for icao, direction in product(("LFPG", "EGLL", "EDDM"), ("Arrival", "Departure")):
            for flight in listed(client, icao, "2026-11-19T11:00", "2026-11-19T15:00", direction):
                seen.setdefault((direction, icao, flight["number"]), []).append(flight["status"])
    statuses = {status for history in seen.values() for status in history}
    assert statuses >= STATUSES - {"Approaching"}
    for (direction, *_), history in seen.items():
        assert history[0] in ("Expected", "Canceled", "CanceledUncertain")
        last = "Arrived" if direction == "Arrival" else "Departed"
        assert history[-1] in (last, "Canceled", "CanceledUncertain", "Diverted")


def test_some_flights_are_called_off_and_that_is_known_late(client):
    airports = [one.icao for one in watched() if one.size >= 25]
    far_ahead = datetime(2026, 11, 14, tzinfo=UTC)
    before = [flight for icao in airports for flight in day(client.at(far_ahead), icao, "2026-11-18")]
    after = [
        flight for icao in airports for flight in day(client.at(far_ahead + timedelta(days=6)), icao, "2026-11-18")
    ]
    assert {flight["status"] for flight in before} == {"Expected"}
    assert {flight["number"] for flight in before} == {flight["number"] for flight in after}
    called_off = [flight for flight in after if flight["status"].startswith("Canceled")]
    assert 0.005 < len(called_off) / len(after) < 0.1
    assert not any("runwayTime" in flight["arrival"] for flight in called_off)
    kept = [flight for icao in airports for flight in day(client, icao, "2026-11-18", withCancelled="false")]
    assert not [flight for flight in kept if flight["status"].startswith("Canceled")]


def test_what_is_not_followed_live_stays_unknown(client):
    flights = [flight for date in range(9, 19) for flight in day(client, "EDVK", f"2026-11-{date:02d}")]
    assert {flight["status"] for flight in flights} == {"Unknown"}
    assert {flight["codeshareStatus"] for flight in flights} == {"Unknown"}
    assert all(flight["arrival"]["quality"] == ["Basic"] for flight in flights)
    assert not any("revisedTime" in flight["arrival"] for flight in flights)
