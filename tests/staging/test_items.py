"""Values that are an item of a record's list, and values that come from the reading."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.rows import stage

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def staged(record, stream):
    return stage(stream, json.dumps(record).encode() + b"\n", Reading("here", NOON))


LISTED = Stream(
    name="listed",
    path="/",
    subject_column="place",
    key=("id",),
    columns=(
        Column("id", "integer", required=True),
        Column("code", "integer", "conditions.0.code"),
        Column("words", path="conditions.0.said.words"),
        Column("second", path="names.1"),
    ),
)


def listed(**fields):
    (row,) = staged({"id": 1} | fields, LISTED).frame.to_pylist()
    return row["code"], row["words"], row["second"]


def test_a_number_in_a_path_counts_a_lists_items():
    conditions = [{"code": 500, "said": {"words": "rain"}}, {"code": 701}]
    assert listed(conditions=conditions, names=["a", "b", "c"]) == (500, "rain", "b")
    assert listed(conditions=[{}], names=["a", None]) == (None, None, None)


@pytest.mark.parametrize(
    "nothing", [{}, {"conditions": None}, {"conditions": [], "names": ["a"]}, {"conditions": [None]}]
)
def test_an_item_that_is_not_there_is_null(nothing):
    assert listed(**nothing) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"conditions": {"code": 500}}, "Expected `array | null`, got `object` - at `$.conditions`"),
        (
            {"conditions": [{"code": []}]},
            "Expected `int | float | str | null`, got `array` - at `$.conditions[0].code`",
        ),
        ({"names": ["a", 5]}, "Expected `str | null`, got `int` - at `$.names[1]`"),
    ],
)
def test_an_item_that_does_not_fit_is_rejected_with_its_place(wrong, reason):
    (reject,) = staged({"id": 1} | wrong, LISTED).rejects
    assert reject.reason == reason


@pytest.mark.parametrize("short", [{"conditions": []}, {"conditions": [{"code": 1}]}, {}])
def test_an_item_that_has_to_be_there_is_missed(short):
    columns = (Column("code", "integer", "conditions.1.code", required=True),)
    stream = Stream(name="strict", path="/", subject_column="place", key=("code",), columns=columns)
    assert staged({"conditions": [{"code": 1}, {"code": 2}]}, stream).frame["code"].to_pylist() == [2]
    (reject,) = staged(short, stream).rejects
    assert "conditions" in reject.reason


MADE = Stream(
    name="made",
    path="/",
    subject_column="place",
    key=("made_at", "id"),
    columns=(
        Column("made_at", "timestamp", from_row=lambda _, reading: reading.as_of, required=True),
        Column("id", "integer", required=True),
    ),
)


@pytest.mark.parametrize(
    ("window_end", "made_at"),
    [
        pytest.param(NOON - timedelta(minutes=3), NOON - timedelta(minutes=3), id="the end of the window"),
        pytest.param(NOON + timedelta(hours=1), NOON, id="the answer, where the window goes on"),
        pytest.param(None, NOON, id="the answer, where no window is known"),
    ],
)
def test_a_column_may_come_from_the_reading(window_end, made_at):
    reading = Reading("here", NOON, window_end)
    lines = b'{"id": 1, "made_at": "whenever"}\n{"id": 2}\n{"id": "x"}\n{"id": 1}\n'
    found = stage(MADE, lines, reading)
    assert [(row["made_at"], row["id"]) for row in found.frame.to_pylist()] == [(made_at, 2), (made_at, 1)]
    assert len(found.rejects) == 1
