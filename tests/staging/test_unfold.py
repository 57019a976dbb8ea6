"""One raw record may hold several, or none: rows of a list, or a reject with the reason."""

from datetime import UTC, datetime

import msgspec
import pytest

from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.rows import stage

READING = Reading("here", datetime(2026, 11, 1, tzinfo=UTC))


def items(record):
    """The items of a record's list; a record that says `no` has a reason why."""
    if "no" in record:
        raise ValueError(record["no"])
    yield from record["items"]


STREAM = Stream(
    name="things",
    path="/things",
    subject_column="place",
    key=("id",),
    columns=(Column("id", "integer", required=True), Column("size", "integer", parse=lambda size: size and int(size))),
    unfold=items,
)


def staged(*records):
    return stage(STREAM, b"".join(msgspec.json.encode(record) + b"\n" for record in records), READING)


def test_each_record_becomes_the_rows_that_it_holds():
    found = staged({"items": [{"id": 1, "size": "5"}, {"id": 2}]}, {"items": []}, {"items": [{"id": 3}]})
    assert [(row["id"], row["size"]) for row in found.frame.to_pylist()] == [(1, 5), (2, None), (3, None)]
    assert (found.records, found.rejects) == (3, [])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"no": "nothing in it"}, "nothing in it"), ({}, "'items'"), ({"items": None}, "not iterable"), ([], "indices")],
)
def test_a_record_that_holds_none_is_rejected_whole_and_the_others_go_on(wrong, reason):
    found = staged({"items": [{"id": 1}]}, wrong, {"items": [{"id": 2}]})
    assert found.frame["id"].to_pylist() == [1, 2]
    (reject,) = found.rejects
    assert reason in reject.reason
    assert msgspec.json.decode(reject.record) == wrong
    assert found.records == 3


def test_one_wrong_row_is_rejected_alone_as_it_was_unfolded():
    found = staged({"items": [{"id": 1}, {"id": "x"}, {"id": 2, "size": "big"}]})
    assert found.frame["id"].to_pylist() == [1]
    assert [msgspec.json.decode(reject.record) for reject in found.rejects] == [{"id": "x"}, {"id": 2, "size": "big"}]
    assert found.records == 3


def test_nothing_at_all_is_no_rows():
    found = staged()
    assert (found.frame.num_rows, found.records, found.rejects) == (0, 0, [])
