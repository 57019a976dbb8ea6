"""Raw lines become typed rows, or rejects that say where and why."""

import json
import re
from datetime import UTC, datetime

import pytest

from bellwether.arrow import pa
from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.rows import stage

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
READING = Reading("here", NOON)
STREAM = Stream(
    name="things",
    path="/things",
    subject_column="place",
    key=("id", "part"),
    columns=(
        Column("id", "integer", required=True),
        Column("part", parse=lambda part: part or ""),
        Column("text"),
        Column("number", "number"),
        Column("flag", "boolean"),
        Column("at", "timestamp", "when.at"),
        Column("since", "epoch"),
        Column("tags", "json"),
        Column("parsed", "integer", "as_text", parse=lambda text: None if text is None else int(text)),
        Column("class_", path="class.from"),
    ),
)
WHOLE = {
    "id": 1,
    "part": "a",
    "text": "Grüße 🐕\n",
    "number": 1.5,
    "flag": False,
    "when": {"at": "2026-11-01T14:00:00.123456+02:00"},
    "since": 1793534400,
    "tags": [{"a": None}, "b"],
    "as_text": "42",
    "class": {"from": "Python"},
}


def staged(*records, stream=STREAM):
    lines = b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in records)
    return stage(stream, lines, READING)


def the_row(*records):
    found = staged(*records)
    assert not found.rejects
    (row,) = found.frame.to_pylist()
    return row


def the_reject(record):
    found = staged(WHOLE | {"id": 7}, record, WHOLE | {"id": 9})
    assert found.frame["id"].to_pylist() == [7, 9]
    (reject,) = found.rejects
    assert json.loads(reject.record) == record
    return reject.reason


def test_each_type_arrives_as_what_it_is():
    assert the_row(WHOLE) == {
        "place": "here",
        "id": 1,
        "part": "a",
        "text": "Grüße 🐕\n",
        "number": 1.5,
        "flag": False,
        "at": datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC),
        "since": NOON,
        "tags": '[{"a": null}, "b"]',
        "parsed": 42,
        "class_": "Python",
        "observed_at": NOON,
    }


def test_the_frame_has_the_tables_columns_and_types():
    schema = staged(WHOLE).frame.schema
    moment, text = pa.timestamp("us", tz="UTC"), pa.string()
    assert tuple(schema.names) == STREAM.column_names
    types = [text, pa.int64(), text, text, pa.float64(), pa.bool_(), moment, moment, text, pa.int64(), text, moment]
    assert schema.types == types
    assert staged().frame.schema == schema


@pytest.mark.parametrize("nothing", [{"id": 1}, dict.fromkeys(WHOLE) | {"id": 1}, {"id": 1, "when": {}}])
def test_what_is_missing_is_null(nothing):
    row = the_row(nothing)
    assert row.pop("part") == ""
    assert {name for name, value in row.items() if value is not None} == {"place", "id", "observed_at"}


