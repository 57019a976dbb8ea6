"""Postman: only the last run of a monitor is ever told, so what went by between two readings is said."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.errors import NotFound, QuotaExhausted
from bellwether.staging.rows import stage
from bellwether.window import Window

SMOKE, FULL, CONTRACT, RETIRED = (f"1f0a61d2-70c1-4a30-a5b5-0dbf1c1f000{number}" for number in range(1, 5))


def at(clock):
    return datetime.fromisoformat(f"2026-11-20T{clock}Z")


def between(start, end):
    return Window(at(start), at(end))


def the_page(vendors, monitor, now, window):
    vendors.at(at(now))
    (page,) = vendors.pages(vendors.hook("postman"), "runs", monitor, window)
    return page


def started(page):
    return [json.loads(record)["startedAt"] for record in page.records]


def rows(vendors, stream, *pages):
    found = vendors.hook("postman").source.streams_by_name()[stream]
    lines = b"".join(record + b"\n" for page in pages for record in page.records)
    staged = stage(found, lines, pages[0].reading)
    assert not staged.rejects
    return staged.frame.to_pylist()


def test_all_monitors_are_read_unless_some_are_named(vendors):
    hook = vendors.hook("postman")
    stream = hook.source.streams_by_name()["runs"]
    assert hook.subjects(stream) == [SMOKE, FULL, CONTRACT, RETIRED]
    assert vendors.hook("postman", monitors=[FULL]).subjects(stream) == [FULL]


def test_monitors_are_listed_once_for_all_streams(vendors):
    hook = vendors.hook("postman")
    for stream in hook.source.streams:
        assert len(hook.subjects(stream)) == 4
    assert [one["path"] for one in vendors.asked("postman")] == ["/postman/monitors"]


def test_no_run_is_ever_started(vendors, lately):
    hook = vendors.hook("postman")
    for stream in hook.source.streams:
        for monitor in hook.subjects(stream):
            vendors.read(hook, stream.name, monitor, lately(hours=1))
    assert len(vendors.asked("postman")) == 1 + 2 * 4
    assert {one["method"] for one in vendors.asked("postman")} == {"GET"}


def test_the_last_run_is_read_whenever_it_began(vendors):
    page = the_page(vendors, FULL, "12:47:00", between("12:40:00", "12:45:00"))
    assert started(page) == ["2026-11-20T12:00:00.000Z"]
    (row,) = rows(vendors, "runs", page)
    assert (row["monitor_id"], row["started_at"]) == (FULL, at("12:00:00"))
    assert row["finished_at"] > row["started_at"]
    assert row["assertions_total"] == 171


def test_a_run_seen_twice_is_one_row(vendors):
    pages = [
        the_page(vendors, FULL, now, between(start, end))
        for now, start, end in [("12:45:10", "12:40:00", "12:45:00"), ("12:50:10", "12:45:00", "12:50:00")]
    ]
    assert [len(page.records) for page in pages] == [1, 1]
    assert len(rows(vendors, "runs", *pages)) == 1


def test_a_run_that_goes_on_is_left_out(vendors):
    page = the_page(vendors, SMOKE, "12:05:02", between("12:00:00", "12:05:00"))
    assert page.records == []
    page = the_page(vendors, SMOKE, "12:06:00", between("12:00:00", "12:05:00"))
    assert started(page) == ["2026-11-20T12:05:00.000Z"]


@pytest.mark.parametrize(
    ("monitor", "now", "window", "not_seen"),
    [
        pytest.param(SMOKE, "12:08:10", ("12:03:00", "12:08:00"), None, id="as often as it runs"),
        pytest.param(SMOKE, "12:13:10", ("12:03:00", "12:13:00"), ("12:03:00", "12:06:00"), id="one missed"),
        pytest.param(SMOKE, "12:33:10", ("12:03:00", "12:33:00"), ("12:03:00", "12:26:00"), id="several missed"),
        pytest.param(SMOKE, "12:12:00", ("12:00:00", "12:05:00"), ("12:00:00", "12:05:00"), id="read late"),
        pytest.param(FULL, "12:13:10", ("12:03:00", "12:13:00"), None, id="rarer than the readings"),
        pytest.param(FULL, "12:45:00", ("10:30:00", "12:45:00"), ("10:30:00", "11:01:00"), id="hours between"),
        pytest.param(CONTRACT, "12:45:00", ("00:00:00", "12:45:00"), None, id="once a day"),
        pytest.param(SMOKE, "12:05:02", ("12:00:00", "12:05:00"), ("12:00:00", "12:01:00"), id="going on, one missed"),
        pytest.param(FULL, "13:00:05", ("12:55:00", "13:00:00"), None, id="going on, past the window"),
        pytest.param(FULL, "13:00:05", ("12:55:00", "13:00:05"), ("12:55:00", "13:00:05"), id="going on, inside"),
    ],
)
def test_what_went_by_between_two_readings_is_said(vendors, monitor, now, window, not_seen):
    page = the_page(vendors, monitor, now, between(*window))
    assert page.not_seen == ((between(*not_seen),) if not_seen else ())
    assert page.flags == ({"not_seen"} if not_seen else frozenset())


def test_failed_requests_may_be_missing(vendors):
    pages = [
        the_page(vendors, SMOKE, f"{9 + m // 60:02d}:{m % 60:02d}:00", between("08:00:00", "09:00:00"))
        for m in range(4, 120, 5)
    ]
    found = rows(vendors, "runs", *pages)
    assert len(found) == len(pages)
    failed = [row["requests_failed"] for row in found]
    assert None in failed
    assert 0 in failed
    assert all(row["requests_total"] == 6 for row in found)


def test_a_retired_monitor_has_no_next_run(vendors, lately):
    hook = vendors.hook("postman")
    smoke, retired = (
        rows(vendors, "monitors", *vendors.pages(hook, "monitors", monitor, lately(hours=1)))[0]
        for monitor in (SMOKE, RETIRED)
    )
    assert smoke["next_run_at"] == datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
    assert retired["next_run_at"] is None
    assert (smoke["schedule_cron"], smoke["schedule_timezone"], smoke["owner"]) == ("*/5 * * * *", "UTC", "26018044")


def test_a_limit_is_waited_for_by_the_vendors_own_header(vendors, lately):
    vendors.misbehave("postman", "429", seconds=1)
    begin = time.monotonic()
    assert vendors.read(vendors.hook("postman"), "monitors", FULL, lately(hours=1))
    assert time.monotonic() - begin >= 1


def test_a_used_up_month_says_how_long(vendors, the_error, lately):
    vendors.misbehave("postman", "quota", seconds=86_400)
    error = the_error(vendors.hook("postman"), "monitors", FULL, lately(hours=1))
    assert isinstance(error, QuotaExhausted)
    assert "wait 86,400 s" in str(error)


def test_a_deleted_monitor_is_not_found(vendors, the_error, lately):
    hook = vendors.hook("postman")
    error = the_error(hook, "runs", "gone", lately(hours=1))
    assert isinstance(error, NotFound)
    assert hook.source.skips_missing


def test_the_schedules_time_zone_counts(vendors):
    # Half past two in Berlin, from Monday to Friday: the run before Monday's is Friday's.
    vendors.at(datetime(2026, 11, 16, 3, tzinfo=UTC))
    window = Window(vendors.world.clock.now() - timedelta(days=5), vendors.world.clock.now())
    (page,) = vendors.pages(vendors.hook("postman"), "runs", CONTRACT, window)
    assert started(page) == ["2026-11-16T01:30:00.000Z"]
    assert page.not_seen == (Window(window.start, datetime(2026, 11, 13, 1, 31, tzinfo=UTC)),)
