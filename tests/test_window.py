"""The window contract: which stretch of time a run is about, and how it is cut."""

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest

from bellwether.window import EPOCH, Window, WindowError, run_time, window

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
EXAMPLE = '{"since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}'


def run(**context: Any) -> Window:
    params = {"since": context.pop("since", None), "until": context.pop("until", None)}
    return window({"params": params, "dag_run": None, **context})


def some_windows(count: int, seed: int = 7) -> list[Window]:
    """Windows from a second to some months long, anywhere in some years."""
    numbers = random.Random(seed)
    starts = [EPOCH + timedelta(seconds=numbers.randrange(1_700_000_000, 1_900_000_000)) for _ in range(count)]
    return [Window(start, start + timedelta(seconds=int(10 ** numbers.uniform(0, 7)))) for start in starts]


def test_a_scheduled_run_is_about_its_data_interval() -> None:
    found = run(data_interval_start=NOON, data_interval_end=NOON + FIVE_MINUTES)
    assert found == Window(NOON, NOON + FIVE_MINUTES)


def test_params_win_over_the_data_interval() -> None:
    found = run(
        since="2026-10-01T00:00:00Z",
        until="2026-10-02T00:00:00Z",
        data_interval_start=NOON,
        data_interval_end=NOON + FIVE_MINUTES,
    )
    assert found == Window(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC))


def test_since_alone_reads_up_to_the_end_of_the_data_interval() -> None:
    found = run(since="2026-10-01T00:00:00Z", data_interval_start=NOON, data_interval_end=NOON + FIVE_MINUTES)
    assert found == Window(datetime(2026, 10, 1, tzinfo=UTC), NOON + FIVE_MINUTES)


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({}, id="nothing at all"),
        pytest.param({"data_interval_start": None, "data_interval_end": None}, id="a run without a logical date"),
        pytest.param({"data_interval_start": NOON, "data_interval_end": NOON}, id="an interval of no length"),
        pytest.param({"data_interval_start": NOON}, id="an interval without an end"),
        pytest.param({"since": "2026-11-01T00:00:00Z"}, id="since alone"),
        pytest.param({"until": "2026-11-01T00:00:00Z"}, id="until alone"),
        pytest.param(
            {"until": "2026-11-01T00:00:00Z", "data_interval_start": NOON, "data_interval_end": NOON + FIVE_MINUTES},
            id="until alone with an interval",
        ),
    ],
)
def test_a_run_that_does_not_say_its_window_fails_and_says_what_to_pass(context: dict[str, Any]) -> None:
    with pytest.raises(WindowError) as failed:
        run(**context)
    assert EXAMPLE in str(failed.value)
    assert "logical date" in str(failed.value)


@pytest.mark.parametrize(
    ("since", "until", "named"),
    [
        pytest.param("yesterday", "2026-11-02T00:00:00Z", "since='yesterday'", id="words"),
        pytest.param("2026-11-01T00:00:00Z", "2026-13-02", "until='2026-13-02'", id="a thirteenth month"),
        pytest.param(20261101, "2026-11-02T00:00:00Z", "since=20261101", id="a number"),
        pytest.param("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", "is empty", id="an end before its start"),
        pytest.param("2026-11-02T00:00:00Z", "2026-11-02T01:00:00+01:00", "is empty", id="an end at its start"),
    ],
)
def test_times_that_make_no_window_are_named(since: Any, until: str, named: str) -> None:
    with pytest.raises(WindowError, match=named.replace("(", r"\(")):
        run(since=since, until=until)


@pytest.mark.parametrize("text", ["2026-11-01", "2026-11-01T00:00:00", "2026-11-01 00:00", "2026-11-01T01:00:00+01:00"])
def test_times_without_an_offset_are_utc(text: str) -> None:
    assert run(since=text, until="2026-11-02").start == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_window_is_held_in_utc_and_refuses_naive_times() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    assert str(Window(NOON.astimezone(east), NOON + FIVE_MINUTES)) == "[2026-11-01 12:00:00, 2026-11-01 12:05:00)"
    with pytest.raises(WindowError, match="aware"):
        Window(NOON.replace(tzinfo=None), NOON)


def test_fractions_of_a_second_are_cut_off_so_that_neighbours_still_meet() -> None:
    cuts = [NOON + timedelta(seconds=n, microseconds=400_000) for n in (0, 3, 10)]
    first, second = Window(cuts[0], cuts[1]), Window(cuts[1], cuts[2])
    assert first.end == second.start == NOON + timedelta(seconds=3)
    assert Window.from_key(first.key) == first


def test_a_window_holds_its_start_and_not_its_end() -> None:
    one = Window(NOON, NOON + FIVE_MINUTES)
    assert NOON in one
    assert NOON + FIVE_MINUTES - timedelta(microseconds=1) in one
    assert NOON + FIVE_MINUTES not in one
    assert not one.overlaps(Window(NOON + FIVE_MINUTES, NOON + 2 * FIVE_MINUTES))
    assert one.overlaps(Window(NOON + timedelta(minutes=4), NOON + 2 * FIVE_MINUTES))


