"""Flights by the airport's clocks: all there once on the days they change, and from announced to landed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bellwether.sources.flights import ARRIVALS, DEPARTURES
from bellwether.window import Window
from sandbox.world.airports import BY_ICAO
from tests.flights import HALF_DAY, NIGHT_HUB, expected, local_day, rows, times_asked


@pytest.mark.parametrize("direction", ["arrivals", "departures"])
@pytest.mark.parametrize(
    ("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-19", 24)], ids=["spring", "autumn", "usual"]
)
@pytest.mark.parametrize(("city", "icao"), [("cologne", NIGHT_HUB), ("lisbon", "LPPT")])
def test_a_local_days_flights_are_all_there_once(vendors, city, icao, date, hours, direction):
    hook = vendors.hook("flights", cities=[city])
    window = local_day(date, BY_ICAO[icao].timezone)
    assert window.end - window.start == timedelta(hours=hours)
    found = rows(vendors, hook, direction, icao, window)
    assert sorted((row["number"], row["scheduled_at"]) for row in found) == expected(vendors, direction, icao, window)
    assert {row["scheduled_local"][:10] for row in found} == {date}
    assert len(times_asked(vendors)) == 2
    assert all(until - since == HALF_DAY for since, until in times_asked(vendors))


@pytest.mark.parametrize("date", ["2026-03-29", "2026-10-25"], ids=["spring", "autumn"])
@pytest.mark.parametrize("step", [timedelta(hours=6), timedelta(hours=1), timedelta(minutes=30)], ids=str)
def test_a_days_flights_are_all_there_once_whatever_windows_it_is_read_in(vendors, date, step):
    hook = vendors.hook("flights", cities=["cologne"])
    day = Window(
        datetime.fromisoformat(f"{date}T00:00Z") - timedelta(hours=6), datetime.fromisoformat(f"{date}T12:00Z")
    )
    found = [row for part in day.slices(step) for row in rows(vendors, hook, "departures", NIGHT_HUB, part)]
    assert sorted((row["number"], row["scheduled_at"]) for row in found) == expected(
        vendors, "departures", NIGHT_HUB, day
    )
    assert len(found) > 10
    zone = ZoneInfo("Europe/Berlin")
    for since, until in times_asked(vendors):
        assert timedelta(0) < until - since <= HALF_DAY
        for reading in (since, until):
            offsets = {reading.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
            assert len(offsets) == 1, "no end is a time that occurs twice, or never"


def test_both_hours_that_have_the_same_name_have_flights_of_their_own(vendors):
    hook = vendors.hook("flights", cities=["cologne", "munich", "hamburg", "berlin"])
    midnight = datetime(2026, 10, 25, tzinfo=UTC)
    for hour in (midnight, midnight + timedelta(hours=1)):
        window = Window(hour, hour + timedelta(hours=1))
        found = [
            row
            for stream in (ARRIVALS, DEPARTURES)
            for icao in hook.subjects(stream)
            for row in rows(vendors, hook, stream.name, icao, window)
        ]
        assert {row["scheduled_local"][11:13] for row in found} == {"02"}
        assert all(row["scheduled_at"] in window for row in found)


def test_no_flights_are_no_content_and_no_error(vendors):
    hook = vendors.hook("flights", cities=["kassel"])
    week = [local_day(f"2026-11-{date:02d}", "Europe/Berlin") for date in range(9, 16)]
    quiet = [day for day in week if not expected(vendors, "arrivals", "EDVK", day)]
    pages = vendors.pages(hook, "arrivals", "EDVK", quiet[0])
    assert [page.records for page in pages] == [[], []]
    assert [one["status"] for one in vendors.asked("flights", "/icao/")] == [204, 204]


def test_tomorrows_flights_are_expected_and_those_of_yesterday_have_landed(vendors):
    hook = vendors.hook("flights", cities=["munich"])
    day = local_day("2026-11-19", "Europe/Berlin")
    seen = []
    for now in (day.start - timedelta(hours=12), day.end + HALF_DAY):
        vendors.at(now)
        seen.append({(row["number"], row["scheduled_at"]): row for row in rows(vendors, hook, "arrivals", "EDDM", day)})
    before, after = seen
    assert set(before) == set(after)
    assert {row["status"] for row in before.values()} <= {"Expected", "Canceled", "CanceledUncertain"}
    assert {row["status"] for row in after.values()} <= {"Arrived", "Canceled", "CanceledUncertain", "Diverted"}
    assert not [row for row in before.values() if row["runway_at"]]
    assert all(row["runway_at"] for row in after.values() if row["status"] == "Arrived")
