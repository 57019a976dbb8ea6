from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bellwether.verdicts.stats.calendar import SLOTS, Calendar, grid, holidays, mask, touched

SPRING = Calendar("Europe/Berlin", date(2026, 3, 28), 3)  # clocks go forward on the 29th at 02:00
AUTUMN = Calendar("Europe/Berlin", date(2026, 10, 24), 3)  # and back on the 25th at 03:00


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_a_slot_is_the_wall_clock_s_five_minutes() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 2)
    moments = [at("2026-03-02T00:00:00Z"), at("2026-03-02T00:04:59Z"), at("2026-03-03T23:55:00Z")]
    assert calendar.slot(moments).tolist() == [0, 0, 575]


def test_what_is_outside_the_days_has_no_slot() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 2)
    assert calendar.slot([calendar.start_at - 1, calendar.end_at]).tolist() == [-1, -1]


def test_a_time_of_day_keeps_its_slot_when_the_clocks_go_forward() -> None:
    noons = [at(f"2026-03-{day}T12:00:00{offset}") for day, offset in ((28, "+01:00"), (29, "+02:00"), (30, "+02:00"))]
    assert (SPRING.slot(noons) % SLOTS).tolist() == [144, 144, 144]


def test_the_missing_hour_is_empty_and_starts_when_the_clocks_change() -> None:
    missing = np.flatnonzero(SPRING.missing)
    assert missing.tolist() == list(range(SLOTS + 24, SLOTS + 36))
    assert set(SPRING.at(missing).tolist()) == {at("2026-03-29T01:00:00Z")}
    assert SPRING.slot(at("2026-03-29T01:00:00Z")) == SLOTS + 36


def test_the_second_pass_of_a_doubled_hour_has_no_slot() -> None:
    first, second = at("2026-10-25T02:30:00+02:00"), at("2026-10-25T02:30:00+01:00")
    assert AUTUMN.slot([first, second]).tolist() == [SLOTS + 30, -1]
    assert AUTUMN.slot(at("2026-10-25T03:00:00+01:00")) == SLOTS + 36
    assert not AUTUMN.missing.any()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_slots_and_instants_agree_over_a_year(zone: str) -> None:
    calendar = Calendar(zone, date(2026, 1, 1), 365)
    slots = np.arange(calendar.slots)
    there = ~calendar.missing.ravel()
    assert (calendar.slot(calendar.at(slots))[there] == slots[there]).all()
    starts = calendar.at(slots)
    assert (np.diff(starts) >= 0).all()
    local = datetime.fromtimestamp(int(starts[200 * SLOTS + 100]), ZoneInfo(zone))
    assert (local.hour * 12 + local.minute // 5, local.date()) == (100, date(2026, 1, 1) + timedelta(200))


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Berlin", date(2026, 3, 29), date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8), date(2026, 11, 1)),
        ("America/Santiago", date(2026, 9, 6), date(2026, 4, 5)),  # at midnight
    ],
)
def test_days_are_an_hour_shorter_or_longer_when_the_clocks_change(zone: str, spring: date, autumn: date) -> None:
    short, long = Calendar(zone, spring, 1), Calendar(zone, autumn, 1)
    assert (short.end_at - short.start_at) // 3600 == 23
    assert int(short.missing.sum()) == 12
    longer = Calendar(zone, autumn - timedelta(1), 2)
    assert (longer.end_at - longer.start_at) // 3600 == 49
    assert int((longer.slot(np.arange(longer.start_at, longer.end_at, 300)) == -1).sum()) == 12
    assert (long.end_at - long.start_at) // 3600 in (24, 25)


def test_between_takes_whole_local_days_only() -> None:
    since, until = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 10, 3, tzinfo=UTC)
    assert Calendar.between(since, until, "America/New_York") == Calendar("America/New_York", date(2026, 3, 2), 7)


def test_between_keeps_a_day_that_starts_on_the_minute() -> None:
    since, until = datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert Calendar.between(since, until, "America/New_York") == Calendar("America/New_York", date(2026, 3, 1), 2)


def test_between_of_less_than_a_day_has_no_days() -> None:
    calendar = Calendar.between(datetime(2026, 3, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC), "UTC")
    assert calendar.days == 0
    assert calendar.missing.shape == (0, SLOTS)


def test_strata_are_working_and_rest_days_of_a_fortnight() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 28, frozenset({date(2026, 3, 4)}))
    strata = calendar.strata
    sizes = [int((strata == number).sum()) for number in dict.fromkeys(strata.tolist())]
    assert sizes == [9, 5, 10, 4]
    assert strata[2] == strata[5] != strata[1]


def test_a_grid_sums_by_slot_and_drops_the_second_pass() -> None:
    moments = [at("2026-10-25T02:30:00+02:00"), at("2026-10-25T02:31:00+02:00"), at("2026-10-25T02:30:00+01:00")]
    sums = grid(AUTUMN, moments, [2.0, 3.0, 100.0])
    assert sums.sum() == sums[1, 30] == 5.0


def test_a_mask_holds_slots_wholly_inside_the_stretches_together() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 1)
    start = calendar.start_at
    observed = mask(calendar, [start + 900, start + 150, start + 600], [start + 1499, start + 700, start + 900])
    assert np.flatnonzero(observed).tolist() == [1, 2, 3]


def test_a_whole_day_observed_still_lacks_its_missing_hour() -> None:
    observed = mask(SPRING, [SPRING.start_at], [SPRING.end_at])
    assert int((~observed).sum()) == 12
    assert (observed == ~SPRING.missing).all()


def test_touched_holds_every_slot_a_stretch_reaches() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 1)
    start = calendar.start_at
    assert np.flatnonzero(touched(calendar, [start + 299, start + 3000], [start + 601, start + 3000])).tolist() == [
        0,
        1,
        2,
        10,
    ]
    assert not touched(calendar, [], []).any()
    assert not mask(calendar, [], []).any()


def test_a_quiet_weekday_is_a_holiday_and_an_unobserved_one_is_not() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 42)
    counts = np.full((42, SLOTS), 10.0)
    counts[calendar.rest] = 4.0
    counts[16] = 6.0
    counts[23, :200] = np.nan
    counts[30, :50] = np.nan
    assert holidays(counts, calendar) == {date(2026, 3, 18)}


def test_two_weeks_are_too_few_to_tell_a_holiday() -> None:
    calendar = Calendar("UTC", date(2026, 3, 2), 14)
    counts = np.full((14, SLOTS), 10.0)
    counts[3] = 1.0
    assert holidays(counts, calendar) == frozenset()
