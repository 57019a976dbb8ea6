"""Which windows a run reads, given what was covered before."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.hooks.stream import Stream
from bellwether.lake import Extract, Manifest
from bellwether.operators.plan import Plan, is_too_old
from bellwether.sources.github import GitHubHook
from bellwether.warehouse import connect
from bellwether.warehouse.coverage import CoverageTable, batch
from bellwether.window import Window

MIDNIGHT = datetime(2026, 11, 12, tzinfo=UTC)
SITE, API = "dogbreed/site", "dogbreed/api"
WEEK = timedelta(days=7)


def stream(name: str, **traits: Any) -> Stream:
    return Stream(name=name, path="/", key=(), columns=(), subject_column="repository", slice=WEEK, **traits)


SETTLED = stream("settled")
RESTATED = stream("restated", lookback=timedelta(days=1))
LIVE = stream("live", live=timedelta(hours=1))
ANNOUNCED = stream("announced", lookback=timedelta(hours=12), ahead=timedelta(days=2))
SNAPSHOT = stream("snapshot", snapshot=True)


def hours(first: float, last: float) -> Window:
    return Window(MIDNIGHT + timedelta(hours=first), MIDNIGHT + timedelta(hours=last))


@pytest.fixture(scope="module")
def shared_warehouse(services: Any, with_tables: Any) -> Iterator[Any]:
    with services.new_warehouse(with_tables) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", made.connection)
        yield made


@pytest.fixture
def coverage(shared_warehouse: Any, sandbox: Any) -> CoverageTable:
    shared_warehouse.query("delete from coverage")
    return CoverageTable("warehouse")


def note(
    _: CoverageTable,
    stream: Stream,
    *windows: Window,
    subjects: Iterable[str] = (SITE, API),
    observed: datetime | None = None,
) -> None:
    """The windows were read the moment they had ended, unless another is given."""
    manifests = [
        Manifest(
            source="github",
            stream=stream.name,
            window_key=window.key,
            extracts=tuple(Extract(subject=name, observed_at=observed or window.end, records=0) for name in subjects),
        )
        for window in windows
    ]
    connect("warehouse").merge(batch(manifests))


def planned(plan: Plan, stream: Stream) -> list[tuple[Window, tuple[str, ...]]]:
    return [(job.window, job.subjects) for job in plan.jobs(GitHubHook(), stream)]


def read(plan: Plan, stream: Stream) -> list[Window]:
    """What is read of each subject, slices put together again."""
    found: list[Window] = []
    for window, subjects in planned(plan, stream):
        assert subjects == (SITE, API)
        if found and found[-1].end == window.start:
            window = Window(found.pop().start, window.end)
        found.append(window)
    return found


def test_without_a_ledger_just_the_window_is_read(sandbox: Any) -> None:
    now = hours(12, 13)
    assert planned(Plan(now, catch_up=WEEK), SETTLED) == [(now, (SITE, API))]
    assert planned(Plan(now, only_missing=True), SETTLED) == [(now, (SITE, API))]


def test_a_stream_that_is_restated_reads_back_and_in_slices(sandbox: Any) -> None:
    jobs = planned(Plan(Window(MIDNIGHT - WEEK, hours(0, 12).end)), RESTATED)
    assert [window for window, _ in jobs] == [
        Window(MIDNIGHT - WEEK - timedelta(days=1), MIDNIGHT - WEEK),
        Window(MIDNIGHT - WEEK, MIDNIGHT),
        hours(0, 12),
    ]


def test_the_first_scheduled_run_ever_reads_just_its_window(coverage: CoverageTable) -> None:
    now = hours(12, 12.5)
    assert read(Plan(now, coverage, catch_up=WEEK), SETTLED) == [now]


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        pytest.param([(0, 12)], [(12, 13)], id="nothing is missing"),
        pytest.param([(0, 6)], [(6, 13)], id="an outage of our own"),
        pytest.param([(0, 2), (3, 6), (8, 12)], [(2, 3), (6, 8), (12, 13)], id="several holes"),
        pytest.param([(0, 2), (8, 10)], [(2, 8), (10, 13)], id="a hole that reaches the window"),
        pytest.param([(-400, -300), (0, 12)], [(-156, 0), (12, 13)], id="a hole longer than we catch up"),
        pytest.param([(-400, -300)], [(-156, 13)], id="an outage longer than we catch up"),
        pytest.param([(0, 20)], [(12, 13)], id="the window itself is covered"),
        pytest.param([(14, 20)], [(12, 13)], id="only later times are covered"),
    ],
)
def test_a_scheduled_run_also_reads_the_holes(
    coverage: CoverageTable, covered: list[tuple[float, float]], expected: list[tuple[float, float]]
) -> None:
    note(coverage, SETTLED, *(hours(*pair) for pair in covered))
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), SETTLED) == [hours(*pair) for pair in expected]


def test_a_stream_that_is_restated_is_caught_up_from_where_it_was_settled(coverage: CoverageTable) -> None:
    note(coverage, RESTATED, hours(-100, -50))
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), RESTATED) == [hours(-74, 13)]


def test_on_schedule_a_restated_stream_reads_its_lookback_and_no_more(coverage: CoverageTable) -> None:
    note(coverage, RESTATED, *(hours(at - 25, at) for at in range(-10, 13)))
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), RESTATED) == [hours(-12, 13)]


def test_subjects_are_caught_up_each_for_itself(coverage: CoverageTable) -> None:
    note(coverage, SETTLED, hours(0, 6))
    note(coverage, SETTLED, hours(6, 12), subjects=[SITE])
    jobs = planned(Plan(hours(12, 13), coverage, catch_up=WEEK), SETTLED)
    assert jobs == [(hours(6, 13), (API,)), (hours(12, 13), (SITE,))]


def test_what_is_announced_is_read_ahead_on_every_run(coverage: CoverageTable) -> None:
    ahead = hours(0, 61)
    assert read(Plan(hours(12, 13)), ANNOUNCED) == [ahead]
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), ANNOUNCED) == [ahead]
    # An earlier run has read ahead: that is not settled, and is read once more.
    note(coverage, ANNOUNCED, hours(-12, 54), observed=hours(0, 6).end)
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), ANNOUNCED) == [hours(-6, 61)]


def test_the_future_is_never_settled(coverage: CoverageTable) -> None:
    note(coverage, ANNOUNCED, hours(-24, 54), observed=hours(0, 6).end)
    assert coverage.settled("github", ANNOUNCED, hours(-48, 72)) == {SITE: [hours(-24, -6)], API: [hours(-24, -6)]}
    assert read(Plan(hours(-24, 54), coverage, only_missing=True), ANNOUNCED) == [hours(-6, 54)]


def test_a_run_by_hand_does_not_catch_up(coverage: CoverageTable) -> None:
    note(coverage, SETTLED, hours(0, 6))
    assert read(Plan(hours(12, 13), coverage, catch_up=None), SETTLED) == [hours(12, 13)]


@pytest.mark.parametrize("kind", [LIVE, SNAPSHOT], ids=["live", "a snapshot"])
def test_what_only_tells_of_the_present_is_not_caught_up(coverage: CoverageTable, kind: Stream) -> None:
    note(coverage, kind, hours(0, 6))
    assert read(Plan(hours(12, 13), coverage, catch_up=WEEK), kind) == [hours(12, 13)]


@pytest.mark.parametrize(
    ("covered", "missing"),
    [
        pytest.param([], [(0, 24)], id="all"),
        pytest.param([(0, 24)], [], id="nothing"),
        pytest.param([(-9, 5), (7, 12)], [(5, 7), (12, 24)], id="what no window covers"),
    ],
)
def test_only_what_is_missing_is_read_when_asked_so(
    coverage: CoverageTable, covered: list[tuple[float, float]], missing: list[tuple[float, float]]
) -> None:
    note(coverage, SETTLED, *(hours(*pair) for pair in covered))
    plan = Plan(hours(0, 24), coverage, only_missing=True)
    assert read(plan, SETTLED) == [hours(*pair) for pair in missing]


def test_what_may_be_restated_counts_as_missing(coverage: CoverageTable) -> None:
    note(coverage, RESTATED, hours(0, 30))
    assert read(Plan(hours(0, 24), coverage, only_missing=True), RESTATED) == [hours(6, 24)]


def test_a_vendor_that_tells_of_the_present_is_not_asked_about_the_past() -> None:
    now = datetime.now(UTC)
    recent = Window(now - timedelta(minutes=10), now - timedelta(minutes=5))
    assert not is_too_old(LIVE, recent)
    assert is_too_old(LIVE, Window(recent.start - timedelta(hours=2), recent.end - timedelta(hours=2)))
    assert not is_too_old(SETTLED, Window(recent.start - WEEK, recent.end - WEEK))