def test_keys_tell_the_window_back() -> None:
    assert Window(NOON, NOON + FIVE_MINUTES).key == "20261101T120000Z--20261101T120500Z"
    for one in some_windows(200):
        assert Window.from_key(one.key) == one


def test_slices_are_the_window_without_gap_or_overlap() -> None:
    for one in some_windows(200):
        for step in (timedelta(hours=1), timedelta(days=1), timedelta(days=7)):
            slices = one.slices(step) if one.end - one.start < 1000 * step else []
            assert [piece.start for piece in slices[1:]] == [piece.end for piece in slices[:-1]]
            if slices:
                assert (slices[0].start, slices[-1].end) == (one.start, one.end)
                assert all((piece.start - EPOCH) % step == timedelta(0) for piece in slices[1:])


def test_equal_stretches_give_equal_slices_whatever_the_window_around_them() -> None:
    week = timedelta(days=7)
    longer = Window(NOON - timedelta(days=60), NOON).slices(week)
    shorter = Window(NOON - timedelta(days=33, hours=5), NOON).slices(week)
    assert len(shorter) > 4
    assert set(shorter[1:]) <= set(longer)


def test_a_window_shorter_than_a_slice_stays_whole() -> None:
    assert Window(NOON, NOON + FIVE_MINUTES).slices(timedelta(days=7)) == [Window(NOON, NOON + FIVE_MINUTES)]


def minutes(first: int, last: int) -> Window:
    return Window(NOON + timedelta(minutes=first), NOON + timedelta(minutes=last))


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        pytest.param([], [(0, 60)], id="nothing"),
        pytest.param([(0, 60)], [], id="all"),
        pytest.param([(-10, 70)], [], id="more than all"),
        pytest.param([(-10, 10), (50, 70)], [(10, 50)], id="both ends"),
        pytest.param([(40, 50), (10, 20)], [(0, 10), (20, 40), (50, 60)], id="two in the middle, unordered"),
        pytest.param([(10, 50), (20, 30)], [(0, 10), (50, 60)], id="one inside another"),
        pytest.param([(10, 20), (20, 30)], [(0, 10), (30, 60)], id="neighbours"),
        pytest.param([(-20, -10), (60, 70)], [(0, 60)], id="outside"),
    ],
)
def test_what_is_left_of_a_window(taken: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert list(minutes(0, 60).without([minutes(*pair) for pair in taken])) == [minutes(*pair) for pair in left]


def test_what_is_left_and_what_was_taken_make_the_window_again() -> None:
    numbers = random.Random(3)
    for _ in range(300):
        starts = [numbers.randrange(-20, 70) for _ in range(numbers.randrange(6))]
        taken = [minutes(start, start + numbers.randrange(1, 30)) for start in starts]
        left = list(minutes(0, 60).without(taken))
        for number in range(60):
            moment = NOON + timedelta(minutes=number)
            held = [any(moment in one for one in found) for found in (taken, left)]
            assert held.count(True) == 1, (taken, left, moment)


def test_a_widened_window_starts_earlier_and_ends_where_it_did() -> None:
    assert minutes(0, 5).widened(timedelta(hours=1)) == minutes(-60, 5)


def test_a_window_widened_ahead_ends_later_too() -> None:
    assert minutes(0, 5).widened(timedelta(hours=1), timedelta(hours=2)) == minutes(-60, 125)


def test_a_window_of_the_times_that_airflow_gives_can_be_cut() -> None:
    start = pendulum.datetime(2026, 11, 1, 0, 55, tz="Europe/Berlin")
    found = window({"params": {}, "data_interval_start": start, "data_interval_end": start.add(minutes=10)})
    assert found == Window(datetime(2026, 10, 31, 23, 55, tzinfo=UTC), datetime(2026, 11, 1, 0, 5, tzinfo=UTC))
    assert {type(found.start), type(found.end)} == {datetime}
    assert [piece.end - piece.start for piece in found.slices(timedelta(hours=1))] == [timedelta(minutes=5)] * 2


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=1), timedelta(days=26_000)])
def test_a_moment_in_the_future_is_refused(ahead: timedelta) -> None:
    as_of = (datetime.now(UTC) + ahead).isoformat()
    with pytest.raises(WindowError, match="lies in the future"):
        run_time({"params": {"as_of": as_of}})


def test_a_moment_that_other_clocks_have_reached_is_not_the_future() -> None:
    now = datetime.now(UTC)
    assert run_time({"params": {"as_of": (now + timedelta(seconds=30)).isoformat()}}) >= now


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "0206-11-01", "1202-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"]
)
def test_a_year_that_must_be_a_slip_is_refused(text):
    with pytest.raises(WindowError, match="windows are from 1971 to 2199"):
        window({"params": {"since": text, "until": "2026-11-02T00:00:00Z"}})
