"""Windows by a place's own clocks lose nothing and are never too long, on the days the clocks change as well."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bellwether.wall_clock import local_pieces, local_times
from bellwether.window import Window

HALF_DAY = timedelta(hours=12)
# With midnight skipped or repeated, half an hour changed, two hours repeated, and no change at all.
ZONES = (
    "Europe/Berlin", "Europe/Lisbon", "Atlantic/Azores", "America/Havana", "Africa/Cairo", "Asia/Beirut",
    "Australia/Lord_Howe", "Antarctica/Troll", "America/St_Johns", "Asia/Kolkata", "UTC",
)  # fmt: skip


def between(since: str, until: str) -> Window:
    return Window(datetime.fromisoformat(f"{since}Z"), datetime.fromisoformat(f"{until}Z"))


def asked(window: Window, zone: str) -> list[tuple[str, str]]:
    pieces = local_pieces(window, ZoneInfo(zone), HALF_DAY)
    return [(f"{since:%d %H:%M}", f"{until:%d %H:%M}") for since, until in readings(pieces, zone)]


def readings(pieces: list[Window], zone: str) -> Iterator[tuple[datetime, datetime]]:
    return (local_times(piece, ZoneInfo(zone)) for piece in pieces)


def moments(reading: datetime, zone: str) -> set[datetime]:
    """All that a reading of the clocks can mean."""
    return {reading.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        pytest.param(
            "2026-11-19T23:00", "2026-11-20T23:00",
            [("20 00:00", "20 12:00"), ("20 12:00", "21 00:00")], id="a day",
        ),
        pytest.param(
            "2026-10-24T22:00", "2026-10-25T23:00",
            [("25 00:00", "25 12:00"), ("25 12:00", "26 00:00")], id="the day of twenty-five hours",
        ),
        pytest.param(
            "2026-03-28T23:00", "2026-03-29T22:00",
            [("29 00:00", "29 12:00"), ("29 12:00", "30 00:00")], id="the day of twenty-three hours",
        ),
        pytest.param("2026-10-25T00:30", "2026-10-25T06:00", [("25 01:59", "25 07:00")], id="from the first 2:30"),
        pytest.param("2026-10-25T01:30", "2026-10-25T06:00", [("25 01:59", "25 07:00")], id="from the second 2:30"),
        pytest.param("2026-10-24T22:00", "2026-10-25T00:30", [("25 00:00", "25 03:00")], id="to the first 2:30"),
        pytest.param("2026-10-24T22:00", "2026-10-25T01:30", [("25 00:00", "25 03:00")], id="to the second 2:30"),
        pytest.param("2026-03-29T00:30", "2026-03-29T01:00", [("29 01:30", "29 03:00")], id="to the skipped hour"),
        pytest.param("2026-11-20T09:10:30", "2026-11-20T09:20:10", [("20 10:10", "20 10:21")], id="seconds"),
    ],
)  # fmt: skip
def test_a_window_is_asked_for_by_berlins_clocks(since: str, until: str, expected: list[tuple[str, str]]) -> None:
    assert asked(between(since, until), "Europe/Berlin") == expected


def test_pieces_are_cut_alike_whatever_the_window() -> None:
    zone = ZoneInfo("Europe/Berlin")
    whole = local_pieces(between("2026-10-20T05:00", "2026-10-30T17:00"), zone, HALF_DAY)
    part = local_pieces(between("2026-10-24T06:00", "2026-10-26T06:00"), zone, HALF_DAY)
    assert len(part) > 4
    assert set(part[1:-1]) < set(whole)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_in_pieces_is_whole_and_no_piece_is_longer_than_half_a_day(zone: str) -> None:
    year = between("2026-01-01T05:17", "2026-12-31T19:03")
    pieces = local_pieces(year, ZoneInfo(zone), HALF_DAY)
    assert (pieces[0].start, pieces[-1].end) == (year.start, year.end)
    assert all(one.end == other.start for one, other in pairwise(pieces))
    assert all(timedelta(0) < until - since <= HALF_DAY for since, until in readings(pieces, zone))
    # Two requests a day, and one more where a piece had to be cut again.
    assert len(pieces) <= 2 * 365 + 4


@pytest.mark.parametrize("zone", ZONES)
def test_no_end_means_two_moments_and_all_of_the_window_is_inside(zone: str) -> None:
    for start in (datetime(2026, month, day, tzinfo=UTC) for month in (3, 4, 10, 11) for day in range(1, 31)):
        for hour in range(0, 24, 3):
            window = Window(start + timedelta(hours=hour), start + timedelta(hours=hour, minutes=90))
            since, until = local_times(window, ZoneInfo(zone))
            earliest, latest = moments(since, zone), moments(until, zone)
            assert max(earliest) <= window.start
            assert min(latest) >= window.end
            assert len(earliest) == 1
