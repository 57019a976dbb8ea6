"""Ratios against matched times: counted one by one, planted and found, and undefined where there is nothing."""

import math
from datetime import date

import numpy as np
import pytest

from bellwether.verdicts.stats.calendar import SLOTS, Calendar
from bellwether.verdicts.stats.effects import is_sparse, ratio_effect
from bellwether.verdicts.stats.jackknife import delete_one_week
from tests.verdicts.stats.matched import EIGHT_WEEKS, MONDAY, at, flags, without


def ratio_one_by_one(events: np.ndarray, counts, clean, calendar: Calendar, length: int) -> tuple[float, float, int]:
    flat, came, due, n = counts.ravel(), 0.0, 0.0, 0
    for event in events:
        day, time = divmod(int(event), SLOTS)
        peers = [day + 7 * week for week in range(-8, 9) if week and 0 <= day + 7 * week < calendar.days]
        peers = [peer for peer in peers if calendar.rest[peer] == calendar.rest[day] and clean[peer * SLOTS + time]]
        pairs = []
        for offset in range(1, length + 1):
            spots = [spot * SLOTS + time + offset for spot in peers]
            known = [flat[spot] for spot in spots if spot < len(flat) and not math.isnan(flat[spot])]
            if known and event + offset < len(flat) and not math.isnan(flat[event + offset]):
                pairs.append((flat[event + offset], sum(known) / len(known)))
        if len(pairs) >= 0.8 * length:
            n, came, due = n + 1, came + sum(pair[0] for pair in pairs), due + sum(pair[1] for pair in pairs)
    return came, due, n


def test_a_ratio_is_that_of_every_observed_pair_of_slots() -> None:
    calendar = Calendar("UTC", MONDAY, 72, frozenset({date(2026, 1, 13)}))
    for seed in range(8):
        random = np.random.default_rng(seed)
        events = np.sort(random.choice(calendar.slots, 30, replace=False))
        counts = random.poisson(1.0, (72, SLOTS)).astype(float)
        counts[random.random(counts.shape) < 0.1] = np.nan
        clean = flags(calendar.slots, 0.8, seed)
        effect = ratio_effect(events, counts, calendar, minutes=60, clean=clean)
        came, due, n = ratio_one_by_one(events, counts, clean, calendar, 12)
        assert (effect.n, effect.followed) == (n, None)
        assert (effect.observed, effect.expected) == pytest.approx((came / n, due / n))
        assert effect.value == pytest.approx(came / due - 1)
        assert effect.low < effect.value < effect.high


