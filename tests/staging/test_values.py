"""Values as vendors write them: whole numbers in floats and texts, times that stand for "never"."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.rows import stage

STREAM = Stream(
    name="things",
    path="/things",
    subject_column="place",
    key=("id",),
    columns=(
        Column("id", "integer", required=True),
        Column("count", "integer"),
        Column("ended_at", "timestamp"),
        Column("seen_at", "epoch"),
    ),
)
STARTS = Stream(
    name="starts",
    path="/starts",
    subject_column="place",
    key=("started_at",),
    columns=(Column("started_at", "timestamp", required=True),),
)


def staged(*records, stream=STREAM):
    lines = b"".join(
        (record if isinstance(record, bytes) else json.dumps(record).encode()) + b"\n" for record in records
    )
    return stage(stream, lines, Reading("here", datetime(2026, 11, 1, tzinfo=UTC)))


@pytest.mark.parametrize("written", [b"12", b"12.0", b"1.2e1", b'"12"', b'"12.0"', b'" 12 "'])
def test_a_whole_number_is_one_however_it_is_written(written):
    rows = staged(b'{"id": 1, "count": ' + written + b"}", {"id": 2.0, "count": None})
    assert not rows.rejects
    assert [(row["id"], row["count"]) for row in rows.frame.to_pylist()] == [(1, 12), (2, None)]


@pytest.mark.parametrize(
    "written", [b"12.5", b'"12.5"', b'"twelve"', b"9007199254740994.0", b'"1e400"', b'"nan"', b"1e30"]
)
def test_what_is_not_a_whole_number_is_rejected_and_the_others_stay(written):
    rows = staged(b'{"id": 1, "count": ' + written + b"}", {"id": 2, "count": 3.0})
    assert [row["id"] for row in rows.frame.to_pylist()] == [2]
    assert "`$.count`" in rows.rejects[0].reason


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T01:00:00+01:00",
        "1900-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_a_time_that_stands_for_never_is_null(written):
    rows = staged({"id": 1, "ended_at": written})
    assert (rows.rejects, rows.frame["ended_at"].to_pylist()) == ([], [None])


@pytest.mark.parametrize("written", [0, 0.0, -62_135_596_800])
def test_unix_seconds_that_stand_for_never_are_null(written):
    rows = staged({"id": 1, "seen_at": written})
    assert (rows.rejects, rows.frame["seen_at"].to_pylist()) == ([], [None])


def test_a_time_next_to_a_sentinel_is_a_time():
    rows = staged({"id": 1, "ended_at": "1970-01-01T00:00:01Z", "seen_at": 1})
    one = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert [(row["ended_at"], row["seen_at"]) for row in rows.frame.to_pylist()] == [(one, one)]


@pytest.mark.parametrize(
    "bad", [{"ended_at": "0001-01-01T00:00:00+01:00"}, {"ended_at": "0001-01-01T05:00:00+14:00"}, {"seen_at": 1e18}]
)
def test_a_time_out_of_the_calendar_costs_its_record_only(bad):
    rows = staged({"id": 1} | bad, {"id": 2})
    assert [row["id"] for row in rows.frame.to_pylist()] == [2]
    assert len(rows.rejects) == 1


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_a_record_that_needs_a_time_is_rejected_when_it_is_never(never):
    rows = staged({"started_at": never}, {"started_at": "2026-11-01T05:00:00Z"}, stream=STARTS)
    assert rows.frame["started_at"].to_pylist() == [datetime(2026, 11, 1, 5, tzinfo=UTC)]
    assert "stands for never" in rows.rejects[0].reason
