"""Rebuilding from the lake: the same rows, without a word to the vendor."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

NewRoad = Callable[..., Any]


@pytest.mark.parametrize("source", ["github", "google_analytics", "postman", "statuscake"])
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
    assert found == [row for row in rows if row[10] >= SINCE - timedelta(days=1)]
    assert len(found) < len(rows)


def test_a_rebuild_where_there_is_nothing_changes_nothing(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    assert road.run(SINCE, UNTIL, from_raw=True) == {}
    assert road.rows() == dict.fromkeys([*road.tables, "coverage"], [])


def test_old_raw_never_undoes_newer_facts(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("statuscake", ["periods"])
    start, end = _an_outage(sandbox)
    sandbox.set_clock(start + (end - start) / 2)
    first = (start - timedelta(minutes=5), start + timedelta(seconds=1))
    road.run(*first)
    still_open = "select count(*) from statuscake_periods where started_at = %s and ended_at is null"
    assert road.warehouse.query(still_open, (start,)) == [(1,)]
    sandbox.set_clock(end + timedelta(minutes=10))
    road.run(end, end + timedelta(minutes=5))
    closed = road.rows()
    assert road.warehouse.query(still_open, (start,)) == [(0,)]
    road.run(*first, from_raw=True)
    assert road.rows() == closed
    road.truncate()
    road.run(end, end + timedelta(minutes=5), from_raw=True)
    road.run(*first, from_raw=True)
    assert road.rows() == closed


def _an_outage(sandbox: Any) -> tuple[datetime, datetime]:
    """Start and end of an outage of some minutes."""
    sandbox.set_clock(datetime(2026, 11, 20, tzinfo=UTC))
    outages = sandbox.house.world.outages("site", SINCE - timedelta(days=20), SINCE)
    return next(
        (o.started_at, o.ended_at) for o in outages if o.ended_at and o.ended_at - o.started_at > timedelta(minutes=4)
    )
