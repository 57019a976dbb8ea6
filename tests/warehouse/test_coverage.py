"""What the table `coverage` says of the past."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.hooks.stream import Column, Stream
from bellwether.lake import Extract, Manifest
from bellwether.sql import render
from bellwether.warehouse import connect
from bellwether.warehouse.coverage import CoverageTable, batch, coverage_rows
from bellwether.window import Window

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
STREAM = Stream(name="things", path="/things", key=("id",), columns=(Column("id"),), subject_column="owner")


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def hours(first: float, last: float) -> Window:
    return Window(at(first), at(last))


def manifest(window: Window, *, observed: float, subject: str = "us", **extract: Any) -> Manifest:
    extract_of_subject = Extract(
        subject=subject, observed_at=at(observed), records=extract.pop("records", 0), **extract
    )
    return Manifest(source="ours", stream="things", window_key=window.key, extracts=(extract_of_subject,))


def stream(lookback_hours: float = 0) -> Stream:
    return Stream(
        name="things", path="/things", key=("id",), columns=(Column("id"),), subject_column="owner",
        lookback=timedelta(hours=lookback_hours),
    )  # fmt: skip


@pytest.fixture(params=["postgres", "redshift"])
def coverage(warehouse: Any, as_redshift: Callable[..., Any], request: pytest.FixtureRequest) -> CoverageTable:
    if request.param == "redshift":
        as_redshift()
    database = connect("warehouse")
    database.run(render("tables/coverage.sql", dialect=database.dialect))
    return CoverageTable("warehouse")


def note(*manifests: Manifest) -> None:
    connect("warehouse").merge(batch(manifests))


def settled(coverage: CoverageTable, within: Window, lookback_hours: float = 0, subject: str = "us") -> list[Window]:
    return coverage.settled("ours", stream(lookback_hours), within).get(subject, [])


def test_what_was_seen_is_one_complete_row() -> None:
    seen = manifest(hours(0, 5), observed=6, records=12, rejected=2, flags=("sampled", "thresholded"))
    (row,) = coverage_rows([seen])
    assert row == {
        "source": "ours",
        "stream": "things",
        "subject": "us",
        "window_start": at(0),
        "window_end": at(5),
        "row_count": 10,
        "rejected_count": 2,
        "is_complete": True,
        "flags": "sampled,thresholded",
        "observed_at": at(6),
    }


@pytest.mark.parametrize(
    ("not_seen", "intervals"),
    [
        pytest.param([(0, 5)], [(0, 5, False)], id="nothing was seen"),
        pytest.param([(0, 2)], [(0, 2, False), (2, 5, True)], id="the beginning was not"),
        pytest.param([(2, 3)], [(0, 2, True), (2, 3, False), (3, 5, True)], id="the middle was not"),
        pytest.param(
            [(3, 5), (1, 2)], [(0, 1, True), (1, 2, False), (2, 3, True), (3, 5, False)], id="two parts were not"
        ),
    ],
)
def test_parts_that_nobody_could_see_are_rows_of_their_own(
    not_seen: list[tuple[int, int]], intervals: list[tuple[int, int, bool]]
) -> None:
    keys = tuple(hours(*pair).key for pair in not_seen)
    rows = coverage_rows([manifest(hours(0, 5), observed=6, records=7, not_seen=keys)])
    assert [(r["window_start"], r["window_end"], r["is_complete"]) for r in rows] == [
        (at(first), at(last), is_complete) for first, last, is_complete in intervals
    ]
    assert sum(r["row_count"] for r in rows) == 7


def test_nothing_is_settled_where_nobody_asked(coverage: CoverageTable) -> None:
    assert settled(coverage, hours(0, 24)) == []
    assert coverage.first("ours", STREAM) == {}


@pytest.mark.parametrize(
    ("covered", "joined"),
    [
        pytest.param([(0, 5), (5, 10)], [(0, 10)], id="neighbours"),
        pytest.param([(5, 10), (0, 7)], [(0, 10)], id="overlapping"),
        pytest.param([(0, 10), (2, 3), (9, 12)], [(0, 12)], id="one inside another"),
        pytest.param([(0, 5), (6, 10)], [(0, 5), (6, 10)], id="a gap"),
        pytest.param([(0, 10), (1, 2), (3, 4), (11, 12)], [(0, 10), (11, 12)], id="a gap after several inside"),
        pytest.param([(0, 1), (0, 5), (4, 6)], [(0, 6)], id="two from one start"),
        pytest.param([(-5, 1), (23, 30)], [(-5, 1), (23, 30)], id="over the edges"),
        pytest.param([(-5, 0), (24, 30)], [], id="just outside"),
    ],
)
def test_settled_stretches_are_joined(
    coverage: CoverageTable, covered: list[tuple[int, int]], joined: list[tuple[int, int]]
) -> None:
    note(*(manifest(hours(*pair), observed=100) for pair in covered))
    assert settled(coverage, hours(0, 24)) == [hours(*pair) for pair in joined]


@pytest.mark.parametrize(
    ("observed", "lookback", "left"),
    [
        pytest.param(10, 0, [(0, 10)], id="nothing is restated"),
        pytest.param(6, 0, [(0, 6)], id="the window ended after it was read"),
        pytest.param(10, 4, [(0, 6)], id="what is young is restated"),
        pytest.param(14, 4, [(0, 10)], id="just old enough"),
        pytest.param(10, 10, [], id="all of it is young"),
        pytest.param(10, 48, [], id="younger than its start"),
    ],
)
def test_what_may_still_be_restated_is_not_settled(
    coverage: CoverageTable, observed: float, lookback: float, left: list[tuple[int, int]]
) -> None:
    note(manifest(hours(0, 10), observed=observed))
    assert settled(coverage, hours(0, 24), lookback) == [hours(*pair) for pair in left]


def test_an_interval_shorter_than_a_second_is_none(coverage: CoverageTable) -> None:
    note(manifest(hours(0, 10), observed=0.4 / 3600))
    assert settled(coverage, hours(0, 24)) == []


def test_subjects_streams_and_sources_are_kept_apart(coverage: CoverageTable) -> None:
    note(manifest(hours(0, 5), observed=10), manifest(hours(2, 7), observed=10, subject="they"))
    assert settled(coverage, hours(0, 24)) == [hours(0, 5)]
    assert settled(coverage, hours(0, 24), subject="they") == [hours(2, 7)]
    assert coverage.settled("theirs", STREAM, hours(0, 24)) == {}


def test_a_subject_s_coverage_begins_with_its_first_window(coverage: CoverageTable) -> None:
    note(manifest(hours(5, 6), observed=10), manifest(hours(1, 2), observed=10))
    note(manifest(hours(0, 1), observed=9, subject="they"))
    assert coverage.first("ours", STREAM)["us"] == at(1)


def test_a_later_answer_about_the_same_window_replaces_what_was_known(coverage: CoverageTable, warehouse: Any) -> None:
    note(manifest(hours(0, 5), observed=6, records=3, flags=("sampled",)))
    note(manifest(hours(0, 5), observed=8, records=4))
    note(manifest(hours(0, 5), observed=7, records=9))
    found = warehouse.query("select row_count, flags, observed_at from coverage")
    assert found == [(4, "", at(8))]


def test_an_odd_subject_is_only_a_value(coverage: CoverageTable) -> None:
    odd = "it's 100 % \"odd\"\\ '); drop table coverage; -- Größe"
    note(manifest(hours(0, 5), observed=6, subject=odd))
    assert settled(coverage, hours(0, 24), subject=odd) == [hours(0, 5)]
