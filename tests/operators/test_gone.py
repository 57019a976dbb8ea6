"""What a vendor takes back: rows that a later reading of their time lacks are marked, and count no more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bellwether.sql import sql_folder
from tests.fixtures.road import NOW

SINCE, UNTIL = NOW - timedelta(days=3), NOW - timedelta(hours=1)
EARLIER = NOW - timedelta(days=1)
STREAMS = [
    ("github", "commits", "sha", "'taken back'"),
    ("github", "releases", "release_id", "-1"),
    ("github", "deployments", "deployment_id", "-1"),
    ("github", "workflow_runs", "run_id", "-1"),
    ("statuscake", "tests", "test_id", "'taken back'"),
    ("flights", "arrivals", "number", "'XX 1'"),
]
NewRoad = Callable[..., Any]


def copied(road: Any, table: str, column: str, value: str, observed_at: datetime) -> None:
    """A row like one of the table's, under a key that the vendor does not have, as it was observed once."""
    columns = road.warehouse.query(
        "select column_name from information_schema.columns where table_name = %s order by ordinal_position", (table,)
    )
    values = {column: value, "observed_at": "%s", "gone_at": "null"}
    names = [name for (name,) in columns]
    road.warehouse.query(
        f"insert into {table} select {', '.join(values.get(name, name) for name in names)} from {table} limit 1",
        (observed_at,),
    )


def gone(road: Any, table: str) -> list[tuple[Any, ...]]:
    return road.warehouse.query(f"select * from {table} where gone_at is not null")


@pytest.mark.parametrize(("source", "stream", "column", "value"), STREAMS, ids=lambda given: str(given))
def test_a_row_that_a_later_reading_lacks_is_gone_and_comes_back_when_it_is_read_again(
    new_road: NewRoad, sandbox: Any, source: str, stream: str, column: str, value: str
) -> None:
    road, table = new_road(source, [stream]), f"{source}_{stream}"
    since = NOW - timedelta(days=30) if stream == "releases" else SINCE
    road.run(since, UNTIL)
    assert gone(road, table) == []
    copied(road, table, column, value, EARLIER)
    sandbox.set_clock(NOW + timedelta(minutes=5))
    road.run(since, UNTIL)
    marked = road.warehouse.query(f"select {column}::text, gone_at from {table} where gone_at is not null")
    assert [key for key, _ in marked] == [value.strip("'")]
    sandbox.set_clock(NOW + timedelta(minutes=10))
    road.run(since, UNTIL)
    # The first reading that lacked it counts, and a later one changes nothing.
    assert road.warehouse.query(f"select {column}::text, gone_at from {table} where gone_at is not null") == marked
    road.warehouse.query(f"update {table} set observed_at = %s where gone_at is not null", (NOW + timedelta(hours=9),))
    sandbox.set_clock(NOW + timedelta(minutes=15))
    road.run(since, UNTIL)
    assert gone(road, table) == []


def test_what_is_gone_is_in_no_signal(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits", "releases", "deployments"])
    since = NOW - timedelta(days=30)
    road.run(since, UNTIL)
    for table in road.tables:
        statement = (sql_folder() / "signals" / table.removeprefix("github_") / f"{table}.sql").read_text()
        window = {"since": since, "until": UNTIL}
        before = len(road.warehouse.query(statement, window))
        assert before
        road.warehouse.query(f"update {table} set gone_at = now()")
        assert road.warehouse.query(statement, window) == []


@pytest.mark.parametrize("change", ["is_complete = false", "rejected_count = 1", "subject = subject || ' two'"])
def test_a_reading_that_may_have_missed_a_row_takes_none_back(new_road: NewRoad, sandbox: Any, change: str) -> None:
    from bellwether.hooks.stream import Stream
    from bellwether.operators.load import gone_rows
    from bellwether.sources import source_of
    from bellwether.warehouse import connect

    road = new_road("github", ["commits"])
    road.run(SINCE, UNTIL)
    copied(road, "github_commits", "sha", "'taken back'", EARLIER)
    road.warehouse.query(f"update coverage set {change}")
    stream: Stream = source_of("github").streams_by_name()["commits"]
    connect(f"warehouse_{road.name}").merge(then=[gone_rows("github", stream, SINCE, UNTIL)])
    assert gone(road, "github_commits") == []
