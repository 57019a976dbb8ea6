"""The simulated Postman API keeps to what is known of its monitors."""

import time
from datetime import datetime, timedelta

import pytest
import requests

SMOKE, FULL, CONTRACT, RETIRED = (f"1f0a61d2-70c1-4a30-a5b5-0dbf1c1f000{number}" for number in range(1, 5))


def last_run(client, monitor):
    return client.postman(f"/monitors/{monitor}").json()["monitor"]["lastRun"]


def test_pages_follow_the_cursor(client):
    found, cursor = [], None
    while True:
        body = client.postman("/monitors", limit=3, cursor=cursor).json()
        found += [monitor["id"] for monitor in body["monitors"]]
        cursor = body["meta"]["nextCursor"]
        if cursor is None:
            break
    assert found == [SMOKE, FULL, CONTRACT, RETIRED]


def test_only_active_ones_on_request(client):
    active = client.postman("/monitors", active="true").json()["monitors"]
    assert RETIRED not in [monitor["id"] for monitor in active]


@pytest.mark.parametrize("limit", [26, 0, "all"])
def test_more_than_25_is_refused(client, limit):
    answer = client.postman("/monitors", limit=limit)
    assert answer.status_code == 400
    assert answer.json()["error"]["name"]


def test_the_latest_run_is_the_only_one_told(client):
    monitor = client.postman(f"/monitors/{SMOKE}").json()["monitor"]
    assert monitor["schedule"] == {
        "cron": "*/5 * * * *",
        "timezone": "UTC",
        "nextRun": "2026-11-20T12:05:00.000Z",
    }
    assert monitor["lastRun"]["startedAt"] == "2026-11-20T12:00:00.000Z"
    assert monitor["lastRun"]["finishedAt"] > monitor["lastRun"]["startedAt"]
    assert last_run(client.at(client.world.clock.now() + timedelta(minutes=5)), SMOKE)["startedAt"] == (
        "2026-11-20T12:05:00.000Z"
    )


def test_the_same_run_is_told_alike_each_time(client):
    noon = client.world.clock.now().replace(minute=0)
    early = last_run(client.at(noon + timedelta(minutes=10)), FULL)
    assert last_run(client.at(noon + timedelta(minutes=50)), FULL) == early


def test_a_run_that_goes_on_claims_to_have_failed(client):
    client.at(client.world.clock.now().replace(minute=5, second=2))
    run = last_run(client, SMOKE)
    assert run["status"] == "failed"
    assert run["stats"]["assertions"]["failed"] == 0
    assert "finishedAt" not in run


def test_a_run_fails_while_the_api_is_out(client):
    outage = next(
        outage
        for outage in client.world.outages("api", client.world.BEGINNING, client.world.clock.now())
        if outage.ended_at and outage.ended_at - outage.started_at > timedelta(minutes=12)
    )
    client.at(outage.started_at + timedelta(minutes=11))
    run = last_run(client, SMOKE)
    assert run["status"] == "failed"
    assert run["stats"]["assertions"]["failed"] > 0
    assert run["stats"]["requests"]["failed"] > 0


def test_a_success_may_leave_the_failed_requests_out(client):
    start = datetime.fromisoformat("2026-11-18T09:04:00Z")
    runs = [last_run(client.at(start + timedelta(minutes=minutes)), SMOKE) for minutes in range(0, 120, 5)]
    fine = [run for run in runs if run["status"] == "success"]
    assert {"failed" in run["stats"]["requests"] for run in fine} == {True, False}


def test_a_stopped_monitor_keeps_its_last_run(client):
    monitor = client.postman(f"/monitors/{RETIRED}").json()["monitor"]
    assert monitor["active"] is False
    assert "nextRun" not in monitor["schedule"]
    assert monitor["lastRun"]["startedAt"] == "2026-02-16T06:00:00.000Z"


def test_a_schedule_has_a_time_zone(client):
    monitor = client.postman(f"/monitors/{CONTRACT}").json()["monitor"]
    assert monitor["schedule"]["timezone"] == "Europe/Berlin"
    assert monitor["lastRun"]["startedAt"] == "2026-11-20T01:30:00.000Z"


def test_a_run_by_hand_happens_and_is_seen(running):
    client = running()
    answer = client.postman(f"/monitors/{SMOKE}/run", method="POST", **{"async": "true"})
    assert list(answer.json()["run"]) == ["info"]
    assert last_run(client, SMOKE)["startedAt"] == "2026-11-20T12:03:30.000Z"
    log = client.control("GET", "requests").json()
    assert [one["path"] for one in log if one["method"] == "POST"] == [f"/postman/monitors/{SMOKE}/run"]


def test_unknown_monitors_and_keys(client):
    assert client.postman("/monitors/none").json()["error"]["name"] == "instanceNotFoundError"
    answer = requests.get(f"{client.root}/postman/monitors", headers={"X-Api-Key": "PMAK-no"}, timeout=60)
    assert answer.status_code == 401
    assert answer.json()["error"]["name"] == "AuthenticationError"


def test_the_minute_is_limited_and_told(running):
    client = running(postman_per_minute=2)
    answers = [client.postman("/monitors") for _ in range(6)]
    assert answers[0].headers["RateLimit-Policy"] == "2;w=60"
    assert answers[0].headers["RateLimit"].startswith("limit=2, remaining=1, reset=")
    assert 0 < int(answers[0].headers["X-RateLimit-Reset"]) - time.time() <= 60
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["RetryAfter"]) <= 60
    assert "Retry-After" not in refused.headers