def test_unknown_fields_change_nothing():
    grown = WHOLE | {"new": {"deep": [1, "\0"]}, "when": WHOLE["when"] | {"zone": 5}, "x" * 5000: "y" * 100_000}
    assert the_row(grown) == the_row(WHOLE)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param({"id": "one"}, "not a valid integer: 'one' - at `$.id`", id="text for a number"),
        pytest.param({"id": None}, "got `null` - at `$.id`", id="null in a key"),
        pytest.param({"id": 1.5}, "not a valid integer: 1.5 - at `$.id`", id="fraction"),
        pytest.param({"id": 2**63}, "`$.id`", id="too large"),
        pytest.param({"id": -(2**63) - 1}, "`$.id`", id="too small"),
        pytest.param({"text": 5}, "Expected `str | null`, got `int` - at `$.text`", id="number for a text"),
        pytest.param({"number": "1.5"}, "`$.number`", id="text for a fraction"),
        pytest.param({"flag": "yes"}, "`$.flag`", id="text for a truth"),
        pytest.param({"flag": 1}, "`$.flag`", id="number for a truth"),
        pytest.param({"when": {"at": "yesterday"}}, "`$.when.at`", id="no time"),
        pytest.param({"when": {"at": "2026-11-01T12:00:00"}}, "`$.when.at`", id="time without offset"),
        pytest.param({"when": {"at": "2026-02-30T12:00:00Z"}}, "`$.when.at`", id="no such day"),
        pytest.param({"when": "now"}, "Expected `object | null`, got `str` - at `$.when`", id="text for an object"),
        pytest.param({"since": "2026"}, "`$.since`", id="text for an epoch"),
        pytest.param({"since": 1e18}, "`$.since`", id="an epoch past all years"),
        pytest.param({"since": -1e300}, "`$.since`", id="an epoch before all years"),
        pytest.param({"as_text": "many"}, "many", id="what parse refuses"),
        pytest.param({"as_text": str(10**30)}, "not a valid integer.*`$.as_text`", id="what parse makes too large"),
        pytest.param({"part": 5}, "not a valid text: 5 - at `$.part`", id="what parse lets through"),
        pytest.param({"part": ["a"]}, "`$.part`", id="list for a text"),
        pytest.param({"text": "a\0b"}, "NUL.*`$.text`", id="NUL"),
        pytest.param({"part": "a\0b"}, "NUL.*`$.part`", id="NUL in a key"),
        pytest.param(
            {"text": "ä" * 32_768}, "65,536 bytes of text exceed the limit of 65,535 - at `$.text`", id="long"
        ),
        pytest.param({"part": "a" * 513}, "513 bytes of text exceed the limit of 512 - at `$.part`", id="long key"),
        pytest.param({"tags": ["a" * 65_536]}, "bytes of text.*`$.tags`", id="long json"),
    ],
)
def test_what_does_not_fit_is_rejected_with_reason_and_place(wrong, reason):
    assert re.search(reason.replace("$", r"\$").replace("|", r"\|"), the_reject(WHOLE | wrong))


@pytest.mark.parametrize(
    "right",
    [
        {"id": 2**63 - 1},
        {"id": -(2**63)},
        {"text": "ä" * 32_767 + "a"},
        {"text": ""},
        {"text": "\\u0000"},
        {"part": "a" * 512},
        {"number": 3},
        {"since": 1793534400.25},
        {"since": 0},
        {"tags": None},
        {"tags": "plain"},
        {"when": {"at": "1969-12-31T23:59:59Z"}},
    ],
)
def test_what_only_just_fits_is_taken(right):
    assert the_row(WHOLE | right)


def test_a_line_that_is_no_record_is_rejected():
    found = staged(WHOLE, b'{"id": 2, "te\n', b"[]\n", b'"three"\n', b'{"id": 4, "text": "\xff"}\n', WHOLE | {"id": 5})
    assert found.frame["id"].to_pylist() == [1, 5]
    assert len(found.rejects) == 4
    assert all(reject.reason for reject in found.rejects)


def test_bytes_that_are_no_text_are_rejected_wherever_they_stand():
    found = staged(WHOLE, b'{"id": 2, "tags": ["\xff"]}\n')
    assert found.frame["id"].to_pylist() == [1]
    assert [reject.record for reject in found.rejects] == [b'{"id": 2, "tags": ["\xff"]}']


def test_each_bad_line_is_told_once():
    found = staged(WHOLE | {"as_text": "many", "text": "\0", "part": 5})
    assert len(found.rejects) == 1
    assert found.frame.num_rows == 0


def test_of_several_versions_the_last_wins():
    first, other, last = WHOLE | {"text": "old"}, WHOLE | {"part": "b"}, WHOLE | {"text": "new"}
    rows = staged(first, other, last).frame.to_pylist()
    assert [(row["part"], row["text"]) for row in rows] == [("b", WHOLE["text"]), ("a", "new")]


def test_a_version_that_does_not_fit_leaves_the_one_before():
    found = staged(WHOLE, WHOLE | {"as_text": "many"})
    assert [row["parsed"] for row in found.frame.to_pylist()] == [42]
    assert len(found.rejects) == 1


def test_a_stream_without_a_key_of_its_own_has_one_row():
    stream = Stream(name="one", path="/", subject_column="place", key=(), columns=(Column("text"),))
    found = staged({"text": "old"}, {"text": "new"}, stream=stream)
    assert found.frame["text"].to_pylist() == ["new"]


def test_nothing_makes_an_empty_frame():
    found = staged()
    assert found.frame.num_rows == 0
    assert not found.rejects