def test_the_interval_is_that_of_the_estimates_without_each_week_of_data() -> None:
    random = np.random.default_rng(3)
    events = at([1, 4, 9, 16, 22, 23, 30, 40, 50])
    counts = random.poisson(2.0, (56, SLOTS)).astype(float)
    clean = without(events)
    effect = ratio_effect(events, counts, EIGHT_WEEKS, minutes=120, clean=clean)
    logs = []
    for week in range(8):
        left = counts.copy()
        left[week * 7 : week * 7 + 7] = np.nan
        kept = events[events // SLOTS // 7 != week]
        logs.append(math.log(1 + ratio_effect(kept, left, EIGHT_WEEKS, minutes=120, clean=clean).value))
    weeks = len(set(events // SLOTS // 7))
    low, high = delete_one_week(math.log(1 + effect.value), logs, df=weeks - 1)
    assert (effect.low, effect.high) == pytest.approx((math.exp(low) - 1, math.exp(high) - 1))


@pytest.mark.parametrize("mean", [2.0, 40.0])
def test_a_planted_rise_is_found(mean) -> None:
    random = np.random.default_rng(4)
    events = at([day for day in range(56) if day % 7 in (1, 3) and day % 3])
    rate = np.full(EIGHT_WEEKS.slots, mean)
    for event in events:
        rate[event + 1 : event + 25] *= 1.4
    counts = random.poisson(rate).astype(float).reshape(56, SLOTS)
    effect = ratio_effect(events, counts, EIGHT_WEEKS, minutes=120, clean=without(events))
    assert effect.n == len(events)
    assert effect.low < 0.4 < effect.high
    assert effect.value == pytest.approx(0.4, abs=0.1)


def test_dense_counts_are_compared_at_the_level_of_their_week() -> None:
    """Twice the traffic by the end, and events in the last weeks only: no effect."""
    growing = np.outer(np.linspace(100, 200, 56), 1 + 0.5 * np.sin(np.arange(SLOTS) / SLOTS * 2 * np.pi))
    events = at([44, 45, 46, 51, 52, 53])
    effect = ratio_effect(events, growing, EIGHT_WEEKS, minutes=60, clean=without(events))
    assert effect.value == pytest.approx(0.0, abs=0.02)
    unadjusted = ratio_effect(events, growing / 100, EIGHT_WEEKS, minutes=60, clean=without(events))
    assert unadjusted.value > 0.2


def test_holidays_are_not_what_working_days_are_matched_with() -> None:
    quiet = frozenset({date(2026, 1, 13), date(2026, 1, 20)})
    calendar = Calendar("UTC", MONDAY, 56, quiet)
    counts = np.full((56, SLOTS), 50.0)
    counts[[8, 15]] = 10.0
    effect = ratio_effect(at([1, 22]), counts, calendar, minutes=60, clean=without(at([1, 22])))
    assert effect.value == pytest.approx(0.0, abs=1e-9)
    holiday = ratio_effect(at([8]), counts, calendar, minutes=60, clean=without(at([8])))
    assert holiday.n == 1
    assert holiday.value == pytest.approx(0.0, abs=0.05)


def test_a_window_hardly_watched_or_beyond_the_end_does_not_count() -> None:
    counts = np.ones((56, SLOTS))
    events = at([1, 8, 15])
    counts.ravel()[events[0] + 1 : events[0] + 4] = np.nan
    counts.ravel()[events[1] + 1 : events[1] + 3] = np.nan
    assert ratio_effect(events, counts, EIGHT_WEEKS, minutes=60, clean=without(events)).n == 2
    last = np.array([EIGHT_WEEKS.slots - 3], dtype=np.int64)
    effect = ratio_effect(last, counts, EIGHT_WEEKS, minutes=60, clean=without(last))
    assert (effect.n, effect.observed, effect.expected, effect.value) == (0, None, None, None)


def test_without_events_matches_or_counts_a_ratio_is_undefined() -> None:
    counts = np.ones((56, SLOTS))
    for events, values, clean in (
        (at([]), counts, without(at([]))),
        (at([1]), counts, np.zeros(EIGHT_WEEKS.slots, dtype=bool)),
        (at([1, 8]), counts * 0, without(at([1, 8]))),
        (at([1, 8]), counts * np.nan, without(at([1, 8]))),
    ):
        effect = ratio_effect(events, values, EIGHT_WEEKS, minutes=60, clean=clean)
        assert effect.value is effect.low is effect.high is None


def test_all_events_in_one_week_have_an_effect_and_no_interval() -> None:
    counts = np.random.default_rng(5).poisson(3.0, (56, SLOTS)).astype(float)
    effect = ratio_effect(at([8, 10]), counts, EIGHT_WEEKS, minutes=60, clean=without(at([8, 10])))
    assert effect.value is not None
    assert effect.low is effect.high is None


def test_few_counts_a_slot_are_sparse() -> None:
    assert is_sparse(np.full((2, SLOTS), 4.9))
    assert not is_sparse(np.full((2, SLOTS), 5.0))
    assert is_sparse(np.full((2, SLOTS), np.nan))


def test_events_outside_the_days_short_grids_and_windows_of_no_slot_are_refused() -> None:
    whole, counts = np.ones(EIGHT_WEEKS.slots, dtype=bool), np.ones((56, SLOTS))
    for slot in (-1, EIGHT_WEEKS.slots):
        with pytest.raises(ValueError, match="leave out events with a slot of -1"):
            ratio_effect(np.array([slot]), counts, EIGHT_WEEKS, minutes=30, clean=whole)
    with pytest.raises(ValueError, match="at least 5 minutes"):
        ratio_effect(at([1]), counts, EIGHT_WEEKS, minutes=4, clean=whole)
    with pytest.raises(ValueError, match="a value for every"):
        ratio_effect(at([1]), counts[1:], EIGHT_WEEKS, minutes=30, clean=whole)
