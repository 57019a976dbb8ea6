"""The simulated StatusCake keeps to what is known of API v1."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import requests

SITE, API, PAUSED, DELETED = "6710001", "6710002", "6710003", "6710004"
STEP = timedelta(seconds=300)


def moment(text):
    return datetime.fromisoformat(text)


def every(client, path, **query):
    answer = client.statuscake(path, **query)
    while True:
        body = answer.json()
        yield from body["data"]
        if "next" not in body["links"]:
            return
        answer = client.statuscake(body["links"]["next"])


def test_the_list_ends_with_its_last_page(client):
    ids, page, pages = [], 0, 1
    while page < pages:
        body = client.statuscake("/uptime", page=page + 1, limit=2).json()
        ids += [check["id"] for check in body["data"]]
        page, pages = body["metadata"]["page"], body["metadata"]["page_count"]
    assert ids == [SITE, API, PAUSED]
    assert body["metadata"] == {"page": 2, "per_page": 2, "page_count": 2, "total_count": 3}


def test_the_list_can_be_narrowed(client):
    def ids(**query):
        return [check["id"] for check in client.statuscake("/uptime", **query).json()["data"]]

    assert ids(tags="api") == [API]
    assert ids(tags="api,site") == []
    assert ids(tags="api,site", matchany="") == [SITE, API, PAUSED]
    assert set(ids(status="up")) | set(ids(status="down")) == {SITE, API, PAUSED}
    assert "uptime" not in client.statuscake("/uptime", nouptime="").json()["data"][0]


def test_details_of_a_check(client):
    body = client.statuscake(f"/uptime/{SITE}").json()["data"]
    assert body["check_rate"] == 300
    assert client.world.clock.now() - moment(body["last_tested_at"]) < STEP
    assert client.statuscake(f"/uptime/{PAUSED}").json()["data"]["paused"] is True


@pytest.mark.parametrize("tail", ["", "/periods", "/alerts", "/history"])
def test_a_deleted_check_is_not_found(client, tail):
    assert client.statuscake(f"/uptime/{DELETED}{tail}").status_code == 404


def test_periods_follow_one_another_without_gaps(client):
    found = list(every(client, f"/uptime/{API}/periods", limit=40))
    assert len(found) > 100, "paged to the end"
    assert moment(found[-1]["created_at"]) == datetime(2026, 1, 1, 0, 2, 41, tzinfo=UTC)
    assert "ended_at" not in found[0]
    assert "duration" not in found[0]
    for newer, older in pairwise(found):
        assert older["ended_at"] == newer["created_at"]
        assert older["status"] != newer["status"]
        length = moment(older["ended_at"]) - moment(older["created_at"])
        assert older["duration"] == length // timedelta(milliseconds=1)


def test_a_period_begins_with_the_first_failed_look(client):
    periods = every(client, f"/uptime/{SITE}/periods", limit=100)
    down = [period for period in periods if period["status"] == "down"]
    now = client.world.clock.now()
    outages = client.world.outages("site", client.world.BEGINNING, now)
    for period in down:
        met = moment(period["created_at"])
        assert any(outage.started_at <= met < outage.started_at + STEP for outage in outages)
    missed = [one for one in outages if one.ended_at and one.ended_at - one.started_at < STEP]
    assert len(down) < len(outages), "short outages fall between two looks"
    assert missed


def test_an_outage_that_lasts_has_no_end(client):
    lasting = next(
        outage
        for outage in client.world.outages("api", client.world.BEGINNING, client.world.clock.now())
        if outage.ended_at and outage.ended_at - outage.started_at > 4 * STEP
    )
    client.at(lasting.started_at + 2 * STEP)
    newest = client.statuscake(f"/uptime/{API}/periods", limit=1).json()["data"][0]
    assert newest["status"] == "down"
    assert set(newest) == {"status", "created_at"}
    assert client.statuscake(f"/uptime/{API}").json()["data"]["status"] == "down"
    client.at(lasting.ended_at + 2 * STEP)
    later = list(every(client, f"/uptime/{API}/periods", limit=100))
    assert next(one for one in later if one["created_at"] == newest["created_at"])["duration"] > 0


def test_after_and_before_compare_the_start(client):
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    query = {"after": int(start.timestamp()), "before": int(end.timestamp())}
    inside = list(every(client, f"/uptime/{API}/periods", limit=5, **query))
    assert inside
    assert all(start < moment(period["created_at"]) < end for period in inside)
    whole = list(every(client, f"/uptime/{API}/periods", limit=100))
    assert inside == [period for period in whole if start < moment(period["created_at"]) < end]


def test_history_has_every_look_once(client):
    now = client.world.clock.now()
    query = {"after": int((now - timedelta(days=2)).timestamp()), "limit": 100}
    found = list(every(client, f"/uptime/{API}/history", **query))
    times = [moment(look["created_at"]) for look in found]
    assert len(found) == 2 * 86_400 // 300
    assert all(newer - older == STEP for newer, older in pairwise(times))
    assert now - times[0] < STEP


def test_a_look_without_an_answer_has_nothing_but_its_time(client):
    silent = next(
        outage
        for outage in client.world.outages("api", client.world.BEGINNING, client.world.clock.now())
        if outage.status_code is None and outage.ended_at and outage.ended_at - outage.started_at > 2 * STEP
    )
    query = {"after": int(silent.started_at.timestamp()) - 900, "before": int(silent.ended_at.timestamp())}
    looks = client.statuscake(f"/uptime/{API}/history", limit=100, **query).json()["data"]
    assert set(looks[0]) == {"created_at"}
    assert set(looks[-1]) == {"created_at", "location", "performance", "status_code"}


def test_a_paused_check_has_stopped_looking(client):
    looks = client.statuscake(f"/uptime/{PAUSED}/history", limit=1).json()["data"]
    assert moment(looks[0]["created_at"]) <= datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_alerts_are_not_periods(client):
    alerts = list(every(client, f"/uptime/{API}/alerts", limit=100))
    down = [one for one in every(client, f"/uptime/{API}/periods", limit=100) if one["status"] == "down"]
    told = [alert for alert in alerts if alert["status"] == "down"]
    assert 0 < len(told) <= len(down)
    starts = {one["created_at"] for one in down}
    assert not starts & {alert["triggered_at"] for alert in told}, "somebody is told some minutes later"
    assert len({alert["id"] for alert in alerts}) == len(alerts)


def test_links_are_absolute_and_carry_the_query(client):
    body = client.statuscake(f"/uptime/{API}/history", limit=3, after=1_700_000_000).json()
    assert body["links"]["next"].startswith(f"{client.root}/statuscake/v1/uptime/{API}/history?")
    assert "limit=3" in body["links"]["next"]
    assert "after=1700000000" in body["links"]["next"]


@pytest.mark.parametrize("query", [{"limit": 101}, {"limit": 0}, {"limit": "many"}, {"after": "2026-01-01"}])
def test_wrong_parameters_are_named(client, query):
    answer = client.statuscake(f"/uptime/{API}/periods", **query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


def test_both_ways_to_refuse_an_account(client):
    url = f"{client.root}/statuscake/v1/uptime"
    assert requests.get(url, timeout=60).status_code == 401
    denied = requests.get(url, headers={"Authorization": "Bearer wrong"}, timeout=60)
    assert denied.status_code == 403
    assert denied.headers["x-ext-authz"] == "denied"
    assert denied.content == b""


def test_five_a_second_and_sixty_a_minute(running):
    client = running(statuscake_per_second=5, statuscake_per_minute=60)
    answers = [client.statuscake(f"/uptime/{API}") for _ in range(25)]
    assert answers[0].headers["x-ratelimit-limit"] == "5, 60;w=60, 5;w=1"
    assert answers[0].headers["x-ratelimit-remaining"] == "4"
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].headers["x-ratelimit-remaining"] == "0"
    assert refused[0].headers["x-ratelimit-reset"] == "1"


def test_the_minute_is_told_once_it_is_used_up(running):
    client = running(statuscake_per_second=1000, statuscake_per_minute=3)
    answers = [client.statuscake(f"/uptime/{API}") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].headers["x-ratelimit-limit"] == "3, 3;w=60, 1000;w=1"
    assert 1 <= int(refused[0].headers["x-ratelimit-reset"]) <= 60
