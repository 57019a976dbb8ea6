"""Rebuilding from the lake: the same rows, without a word to the vendor."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

NewRoad = Callable[..., Any]


@pytest.mark.parametrize("source", ["flights", "github", "google_analytics", "postman", "statuscake"])
def test_a_rebuild_gives_the_same_rows_and_asks_nobody(
    new_road: NewRoad, sandbox: Any, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    road = new_road(source)
    road.run(SINCE, UNTIL)
    rows = road.rows()
    assert rows["coverage"]
    road.truncate()
    for key in road.lake.keys("staged/"):
        road.lake.client.delete_object(Bucket=road.lake.bucket, Key=key)
    sandbox.house.requests.clear()
    monkeypatch.delenv(f"AIRFLOW_CONN_{source.upper()}")
    road.run(SINCE, UNTIL, from_raw=True)
    assert road.rows() == rows
    assert sandbox.asked() == []


def test_a_rebuild_of_a_part_takes_the_slices_that_touch_it(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["workflow_runs"])
    days = [(SINCE + timedelta(days=day), SINCE + timedelta(days=day + 1)) for day in (-4, 0)]
    for since, until in days:
        road.run(since, until)
    rows = road.rows()["github_workflow_runs"]
    road.truncate()
    road.run(SINCE + timedelta(hours=3), SINCE + timedelta(hours=4), from_raw=True)
    found = road.rows()["github_workflow_runs"]
    # With its lookback of a day the window touches both slices of the later run, and none of the earlier.
    assert found == [row for row in rows if row[10] >= SINCE - timedelta(days=1)]
    assert len(found) < len(rows)


@pytest.mark.parametrize("source", ["github", "google_analytics", "flights"])
def test_a_rebuild_brings_back_what_the_run_read_before_and_after_its_window(
    new_road: NewRoad, sandbox: Any, source: str
) -> None:
    road = new_road(source)
    since, until = UNTIL - timedelta(minutes=5), UNTIL
    road.run(since, until)
    rows = road.rows()
    assert any(row[3] <= since - timedelta(hours=1) for row in rows["coverage"])
    road.truncate()
    road.run(since, until, from_raw=True)
    assert road.rows() == rows


def test_a_rebuild_where_there_is_nothing_changes_nothing(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    assert road.run(SINCE, UNTIL, from_raw=True) == {}
    assert road.rows() == {table: [] for table in [*road.tables, "coverage"]}


def test_old_raw_never_undoes_newer_facts(new_road: NewRoad, sandbox: Any) -> None:
    start, end = _an_outage(new_road)
    road = new_road("statuscake", ["periods"])
    before, after = (start - timedelta(minutes=5), start + timedelta(minutes=1)), (end, end + timedelta(minutes=5))
    sandbox.set_clock(start + (end - start) / 2)
    road.run(*before)
    still_open = "select count(*) from statuscake_periods where started_at = %s and ended_at is null"
    assert road.warehouse.query(still_open, (start,)) == [(1,)]
    sandbox.set_clock(end + timedelta(minutes=10))
    road.run(*after)
    closed = road.rows()
    assert road.warehouse.query(still_open, (start,)) == [(0,)]
    road.run(*before, from_raw=True)
    assert road.rows() == closed
    road.truncate()
    for window in (after, before):
        road.run(*window, from_raw=True)
    assert road.rows() == closed


def _an_outage(new_road: NewRoad) -> tuple[datetime, datetime]:
    """Start and end of an outage of some minutes, as StatusCake tells it."""
    road = new_road("statuscake", ["periods"])
    road.run(SINCE - timedelta(days=20), SINCE)
    found: tuple[datetime, datetime] = road.warehouse.query(
        "select started_at, ended_at from statuscake_periods where status = 'down' "
        "and ended_at - started_at between interval '8 minutes' and interval '2 hours' order by 1 limit 1"
    )[0]
    return found
