"""The simulated GA4 Data API keeps to what is known of the real one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.vendors.google_analytics_figures import seen_permille

MINUTE = timedelta(minutes=1)


def figures(body):
    return {
        row["dimensionValues"][0]["value"]: tuple(int(cell["value"]) for cell in row["metricValues"])
        for row in body.get("rows", [])
    }


def since(first):
    return [{"startDate": first, "endDate": "today"}]


def test_pages_reach_every_row_and_equal_the_world(client):
    rows, offset = {}, 0
    while True:
        body = client.report("2026-11-10", "2026-11-11", limit=1000, offset=offset)
        rows |= figures(body)
        offset += 1000
        if offset >= body["rowCount"]:
            break
    assert len(rows) == body["rowCount"]
    assert list(rows) == sorted(rows)
    start = datetime(2026, 11, 9, 23, tzinfo=UTC)
    world = client.world.traffic(start, start + timedelta(days=2))
    in_berlin = {(minute.at + timedelta(hours=1)).strftime("%Y%m%d%H%M"): minute[1:] for minute in world}
    assert rows == {label: counts for label, counts in in_berlin.items() if counts[0]}


def test_without_an_order_the_first_metric_decides(client):
    body = client.report("2026-11-10", "2026-11-10", orderBys=[])
    users = [int(row["metricValues"][0]["value"]) for row in body["rows"]]
    assert users == sorted(users, reverse=True)


@pytest.mark.parametrize("limit", [7, "7"])
def test_a_limit_may_be_a_number_or_text(client, limit):
    body = client.report("2026-11-10", "2026-11-10", limit=limit)
    assert len(body["rows"]) == 7
    assert body["rowCount"] > 1000


def test_a_limit_above_the_cap_is_cut_silently(running):
    assert len(running(google_page=50).report("2026-11-10", "2026-11-10", limit=999_999)["rows"]) == 50


def test_a_report_of_nothing_leaves_rows_and_count_out(client):
    body = client.report("2025-06-01", "2025-06-02")
    assert "rows" not in body
    assert "rowCount" not in body
    assert body["metadata"]["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"dateRange": {}}, 'Unknown name "dateRange"', id="unknown key"),
        pytest.param({"dateRanges": since("2015-08-13")}, "2015-08-13", id="early"),
        pytest.param({"dateRanges": since("soon")}, "soon", id="no date"),
        pytest.param({"dateRanges": []}, "between 1 and 4", id="no range"),
        pytest.param({"metrics": [{"name": "users"}]}, "Field users is not a valid metric", id="metric"),
        pytest.param({"dimensions": [{"name": "dateHourMin"}]}, "not a valid dimension", id="dimension"),
        pytest.param({"limit": "ten"}, "limit", id="limit"),
        pytest.param({"offset": -1}, "offset", id="offset"),
    ],
)
def test_a_wrong_request_is_refused(client, wrong, words):
    right = {
        "dateRanges": [{"startDate": "2026-11-10", "endDate": "2026-11-10"}],
        "metrics": [{"name": "activeUsers"}],
    }
    answer = client.google("runReport", **(right | wrong))
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert words in answer.json()["error"]["message"]


def test_the_doubled_hour_of_autumn_is_summed(client):
    rows = figures(client.report("2026-10-25", "2026-10-25"))
    midnight = datetime(2026, 10, 25, tzinfo=UTC)
    both = client.world.traffic(midnight, midnight + timedelta(hours=2))
    doubled = sum(rows[label][5] for label in rows if label.startswith("2026102502"))
    assert doubled == sum(minute.events for minute in both if minute.active_users)


def test_the_missing_hour_of_spring_is_missing(client):
    rows = figures(client.report("2026-03-29", "2026-03-29"))
    hours = {label[8:10] for label in rows}
    assert "02" not in hours
    assert len(hours) == 23


def test_the_other_property_lives_in_new_york(client):
    body = client.report("2026-11-10", "2026-11-10", of="250000002")
    assert body["metadata"]["timeZone"] == "America/New_York"
    assert body["metadata"]["subjectToThresholding"] is True
    noon = datetime(2026, 11, 10, 17, tzinfo=UTC)
    minute = client.world.traffic(noon, noon + MINUTE)[0]
    assert figures(body)["202611101200"] == tuple(count // 2 for count in minute[1:])


def test_young_figures_grow_until_they_are_two_days_old(client):
    seen = []
    for hours in (1, 8, 24, 46, 49, 90):
        client.at(datetime(2026, 11, 12, 13, tzinfo=UTC) + timedelta(hours=hours))
        rows = figures(client.report("2026-11-12", "2026-11-12"))
        seen.append(sum(rows[label][5] for label in rows if label.startswith("2026111213")))
    assert seen[0] == 0, "an hour is not there an hour after it began"
    assert 0 < seen[1] < seen[2] < seen[3] < seen[4]
    assert seen[4] == seen[5], "final after two days"


def test_what_is_seen_never_shrinks():
    hour = datetime(2026, 11, 12, 13, tzinfo=UTC)
    shares = [seen_permille(hour, hour + timedelta(minutes=10 * step)) for step in range(300)]
    assert shares == sorted(shares)
    assert {shares[0], shares[-1]} == {0, 1000}


def ask_realtime(client):
    return client.google("runRealtimeReport", metrics=[{"name": "activeUsers"}])


def test_the_last_half_hour_in_real_time(client):
    body = client.google(
        "runRealtimeReport",
        dimensions=[{"name": "minutesAgo"}],
        metrics=[{"name": "activeUsers"}, {"name": "screenPageViews"}, {"name": "eventCount"}],
        orderBys=[{"dimension": {"dimensionName": "minutesAgo"}}],
    ).json()
    rows = figures(body)
    assert body["kind"] == "analyticsData#runRealtimeReport"
    assert list(rows) == [f"{ago:02d}" for ago in range(1, 30)]
    this = client.world.clock.now().replace(second=0)
    minute = client.world.traffic(this - 5 * MINUTE, this - 4 * MINUTE)[0]
    assert rows["05"] == (minute.active_users, minute.page_views, minute.events)


@pytest.mark.parametrize(
    "wrong",
    [
        {"metrics": [{"name": "sessions"}]},
        {"metrics": [{"name": "activeUsers"}], "minuteRanges": [{"startMinutesAgo": 30}]},
        {"metrics": [{"name": "activeUsers"}], "dateRanges": []},
    ],
)
def test_real_time_refuses_what_it_does_not_have(client, wrong):
    assert client.google("runRealtimeReport", **wrong).status_code == 400


def test_users_do_not_add_up_but_events_do(client):
    minutes = figures(client.report("2026-11-10", "2026-11-10"))
    hours = figures(client.report("2026-11-10", "2026-11-10", dimensions=[{"name": "dateHour"}], orderBys=[]))
    noon = [counts for label, counts in minutes.items() if label.startswith("2026111012")]
    assert hours["2026111012"][5] == sum(counts[5] for counts in noon)
    assert hours["2026111012"][0] < sum(counts[0] for counts in noon)


def test_a_filter_may_name_a_dimension_that_is_not_shown(client):
    body = client.report(
        "2026-11-10",
        "2026-11-10",
        dimensionFilter={"filter": {"fieldName": "hour", "inListFilter": {"values": ["07"]}}},
    )
    assert {label[8:10] for label in figures(body)} == {"07"}


def test_the_quota_is_told_and_enforced(running):
    client = running(google_tokens_per_project_per_hour=2)
    quota = client.report("2026-11-10", "2026-11-10", returnPropertyQuota=True)["propertyQuota"]
    assert quota["tokensPerProjectPerHour"] == {"consumed": 1, "remaining": 1}
    assert all(set(status) == {"consumed", "remaining"} for status in quota.values())
    client.report("2026-11-10", "2026-11-10")
    refused = client.google("runReport", dateRanges=since("today"), metrics=[{"name": "sessions"}])
    assert refused.status_code == 429
    assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert refused.json()["error"]["message"].startswith("Exhausted property tokens for a project per hour.")


def test_too_many_at_once_are_refused(running):
    client = running(google_concurrent=2, latency_seconds=0.2)
    client.google("runReport")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: ask_realtime(client), range(6)))
    assert {answer.status_code for answer in answers} == {200, 429}
    messages = {answer.json()["error"]["message"] for answer in answers if answer.status_code == 429}
    assert messages == {"Exhausted concurrent requests quota."}


def test_a_large_report_is_sampled(running):
    body = running(google_sampling_events=5_000).report("2026-11-10", "2026-11-10")
    (sampling,) = body["metadata"]["samplingMetadatas"]
    assert sampling["samplesReadCount"] == "5000"
    assert int(sampling["samplingSpaceSize"]) > 5_000


def test_too_many_rows_are_folded_into_other(running):
    body = running(google_cardinality=100).report("2026-11-10", "2026-11-10")
    assert body["metadata"]["dataLossFromOtherRow"] is True
    assert body["rowCount"] == 100
    assert "(other)" in figures(body)


def test_several_ranges_add_a_dimension(client):
    ranges = [{"startDate": "2026-11-10", "endDate": "2026-11-10", "name": "new"}, *since("2026-11-18")]
    body = client.report("", "", dateRanges=ranges, dimensions=[{"name": "date"}], orderBys=[])
    assert [header["name"] for header in body["dimensionHeaders"]] == ["date", "dateRange"]
    assert {row["dimensionValues"][1]["value"] for row in body["rows"]} == {"new", "date_range_1"}


def test_totals_on_request(client):
    body = client.report("2026-11-10", "2026-11-10", metricAggregations=["TOTAL", "MAXIMUM"])
    assert body["totals"][0]["dimensionValues"] == [{"value": "RESERVED_TOTAL"}]
    assert int(body["totals"][0]["metricValues"][5]["value"]) == sum(row[5] for row in figures(body).values())


def test_five_reports_in_one_request(client):
    one = {"dateRanges": since("yesterday"), "metrics": [{"name": "sessions"}]}
    assert len(client.google("batchRunReports", requests=[one] * 5).json()["reports"]) == 5
    assert client.google("batchRunReports", requests=[one] * 6).status_code == 400
