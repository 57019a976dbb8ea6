"""Columns that stand in one of several places, and columns that are worked out of others."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.rows import stage

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def doubled(row, reading):
    """Twice the amount; `here` has none."""
    if row["amount"] is None:
        return None
    if row["amount"] < 0:
        raise ValueError("less than nothing")
    return {"there": 2}[reading.subject] * row["amount"]


STREAM = Stream(
    name="things",
    path="/",
    subject_column="place",
    key=("id",),
    columns=(
        Column("double", "number", from_row=doubled),
        Column("id", path="id.new", or_paths=("id.old", "code"), required=True),
        Column("amount", "number", "now.amount", or_paths=("amountNow",)),
        Column("old", path="id.old"),
    ),
)


def staged(*records, subject="there"):
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return stage(STREAM, lines, Reading(subject, NOON))


def rows(found):
    return [(row["id"], row["amount"], row["double"]) for row in found.frame.to_pylist()]


@pytest.mark.parametrize(
    ("record", "row"),
    [
        pytest.param({"id": {"new": "a"}, "now": {"amount": 1}}, ("a", 1.0, 2.0), id="the likeliest way"),
        pytest.param({"id": {"old": "a"}, "amountNow": 1}, ("a", 1.0, 2.0), id="the other way"),
        pytest.param(
            {"id": {"new": "a", "old": "b"}, "now": {"amount": 0}, "amountNow": 5}, ("a", 0.0, 0.0), id="both"
        ),
        pytest.param({"id": None, "code": "c", "now": None, "amountNow": 2}, ("c", 2.0, 4.0), id="null is nothing"),
        pytest.param({"code": "c"}, ("c", None, None), id="nowhere"),
    ],
)
def test_the_first_place_that_has_something_counts(record, row):
    found = staged(record)
    assert rows(found) == [row]
    assert not found.rejects


def test_what_is_required_and_stands_nowhere_is_rejected_with_all_its_places():
    found = staged({"id": {"new": "a"}}, {"id": {}}, {"id": {"new": "b"}})
    assert [row[0] for row in rows(found)] == ["a", "b"]
    (reject,) = found.rejects
    assert reject.reason == "no value at `$.id.new` nor `$.id.old` nor `$.code`"
    assert json.loads(reject.record) == {"id": {}}


def test_another_type_is_rejected_wherever_it_stands():
    (reject,) = staged({"code": "a", "amountNow": "much"}).rejects
    assert reject.reason == "Expected `float | null`, got `str` - at `$.amountNow`"


def test_a_value_that_cannot_be_worked_out_rejects_its_row_alone():
    found = staged({"code": "a", "amountNow": 1}, {"code": "b", "amountNow": -1}, {"code": "c", "amountNow": 3})
    assert rows(found) == [("a", 1.0, 2.0), ("c", 3.0, 6.0)]
    (reject,) = found.rejects
    assert reject.reason == "less than nothing - for double"


def test_it_is_worked_out_for_whose_row_it_is():
    found = staged({"code": "a", "amountNow": 1}, subject="here")
    assert rows(found) == []
    assert [reject.reason for reject in found.rejects] == ["'here' - for double"]


def test_nothing_to_work_with_makes_an_empty_frame():
    assert staged().frame.column_names == ["place", "double", "id", "amount", "old", "observed_at"]
