"""Flights: airports found near the cities, records in both of the vendor's shapes, and its limits."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bellwether.distance import haversine_km
from bellwether.hooks.cut import cut
from bellwether.hooks.errors import NotAuthorized, QuotaExhausted
from bellwether.sources.flights import AIRPORTS, ARRIVALS, DEPARTURES
from bellwether.window import Window
from sandbox.world.airports import BY_ICAO
from tests.flights import rows, staged


def test_airports_are_found_near_each_city_and_never_named(vendors):
    hook = vendors.hook("flights", cities=["london", "berlin"])
    assert hook.subjects(AIRPORTS) == ["london", "berlin"]
    assert hook.subjects(ARRIVALS) == hook.subjects(DEPARTURES) == ["EGLC", "EGLL", "EGKK", "EGGW", "EGSS", "EDDB"]
    assert [one["query"]["withFlightInfoOnly"] for one in vendors.asked("flights")] == ["true", "true"]


def test_an_airport_near_two_cities_is_read_once(vendors):
    hook = vendors.hook("flights", cities=["cologne"])
    assert hook.subjects(ARRIVALS) == ["EDDK", "EDDL"]
    assert len(vendors.hook("flights").subjects(ARRIVALS)) == len(set(vendors.hook("flights").subjects(ARRIVALS))) == 17


def test_a_citys_airports_are_asked_for_once_for_all_streams(vendors, lately):
    hook = vendors.hook("flights", cities=["cologne"])
    for stream in hook.source.streams:
        for subject in hook.subjects(stream):
            vendors.read(hook, stream.name, subject, lately(hours=1))
    assert len(vendors.asked("flights", "/search/")) == 1


def test_an_airport_has_its_distance_from_the_city(vendors, lately):
    hook = vendors.hook("flights", cities=["stockholm"])
    found = rows(vendors, hook, "airports", "stockholm", lately(hours=1))
    assert [(row["icao"], row["iata"], row["municipality"], row["country"]) for row in found] == [
        ("ESSB", "BMA", "Stockholm", "SE"),
        ("ESSA", "ARN", "Stockholm", "SE"),
    ]
    for row in found:
        airport = BY_ICAO[row["icao"]]
        assert row["distance_km"] == round(haversine_km(59.3294, 18.0686, airport.latitude, airport.longitude), 3)
    assert 5 < found[0]["distance_km"] < 10 < 30 < found[1]["distance_km"] < 40


@pytest.mark.parametrize("location", [{}, {"location": None}, {"location": {"lat": 52.4}}], ids=str)
def test_an_airport_without_a_place_has_no_distance(location):
    (row,), rejects = staged(AIRPORTS, [{"icao": "EDDB", "name": "Berlin"} | location], "berlin")
    assert row["distance_km"] is None
    assert not rejects


def test_an_airport_without_a_code_is_rejected():
    found, (reason,) = staged(
        AIRPORTS, [{"iata": "BER", "name": "Berlin"}, {"icao": "EDDB", "name": "Berlin"}], "berlin"
    )
    assert [row["icao"] for row in found] == ["EDDB"]
    assert "`icao`" in reason


def test_an_airport_whose_zone_nobody_has_heard_of_has_its_citys(vendors):
    vendors.misbehave("flights", "malformed", path="/search/", field="timeZone")
    hook = vendors.hook("flights", cities=["berlin"])
    assert hook.zone("EDDB") == ZoneInfo("Europe/Berlin")


def test_the_other_airport_is_where_it_comes_from_or_goes_to(vendors, lately):
    hook = vendors.hook("flights", cities=["munich"])
    for name, place in (("arrivals", "origin"), ("departures", "destination")):
        found = rows(vendors, hook, name, "EDDM", lately(days=1))
        assert found
        assert all(row[f"{place}_icao"] in BY_ICAO for row in found)
        assert all(row[f"{place}_iata"] and row[f"{place}_name"] for row in found)
        assert not [row for row in found if row[f"{place}_icao"] == "EDDM"]


def test_codeshares_are_told_apart(vendors, lately):
    hook = vendors.hook("flights", cities=["munich"])
    found = rows(vendors, hook, "arrivals", "EDDM", lately(days=2))
    shares = [row["codeshare_status"] for row in found].count("IsCodeshared") / len(found)
    assert 0.2 < shares < 0.5
    assert {row["codeshare_status"] for row in found} == {"IsOperator", "IsCodeshared"}


@pytest.mark.parametrize("direction", ["arrivals", "departures"])
def test_without_codeshares_each_aeroplane_is_there_once(vendors, lately, direction):
    hook = vendors.hook("flights", cities=["munich"])
    day = lately(days=1)
    found = [row for row in rows(vendors, hook, direction, "EDDM", day) if row["codeshare_status"] != "IsCodeshared"]
    flown = getattr(vendors.world.flights, direction)("EDDM", day.start, day.end)
    assert sorted(row["number"] for row in found) == sorted(flight.leg.number for flight in flown)
    # A number may be flown twice in twenty-four hours, at another time.
    assert len({(row["number"], row["scheduled_at"]) for row in found}) == len(found) > 40


def test_what_is_not_known_is_null(vendors, lately):
    hook = vendors.hook("flights", cities=["london"])
    found = rows(vendors, hook, "arrivals", "EGLL", lately(days=2))
    for name in ("terminal", "gate", "baggage_belt", "call_sign", "aircraft_registration", "runway_at", "revised_at"):
        values = [row[name] for row in found]
        assert None in values, name
        assert any(values), name


NESTED = {
    "number": "LH 2030",
    "status": "Arrived",
    "arrival": {
        "scheduledTime": {"utc": "2026-11-20 05:50Z", "local": "2026-11-20 06:50+01:00"},
        "revisedTime": {"utc": "2026-11-20 06:01Z", "local": "2026-11-20 07:01+01:00"},
        "runwayTime": {"utc": "2026-11-20 05:58Z", "local": "2026-11-20 06:58+01:00"},
    },
}
FLAT = NESTED | {
    "arrival": {
        "scheduledTimeUtc": "2026-11-20 05:50Z",
        "scheduledTimeLocal": "2026-11-20 06:50+01:00",
        "actualTimeUtc": "2026-11-20 06:01Z",
        "actualTimeLocal": "2026-11-20 07:01+01:00",
        "runwayTimeUtc": "2026-11-20 05:58Z",
        "runwayTimeLocal": "2026-11-20 06:58+01:00",
    }
}


def at(clock):
    return datetime.fromisoformat(f"2026-11-20T{clock}Z")


@pytest.mark.parametrize(
    "record", [NESTED, FLAT, NESTED | {"arrival": FLAT["arrival"] | NESTED["arrival"]}], ids=["nested", "flat", "both"]
)
def test_times_are_read_in_either_shape(record):
    (row,), rejects = staged(ARRIVALS, [record])
    assert not rejects
    assert [row[name] for name in ("scheduled_at", "revised_at", "runway_at")] == [
        at("05:50"),
        at("06:01"),
        at("05:58"),
    ]
    assert row["scheduled_local"] == "2026-11-20 06:50+01:00"
    inside, outside = (Window(at(since), at(until)) for since, until in (("05:50", "05:51"), ("05:51", "07:00")))
    line = json.dumps(record).encode()
    assert [cut(ARRIVALS, window, [line])[0] for window in (inside, outside)] == [[line], []]


@pytest.mark.parametrize("record", [NESTED, FLAT], ids=["nested", "flat"])
def test_a_departure_s_times_are_those_of_its_own_airport(record):
    there = {"scheduledTime": {"utc": "2026-11-20 08:00Z"}, "scheduledTimeUtc": "2026-11-20 08:00Z"}
    (row,), rejects = staged(DEPARTURES, [record | {"departure": record["arrival"], "arrival": there}])
    assert not rejects
    assert [row[name] for name in ("scheduled_at", "revised_at", "runway_at")] == [
        at("05:50"),
        at("06:01"),
        at("05:58"),
    ]
    assert row["scheduled_local"] == "2026-11-20 06:50+01:00"


@pytest.mark.parametrize(
    "times",
    [
        {"revisedTime": {"utc": "2026-11-20 05:55Z"}},
        {"revisedTime": {"utc": "2026-11-20 06:31Z"}},
        {"predictedTime": {"utc": "2026-11-20 06:10Z"}},
        {"runwayTime": {"utc": "2026-11-20 23:58Z"}},
        {"actualTimeUtc": "2026-11-20 06:10Z"},
    ],
    ids=str,
)
def test_a_flight_without_a_schedule_keeps_its_key_while_its_times_move(times):
    (row,), _ = staged(ARRIVALS, [NESTED | {"arrival": times}])
    assert row["scheduled_at"] == at("04:00")
    assert row["scheduled_local"] is None
    assert row["revised_at"] or row["runway_at"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"arrival": {}}, "no scheduled, revised, predicted or runway time"),
        ({"arrival": None}, "no scheduled, revised, predicted or runway time"),
        ({"arrival": {"scheduledTime": {"utc": "2026-11-20 05:50"}}}, "a time without an offset"),
        ({"arrival": {"scheduledTime": {"utc": "in the morning"}}}, "Invalid isoformat string"),
        ({"arrival": {"scheduledTime": {"utc": 5}}}, "`$.arrival.scheduledTime.utc`"),
        ({"number": None}, "`$.number`"),
    ],
    ids=str,
)
def test_a_flight_that_has_no_time_or_number_is_kept_and_rejected(wrong, reason):
    record = NESTED | wrong
    kept, _ = cut(ARRIVALS, Window(at("05:00"), at("07:00")), [json.dumps(record).encode()])
    assert len(kept) == 1
    found, (said,) = staged(ARRIVALS, [NESTED | {"number": "LH 1"}, record])
    assert [row["number"] for row in found] == ["LH 1"]
    assert reason in said


def test_all_but_number_and_time_may_be_missing():
    bare = {"number": "LH 2030", "arrival": {"scheduledTime": {"utc": "2026-11-20 05:50Z"}}}
    (row,), rejects = staged(ARRIVALS, [bare])
    assert not rejects
    known = {"airport_icao", "number", "scheduled_at", "scheduled_local", "observed_at"}
    assert {name for name, value in row.items() if value is not None} == known


def test_one_request_a_second_unless_the_extra_says_otherwise(vendors):
    assert vendors.hook("flights", requests_per_second=None).request_limits() == ((1, 1.0),)
    assert vendors.hook("flights", requests_per_second=5).request_limits() == ((5, 1.0),)


def test_the_seconds_limit_is_waited_for(vendors, lately):
    vendors.misbehave("flights", "429", path="/icao/", count=2)
    hook = vendors.hook("flights", cities=["berlin"])
    waited = []
    hook.sender = replace(hook.sender, sleep=waited.append)
    assert vendors.read(hook, "arrivals", "EDDB", lately(hours=6))
    assert waited == [1.0, 1.0]


@pytest.mark.parametrize(("seconds", "hours"), [(86_400, 24), (7_200, 2)])
def test_a_used_up_month_says_how_long(vendors, the_error, lately, seconds, hours):
    hook = vendors.hook("flights", cities=["berlin"])
    hook.subjects(ARRIVALS)
    vendors.misbehave("flights", "quota", seconds=seconds)
    error = the_error(hook, "arrivals", "EDDB", lately(hours=6))
    assert isinstance(error, QuotaExhausted)
    assert "MONTHLY quota" in str(error)
    assert f"wait {hours * 3600:,} s" in str(error)


def test_a_key_without_a_subscription_is_turned_down(vendors, the_error, lately):
    vendors.misbehave("flights", "forbidden")
    error = the_error(vendors.hook("flights"), "airports", "berlin", lately(hours=6))
    assert isinstance(error, NotAuthorized)
    assert "not subscribed" in str(error)
