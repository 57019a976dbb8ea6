"""Frames survive the lake."""

from datetime import UTC, datetime

import pytest

from bellwether.arrow import pa
from bellwether.lake.parquet import from_parquet, to_parquet

MOMENT = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_frame_comes_back_as_it_was(rows):
    values = {
        "text": pa.array(["", None, "Grüße, \"'\n\\"][:rows], pa.string()),
        "whole": pa.array([2**63 - 1, None, 0][:rows], pa.int64()),
        "at": pa.array([MOMENT, None, MOMENT][:rows], pa.timestamp("us", tz="UTC")),
        "flag": pa.array([True, None, False][:rows], pa.bool_()),
    }
    frame = pa.table(values)
    again = from_parquet(to_parquet(frame))
    assert again.equals(frame)
    assert again.schema == frame.schema


def test_equal_frames_make_equal_bytes():
    assert to_parquet(pa.table({"a": [1, 2]})) == to_parquet(pa.table({"a": [1, 2]}))
