"""The sandbox misbehaves when told to, as often as told, and remembers what it was asked."""

import json
import time
from datetime import UTC, datetime

import pytest
import requests

from sandbox.app import CONTROL_HEADER
from sandbox.misbehave import KINDS

VENDORS = ("google_analytics", "statuscake", "postman", "github", "weather", "flights")
COMMITS = "/repos/dogbreed/site/commits"


def ask(client, vendor):
    if vendor == "google_analytics":
        return client.google("runRealtimeReport", metrics=[{"name": "activeUsers"}])
    if vendor == "weather":
        return client.weather("/forecast", lat=52.52, lon=13.405)
    if vendor == "flights":
        return client.flights("/airports/search/location", lat=52.52, lon=13.405, radiusKm=50)
    paths = {"statuscake": "/uptime", "postman": "/monitors", "github": COMMITS}
    return getattr(client, vendor)(paths[vendor])


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("429", {429}),
        ("500", {500}),
        ("502", {502}),
        ("quota", {403, 429}),
        ("secondary_limit", {403, 429}),
        ("expired_token", {401}),
        ("forbidden", {403}),
        ("gone", {404}),
        ("html", {200}),
        ("garbage", {200}),
    ],
)
def test_each_vendor_says_it_in_its_own_way_and_recovers(client, vendor, kind, statuses):
    assert ask(client, vendor).status_code == 200
    client.misbehave(vendor, kind)
    answer = ask(client, vendor)
    assert answer.status_code in statuses
    assert "Date" in answer.headers
    if answer.status_code == 200:
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
    assert ask(client, vendor).json()


def test_waits_are_told_where_each_vendor_tells_them(client):
    for vendor in ("statuscake", "postman", "github"):
        client.misbehave(vendor, "429", seconds=7)
    assert ask(client, "statuscake").headers["x-ratelimit-reset"] == "7"
    assert ask(client, "postman").headers["RetryAfter"] == "7"
    assert ask(client, "github").headers["Retry-After"] == "7"
    client.misbehave("github", "quota", seconds=9)
    quota = ask(client, "github")
    assert quota.headers["x-ratelimit-remaining"] == "0"
    assert 7 < int(quota.headers["x-ratelimit-reset"]) - time.time() <= 9


def test_count_after_and_path(client):
    client.misbehave("github", "500", path="/releases", after=1, count=2)
    assert client.github(COMMITS).status_code == 200
    statuses = [client.github("/repos/dogbreed/site/releases").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]


def test_a_cut_body_breaks_off(client):
    client.misbehave("github", "cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.github(COMMITS)
    assert client.github(COMMITS).status_code == 200


def test_a_stall_outlasts_a_timeout_and_ends(client):
    client.misbehave("github", "stall", seconds=1)
    begin = time.monotonic()
    assert client.github(COMMITS).status_code == 200
    assert time.monotonic() - begin >= 1
    client.misbehave("statuscake", "stall")
    headers = {"Authorization": f"Bearer {client.credentials.statuscake_token}"}
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{client.root}/statuscake/v1/uptime", headers=headers, timeout=0.3)
    assert client.statuscake("/uptime").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/commits",
        "/releases",
        "/deployments",
        "/issues?state=all",
        "/actions/runs?created=2026-11-02",
    ],
)
def test_one_malformed_record_among_good_ones(client, path):
    good = client.github(f"/repos/dogbreed/site{path}").json()
    client.misbehave("github", "malformed")
    bad = client.github(f"/repos/dogbreed/site{path}").json()
    records, spoiled = (one["workflow_runs"] if isinstance(one, dict) else one for one in (good, bad))
    assert len(records) == len(spoiled)
    assert sum(a != b for a, b in zip(records, spoiled, strict=True)) == 1


