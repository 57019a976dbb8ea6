"""Google Analytics: the property's local minutes, which carry no offset, in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bellwether.sources.google_analytics.reports import folded_hours, minute_in_utc
from bellwether.window import Window

BERLIN, NEW_YORK = "250000001", "250000002"


def window(start, end):
    return Window(datetime.fromisoformat(f"{start}Z"), datetime.fromisoformat(f"{end}Z"))


def of_the_world(vendors, within, divisor, threshold):
    counted = {minute.at: minute.active_users // divisor for minute in vendors.world.traffic(within.start, within.end)}
    return {at: users for at, users in counted.items() if users >= threshold}


CHANGES = [
    pytest.param(BERLIN, "2026-03-28T12:00", "2026-03-30T12:00", None, id="Berlin, forward"),
    pytest.param(
        BERLIN, "2026-10-24T12:00", "2026-10-26T12:00", ("2026-10-25T00:00", "2026-10-25T02:00"), id="Berlin, back"
    ),
    pytest.param(NEW_YORK, "2026-03-07T12:00", "2026-03-09T12:00", None, id="New York, forward"),
    pytest.param(
        NEW_YORK, "2026-10-31T12:00", "2026-11-02T12:00", ("2026-11-01T05:00", "2026-11-01T07:00"), id="New York, back"
    ),
]


@pytest.mark.parametrize(("number", "start", "end", "doubled"), CHANGES)
def test_minutes_are_where_they_were_across_a_change_of_clocks(vendors, number, start, end, doubled):
    divisor, threshold = (1, 1) if number == BERLIN else (2, 3)
    within = window(start, end)
    hook = vendors.hook("google_analytics", properties=[BERLIN, NEW_YORK])
    told = {
        datetime.fromisoformat(record["at"]): int(record["activeUsers"])
        for record in vendors.read(hook, "traffic", number, within)
    }
    world = of_the_world(vendors, within, divisor, threshold)
    if doubled:
        both = window(*doubled)
        told, world = ({at: n for at, n in each.items() if at not in both} for each in (told, world))
    assert len(told) > 1_000
    assert told == world


@pytest.mark.parametrize(("number", "start", "end", "doubled"), CHANGES)
def test_hours_that_came_twice_are_called_incomplete(vendors, number, start, end, doubled):
    hook = vendors.hook("google_analytics", properties=[BERLIN, NEW_YORK])
    pages = vendors.pages(hook, "traffic", number, window(start, end))
    assert pages
    for page in pages:
        assert page.not_seen == ((window(*doubled),) if doubled else ())
        assert ("folded_hour" in page.flags) == bool(doubled)


def test_the_sum_of_both_hours_stands_at_the_first(vendors):
    hook = vendors.hook("google_analytics")
    both = window("2026-10-25T00:00", "2026-10-25T02:00")
    records = vendors.read(hook, "traffic", BERLIN, both)
    assert records
    assert {record["at"][:13] for record in records} == {"2026-10-25T00"}
    told = sum(int(record["eventCount"]) for record in records)
    assert told == sum(minute.events for minute in vendors.world.traffic(both.start, both.end))


@pytest.mark.parametrize("minutes", ["00:55,01:05", "01:00,01:05", "01:55,02:00"])
def test_a_short_window_in_the_doubled_hours_is_incomplete_too(vendors, minutes):
    start, end = (f"2026-10-25T{each}" for each in minutes.split(","))
    (page,) = vendors.pages(vendors.hook("google_analytics"), "traffic", BERLIN, window(start, end))
    assert page.not_seen == (window(start, end),)
    assert page.flags == {"folded_hour"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("2026-11-09T22:55", "2026-11-09T23:05", id="over Berlin's midnight"),
        pytest.param("2026-11-09T23:00", "2026-11-10T23:00", id="Berlin's day"),
        pytest.param("2026-11-10T00:00", "2026-11-10T00:05", id="five minutes"),
    ],
)
def test_a_window_gets_its_own_minutes_only(vendors, start, end):
    within = window(start, end)
    records = vendors.read(vendors.hook("google_analytics"), "traffic", BERLIN, within)
    assert {datetime.fromisoformat(record["at"]) for record in records} == set(of_the_world(vendors, within, 1, 1))


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("202603290159", "Europe/Berlin", "2026-03-29T00:59"),
        ("202603290300", "Europe/Berlin", "2026-03-29T01:00"),
        ("202610250159", "Europe/Berlin", "2026-10-24T23:59"),
        ("202610250230", "Europe/Berlin", "2026-10-25T00:30"),
        ("202610250300", "Europe/Berlin", "2026-10-25T02:00"),
        ("202603080159", "America/New_York", "2026-03-08T06:59"),
        ("202603080300", "America/New_York", "2026-03-08T07:00"),
        ("202611010130", "America/New_York", "2026-11-01T05:30"),
        ("202611010200", "America/New_York", "2026-11-01T07:00"),
        ("202607010000", "Asia/Kolkata", "2026-06-30T18:30"),
    ],
)
def test_local_minutes_in_utc(local, zone, utc):
    assert minute_in_utc(local, ZoneInfo(zone)) == datetime.fromisoformat(f"{utc}Z")


@pytest.mark.parametrize("local", ["(other)", "(not set)", "", "202613010000"])
def test_what_is_no_minute_is_none(local):
    assert minute_in_utc(local, ZoneInfo("Europe/Berlin")) is None


def test_hours_fold_in_zones_that_change_by_less_than_an_hour():
    # Lord Howe Island sets its clocks back by half an hour, on 2026-04-04 at 15:00 UTC.
    found = folded_hours(window("2026-04-04T00:00", "2026-04-05T00:00"), ZoneInfo("Australia/Lord_Howe"))
    assert found
    assert any(datetime(2026, 4, 4, 14, 45, tzinfo=UTC) in each for each in found)
    assert any(datetime(2026, 4, 4, 15, 15, tzinfo=UTC) in each for each in found)


def test_zones_without_changes_never_fold():
    assert folded_hours(window("2026-01-01T00:00", "2026-12-31T00:00"), ZoneInfo("UTC")) == []
