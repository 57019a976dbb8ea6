"""The sandbox's answers fit the vendors' published schemas, and have no field those do not know."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jsonschema
import pytest

SITE = "/repos/dogbreed/site"
SMOKE = "1f0a61d2-70c1-4a30-a5b5-0dbf1c1f0001"


FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_a_moment(value):
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def schema(vendor, answer):
    """Trimmed from the vendor's specification; objects are closed so that a misspelt field shows."""
    whole = json.loads((Path(__file__).parent / "schemas" / f"{vendor}.json").read_text())
    root = {"$defs": whole["$defs"], "allOf": [whole["answers"][answer]]}
    return jsonschema.Draft202012Validator(root, format_checker=FORMATS)


def problems(vendor, answer, body):
    return [f"{error.json_path}: {error.message[:300]}" for error in schema(vendor, answer).iter_errors(body)]


def fits(vendor, answer, body):
    assert not problems(vendor, answer, body)


@pytest.mark.parametrize(
    ("field", "value"),
    [("sha", 1), ("author", 5), ("commit", {}), ("shaa", "x"), ("parents", [{"sha": "0"}])],
)
def test_the_schemas_do_object(client, field, value):
    (commit,) = client.github(f"{SITE}/commits", per_page=1).json()
    assert problems("github", "commits", [commit | {field: value}])


def test_the_schemas_know_a_moment(client):
    (period,) = client.statuscake("/uptime/6710001/periods", limit=1).json()["data"]
    body = {"data": [period | {"created_at": "yesterday"}], "links": {"self": ""}}
    assert problems("statuscake", "periods", body)


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("commits", f"{SITE}/commits?per_page=100"),
        ("releases", f"{SITE}/releases?per_page=100"),
        ("deployments", f"{SITE}/deployments?per_page=100"),
        ("issues", f"{SITE}/issues?state=all&per_page=100"),
        ("workflow_runs", f"{SITE}/actions/runs?created=2026-11-02..2026-11-20"),
        ("repository", SITE),
        ("rate_limit", "/rate_limit"),
        ("error", "/repos/dogbreed/none"),
        ("error", "/repos/dogbreed/empty/commits"),
        ("error", f"{SITE}/issues?state=lost"),
    ],
)
def test_github(client, answer, path):
    fits("github", answer, client.github(path).json())


def test_github_deployment_statuses(client):
    for deployment in client.github(f"{SITE}/deployments", per_page=10).json():
        fits("github", "deployment_statuses", client.github(deployment["statuses_url"]).json())


def test_github_runs_that_go_on(client):
    client.at(datetime(2026, 11, 18, 10, 30, tzinfo=UTC))
    body = client.github(f"{SITE}/actions/runs", created=">=2026-11-18", per_page=100).json()
    fits("github", "workflow_runs", body)


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("tests", "/uptime"),
        ("test", "/uptime/6710001"),
        ("test", "/uptime/6710003"),
        ("periods", "/uptime/6710002/periods?limit=100"),
        ("alerts", "/uptime/6710002/alerts?limit=100"),
        ("history", "/uptime/6710002/history?limit=100"),
        ("error", "/uptime/6710004"),
        ("error", "/uptime?limit=101"),
    ],
)
def test_statuscake(client, answer, path):
    fits("statuscake", answer, client.statuscake(path).json())


def test_postman(running):
    client = running()
    listed = client.postman("/monitors").json()
    fits("postman", "monitors", listed)
    for monitor in listed["monitors"]:
        fits("postman", "monitor", client.postman(f"/monitors/{monitor['id']}").json())
    fits("postman", "run", client.postman(f"/monitors/{SMOKE}/run", method="POST").json())
    fits("postman", "monitor", client.postman(f"/monitors/{SMOKE}").json())
    fits("postman", "error", client.postman("/monitors/none").json())


def test_google_analytics(running):
    client = running(google_sampling_events=5_000, google_cardinality=200)
    everything = {"returnPropertyQuota": True, "metricAggregations": ["TOTAL", "MINIMUM", "MAXIMUM"]}
    report = client.report("2026-11-10", "2026-11-10", of="250000002", **everything)
    fits("google_analytics", "report", report)
    fits("google_analytics", "report", client.report("2025-11-10", "2025-11-10"))
    ask = {"metrics": [{"name": "activeUsers"}], "dimensions": [{"name": "minutesAgo"}]}
    realtime = client.google("runRealtimeReport", returnPropertyQuota=True, **ask)
    fits("google_analytics", "realtime", realtime.json())


@pytest.mark.parametrize("now", ["2017-06-05T09:00:00Z", "2020-12-24T23:59:00Z", "2026-01-15T12:00:00Z"])
def test_weather(client, now):
    client.at(datetime.fromisoformat(now))
    for place in ({"q": "Stockholm"}, {"lat": -41.3, "lon": 174.8}):
        fits("weather", "forecast", client.weather("/forecast", **place).json())
        fits("weather", "current", client.weather("/weather", **place).json())
    fits("weather", "error", client.weather("/weather", q="Atlantis").json())
    fits("weather", "error", client.weather("/weather", appid="none").json())


@pytest.mark.parametrize("now", ["2026-11-10T12:00:00Z", "2026-11-19T12:00:00Z", "2026-11-22T12:00:00Z"])
def test_flights(client, now):
    client.at(datetime.fromisoformat(now))
    for airport in ("EDDK", "EGLL", "EDVK"):
        answer = client.flights(f"/flights/airports/icao/{airport}/2026-11-19T08:00/2026-11-19T20:00", withLeg="true")
        fits("flights", "flights", answer.json())
    place = {"lat": 51.5072, "lon": -0.1275, "radiusKm": 50, "limit": 10}
    fits("flights", "airports", client.flights("/airports/search/location", **place).json())
    fits("flights", "error", client.flights("/airports/search/location", lat=200).json())
    fits("flights", "error", client.flights("/nowhere").json())
