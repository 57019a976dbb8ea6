"""StatusCake: pages newest first, periods that stay open, two ways to be turned down, and its limits."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.errors import NotAuthorized, NotFound, QuotaExhausted
from bellwether.sources import hook_of
from bellwether.staging.rows import stage
from bellwether.window import Window
from sandbox.vendors import statuscake_checks as checks

SITE, API, OLD, DELETED = "6710001", "6710002", "6710003", "6710004"
SECOND, FIVE_MINUTES = timedelta(seconds=1), timedelta(minutes=5)
CHECKS = {check.id: check for check in checks.CHECKS}


def moment(text):
    return datetime.fromisoformat(text)


def periods(vendors, test=SITE):
    return checks.periods(CHECKS[test], vendors.house.past)


def everything(vendors):
    return Window(vendors.world.BEGINNING, vendors.world.clock.now())


def rows(vendors, stream, test, window):
    hook = vendors.hook("statuscake")
    found = hook.source.streams_by_name()[stream]
    staged = [
        stage(found, b"".join(record + b"\n" for record in page.records), page.reading)
        for page in vendors.pages(hook, stream, test, window)
    ]
    assert not any(each.rejects for each in staged)
    return [row for each in staged for row in each.frame.to_pylist()]


@pytest.mark.parametrize("test", [SITE, API, OLD])
def test_all_periods_arrive_over_several_pages(vendors, test):
    found = rows(vendors, "periods", test, everything(vendors))
    assert [(row["status"] == "up", row["started_at"], row["ended_at"]) for row in reversed(found)] == [
        (period.is_up, period.created_at, period.ended_at) for period in periods(vendors, test)
    ]
    asked = vendors.asked("statuscake", f"/{test}/periods")
    assert len(asked) == -(-len(found) // 100)
    assert test == OLD or len(asked) > 3


@pytest.mark.parametrize(("stream", "truth"), [("alerts", checks.alerts), ("periods", checks.periods)])
def test_a_window_has_what_began_in_it(vendors, lately, stream, truth):
    window = lately(days=30)
    found = vendors.read(vendors.hook("statuscake"), stream, SITE, window)
    name = {"alerts": "triggered_at", "periods": "created_at"}[stream]
    expected = {getattr(one, name) for one in truth(CHECKS[SITE], vendors.house.past)}
    begun = {at for at in expected if at in window}
    earlier = {max(at for at in expected if at < window.start)} if stream == "periods" else set()
    assert len(begun) > 10
    assert {moment(record[name]) for record in found} == begun | earlier


def test_durations_are_milliseconds(vendors, lately):
    found = rows(vendors, "periods", SITE, lately(days=30))
    closed = [row for row in found if row["ended_at"]]
    assert len(closed) > 10
    for row in closed:
        assert row["duration_ms"] == (row["ended_at"] - row["started_at"]) / timedelta(milliseconds=1)


def test_an_open_period_has_neither_end_nor_duration(vendors, lately):
    (newest, *_) = rows(vendors, "periods", SITE, lately(days=30))
    assert newest["ended_at"] is None
    assert newest["duration_ms"] is None


def test_an_open_period_is_read_again_until_it_has_closed(vendors):
    down = next(p for p in periods(vendors)[-60:] if not p.is_up and p.ended_at - p.created_at > 3 * FIVE_MINUTES)
    now = down.created_at.replace(second=30) + FIVE_MINUTES
    known = {}
    while not (known.get(down.created_at) or {}).get("ended_at"):
        assert now < down.ended_at + 2 * FIVE_MINUTES
        vendors.at(now)
        seen = rows(vendors, "periods", SITE, Window(now - FIVE_MINUTES, now))
        known |= {row["started_at"]: row for row in seen}
        assert (known[down.created_at]["ended_at"] is None) == (now < down.ended_at)
        now += FIVE_MINUTES
    assert known[down.created_at]["ended_at"] == down.ended_at


def test_a_check_that_got_no_answer_has_a_time_alone(vendors):
    silent = next(
        outage
        for outage in reversed(vendors.house.past.outages("site"))
        if outage.status_code is None and outage.ended_at and outage.ended_at - outage.started_at > 2 * FIVE_MINUTES
    )
    window = Window(silent.started_at, silent.ended_at)
    found = rows(vendors, "history", SITE, window)
    assert found
    for row in found:
        assert (row["location"], row["performance_ms"], row["status_code"]) == ("", None, None)


def test_each_check_of_a_day_is_told_once(vendors):
    day = Window(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
    found = rows(vendors, "history", SITE, day)
    assert len(found) == 86_400 / CHECKS[SITE].check_rate
    assert len({row["checked_at"] for row in found}) == len(found)
    assert len(vendors.asked("statuscake", "/history")) == 3


@pytest.mark.parametrize(
    ("before", "after", "is_in"),
    [
        pytest.param(0, 1, True, id="at the start"),
        pytest.param(1, 1, True, id="inside"),
        pytest.param(1, 0, False, id="at the end"),
        pytest.param(-1, 2, False, id="before"),
    ],
)
@pytest.mark.parametrize("stream", ["history", "alerts"])
def test_the_edges_of_a_window(vendors, stream, before, after, is_in):
    every = checks.alerts(CHECKS[SITE], vendors.house.past)
    at = {"history": CHECKS[SITE].tick(90_000), "alerts": every[-5].triggered_at}[stream]
    window = Window(at - before * SECOND, at + after * SECOND)
    found = vendors.read(vendors.hook("statuscake"), stream, SITE, window)
    assert len(found) == int(is_in)


def test_a_missing_token_is_not_authorized(vendors, the_error, lately):
    vendors.misbehave("statuscake", "expired_token")
    error = the_error(vendors.hook("statuscake"), "periods", SITE, lately(days=1))
    assert isinstance(error, NotAuthorized)
    assert error.status == 401
    assert len(vendors.asked("statuscake")) == 1


def test_a_wrong_token_is_not_authorized_although_the_answer_is_403(vendors, the_error, lately):
    vendors.connect("statuscake", vendors.connection("statuscake") | {"password": "a wrong token"})
    error = the_error(hook_of("statuscake")(), "periods", SITE, lately(days=1))
    assert isinstance(error, NotAuthorized)
    assert error.status == 401 or "403" in str(error)
    assert [one["status"] for one in vendors.asked("statuscake")] == [403]


def test_the_usual_rate_is_kept(running):
    vendors = running(statuscake_per_second=5, statuscake_per_minute=60)
    hook = vendors.hook("statuscake", requests_per_second=None)
    week = Window(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 14, 4, tzinfo=UTC))
    # The sandbox counts by whole seconds: begin where one has just begun.
    time.sleep(1.2 - time.time() % 1)
    begin = time.monotonic()
    assert len(vendors.read(hook, "history", SITE, week)) == 1200
    assert time.monotonic() - begin >= 2
    pages = [request for request in vendors.asked("statuscake") if "/history" in request["path"]]
    assert [request["status"] for request in pages] == [200] * 12


@pytest.mark.parametrize(
    ("asked", "limits"),
    [
        (None, ((5, 1.0), (60, 60.0))),
        (2, ((2, 1.0), (60, 60.0))),
        (20, ((20, 1.0),)),
        (0, ((1, 1.0), (60, 60.0))),
    ],
)
def test_the_limits_are_the_plans(vendors, asked, limits):
    assert vendors.hook("statuscake", requests_per_second=asked).request_limits() == limits


def test_a_limit_is_waited_for_as_long_as_it_says(vendors, lately):
    vendors.misbehave("statuscake", "429", seconds=1)
    begin = time.monotonic()
    assert vendors.read(vendors.hook("statuscake"), "periods", SITE, lately(days=1))
    assert time.monotonic() - begin >= 1


def test_a_limit_beyond_patience_says_how_long(vendors, the_error, lately):
    vendors.misbehave("statuscake", "quota", seconds=400)
    error = the_error(vendors.hook("statuscake"), "periods", SITE, lately(days=1))
    assert isinstance(error, QuotaExhausted)
    assert "wait 400 s" in str(error)


def test_all_tests_are_read_unless_some_are_named(vendors):
    hook = vendors.hook("statuscake")
    stream = hook.source.streams_by_name()["periods"]
    assert hook.subjects(stream) == [SITE, API, OLD]
    assert vendors.hook("statuscake", tests=[API, 6710001, API]).subjects(stream) == [API, SITE]
    assert vendors.hook("statuscake", tests=[API]).subjects(hook.source.streams_by_name()["tests"]) == ["account"]


def test_a_deleted_test_is_not_found(vendors, the_error, lately):
    error = the_error(vendors.hook("statuscake"), "periods", DELETED, lately(days=1))
    assert isinstance(error, NotFound)
    assert f"/uptime/{DELETED}/periods" in str(error)


def test_a_deleted_test_is_skipped_and_said(vendors, lake, log_lines):
    from bellwether.lake import Lake, Manifest
    from bellwether.sources.statuscake import StatusCakeToS3Operator

    vendors.hook("statuscake", tests=[SITE, DELETED])
    window = {"since": "2026-11-10T00:00:00Z", "until": "2026-11-11T00:00:00Z"}
    operator = StatusCakeToS3Operator(task_id="extract", streams=["periods"])
    extracted = operator.execute({"params": window, "data_interval_start": None, "data_interval_end": None})
    (key,) = extracted["manifests"]
    manifest = Manifest.read(Lake(), key)
    assert not manifest.failures
    found = {extract.subject: (extract.records > 0, extract.flags, extract.not_seen) for extract in manifest.extracts}
    assert found == {SITE: (True, (), ()), DELETED: (False, ("gone",), (manifest.window_key,))}
    assert any("Skipped" in line and DELETED in line for line in log_lines)


def unseen(vendors, stream, test, window):
    hook = vendors.hook("statuscake")
    found = {gap for page in vendors.pages(hook, stream, test, window) for gap in page.not_seen}
    return found.pop() if found else None


@pytest.mark.parametrize("stream", ["periods", "alerts", "history"])
def test_what_comes_after_the_last_look_of_a_paused_test_is_not_seen(vendors, stream):
    check = CHECKS[OLD]
    last = check.tick(check.ticks_until(vendors.world.clock.now()) - 1)
    day = timedelta(days=1)
    assert unseen(vendors, stream, OLD, Window(last - day, last + day)) == Window(last, last + day)
    assert unseen(vendors, stream, OLD, Window(last + day, last + 2 * day)) == Window(last + day, last + 2 * day)
    assert unseen(vendors, stream, OLD, Window(last - 2 * day, last - day)) is None
    assert unseen(vendors, stream, SITE, Window(last, last + day)) is None


def test_a_test_is_seen_until_it_is_paused(vendors):
    check = CHECKS[OLD]
    vendors.at(check.paused_at - timedelta(hours=1))
    assert unseen(vendors, "periods", OLD, Window(check.paused_at - 2 * FIVE_MINUTES, check.paused_at)) is None


def test_a_paused_test_of_which_no_look_is_told_is_not_seen_at_all(vendors, lately):
    vendors.misbehave("statuscake", "500", path=f"/uptime/{OLD}", count=5)
    assert unseen(vendors, "alerts", OLD, lately(days=300)) == lately(days=300)


def test_which_tests_are_paused_is_asked_once(vendors, lately):
    hook = vendors.hook("statuscake")
    for test in (SITE, API, OLD):
        vendors.read(hook, "periods", test, lately(days=1))
    paths = [one["path"] for one in vendors.asked("statuscake")]
    assert sum(path.endswith("/uptime") for path in paths) == 1
    assert sum(path.endswith(f"/uptime/{test}") for test in (SITE, API, OLD) for path in paths) == 1


def test_the_list_of_tests_has_their_tags_and_no_secret(vendors, lately):
    found = rows(vendors, "tests", "account", lately(days=1))
    assert {row["test_id"]: json.loads(row["tags"]) for row in found} == {SITE: ["site"], API: ["api"], OLD: ["site"]}
    assert {row["test_id"] for row in found if row["is_paused"]} == {OLD}
    assert all(0 < row["uptime_percent"] <= 100 for row in found)