def test_malformed_elsewhere(client):
    for vendor, path in (("statuscake", "/uptime/6710001/history"), ("postman", "/monitors")):
        good = getattr(client, vendor)(path).content
        client.misbehave(vendor, "malformed")
        bad = getattr(client, vendor)(path).content
        assert json.loads(bad) != json.loads(good)
    client.misbehave("google_analytics", "malformed", path=":runReport")
    rows = client.report("2026-11-10", "2026-11-10")["rows"]
    assert [row for row in rows if row["metricValues"][0]["value"] == "many"]


def test_the_field_to_spoil_can_be_named(client):
    client.misbehave("github", "malformed", field="sha")
    shas = [commit["sha"] for commit in client.github(COMMITS).json()]
    assert sum(not isinstance(sha, str) for sha in shas) == 1


def test_an_undocumented_field_appears(client):
    client.misbehave("github", "extra_field")
    assert sum("undocumented" in commit for commit in client.github(COMMITS).json()) == 1


def test_pages_that_repeat(client):
    for vendor in VENDORS:
        client.misbehave(vendor, "repeat_page", count=10)
    commits = client.github(COMMITS, per_page=5)
    again = client.github(commits.links["next"]["url"])
    assert again.links["next"]["url"] == commits.links["next"]["url"]
    assert again.json() == commits.json()
    periods = client.statuscake("/uptime/6710001/periods").json()["links"]
    assert periods["next"] == periods["self"]
    cursor = client.postman("/monitors").json()["meta"]["nextCursor"]
    assert client.postman("/monitors", cursor=cursor).json()["meta"]["nextCursor"] == cursor
    client.google("runReport")
    first, second = (client.report("2026-11-10", "2026-11-10", limit=5, offset=o)["rows"] for o in (0, 5))
    assert first == second


def test_all_is_forgotten_on_request(client):
    for kind in KINDS:
        client.misbehave("github", kind, count=5)
    client.control("DELETE", "misbehave")
    assert client.github(COMMITS).status_code == 200


@pytest.mark.parametrize(
    ("method", "name"),
    [("POST", "misbehave"), ("DELETE", "misbehave"), ("GET", "requests"), ("DELETE", "requests"), ("POST", "clock")],
)
@pytest.mark.parametrize("key", [None, "", "wrong", "schl\u00fcssel"])
def test_the_controls_ask_for_their_key(client, method, name, key):
    url = f"{client.root}/_sandbox/{name}"
    stranger = {"Origin": "https://evil.example", "Host": "evil.example"}
    headers = stranger if key is None else stranger | {CONTROL_HEADER: key.encode()}
    answer = requests.request(method, url, headers=headers, json={"vendor": "github", "kind": "html"}, timeout=60)
    assert answer.status_code == 401
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.github(COMMITS).status_code == 200


def test_an_unknown_kind_is_refused(client):
    with pytest.raises(requests.HTTPError):
        client.misbehave("github", "sulk")


def test_the_log_has_no_secrets(client):
    client.github(COMMITS, per_page=1, access_token="abc", other=client.credentials.github_token)
    (seen,) = client.control("GET", "requests").json()
    assert seen["query"] == {"per_page": "1", "access_token": "***", "other": "***"}
    assert (seen["vendor"], seen["method"], seen["status"]) == ("github", "GET", 200)
    assert seen["at"] == "2026-11-20T12:03:30Z"
    client.control("DELETE", "requests")
    assert client.control("GET", "requests").json() == []


def test_the_date_is_the_worlds(client):
    assert client.statuscake("/uptime").headers["Date"] == "Fri, 20 Nov 2026 12:03:30 GMT"
    client.control("POST", "clock", json={"now": "2026-05-04T06:00:00Z"}).raise_for_status()
    assert client.statuscake("/uptime").headers["Date"] == "Mon, 04 May 2026 06:00:00 GMT"
    (newest,) = client.github(COMMITS, per_page=1).json()
    assert newest["commit"]["committer"]["date"] <= "2026-05-04T06:00:00Z"
    client.control("POST", "clock", json={"now": None}).raise_for_status()
    assert abs(client.world.clock.now() - datetime.now(UTC)).total_seconds() < 5
