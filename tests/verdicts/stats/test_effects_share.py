"""Shares against matched times: counted one by one, planted and found, and undefined where there is nothing."""

from datetime import date

import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Effect
from bellwether.verdicts.stats.calendar import SLOTS, Calendar
from bellwether.verdicts.stats.effects import share_effect
from tests.verdicts.stats.matched import EIGHT_WEEKS, MONDAY, at, flags, without


def share_one_by_one(events: np.ndarray, hit, seen, clean, calendar: Calendar) -> float | None:
    shares = []
    for day, time in zip(*np.divmod(events, SLOTS), strict=True):
        others = [other * SLOTS + time for other in range(calendar.days) if other != day]
        others = [slot for slot in others if calendar.strata[slot // SLOTS] == calendar.strata[day]]
        controls = [hit[slot] for slot in others if seen[slot] and clean[slot]]
        shares += [sum(controls) / len(controls)] if controls else []
    return sum(shares) / len(shares) if shares else None


def test_the_expected_share_is_that_of_every_clean_matched_time() -> None:
    calendar = Calendar("UTC", MONDAY, 31, frozenset({date(2026, 1, 6)}))
    for seed in range(20):
        random = np.random.default_rng(seed)
        events = np.sort(random.choice(calendar.slots, 25, replace=False))
        hit, seen, clean = (flags(calendar.slots, chance, 100 + seed) for chance in (0.2, 0.9, 0.8))
        effect = share_effect(events, hit, seen, calendar, minutes=60, clean=clean)
        counted = events[seen[events]]
        assert (effect.n, effect.followed) == (len(counted), hit[counted].sum())
        assert effect.expected == pytest.approx(share_one_by_one(counted, hit, seen, clean, calendar))
        assert effect.value == pytest.approx(effect.observed - effect.expected)
        assert -1 <= effect.low < effect.value < effect.high <= 1


def test_a_share_is_matched_within_its_fortnight_and_kind_of_day() -> None:
    hit = np.zeros(EIGHT_WEEKS.slots, dtype=bool)
    hit[at([5, 6, 12, 13, *range(14, 56)])] = True  # every day but the working days of the first fortnight
    seen = np.ones(EIGHT_WEEKS.slots, dtype=bool)
    assert share_effect(at([1]), hit, seen, EIGHT_WEEKS, minutes=30, clean=without(at([1]))).expected == 0.0
    assert share_effect(at([5]), hit, seen, EIGHT_WEEKS, minutes=30, clean=without(at([5]))).expected == 1.0


def test_none_followed_and_none_expected_leaves_room_both_ways() -> None:
    nothing, seen = np.zeros(EIGHT_WEEKS.slots, dtype=bool), np.ones(EIGHT_WEEKS.slots, dtype=bool)
    few, many = (
        share_effect(at(days), nothing, seen, EIGHT_WEEKS, minutes=30, clean=without(at(days)))
        for days in ([1, 16], [1, 3, 8, 10, 15, 17, 22, 24, 29, 31])
    )
    assert few.value == many.value == 0.0
    assert max(few.low, many.low) < 0 < many.high < few.high


def test_events_at_one_time_of_many_days_share_their_controls() -> None:
    """The interval of the expected share rests on distinct matched times, however many events look at them."""
    hit = np.zeros(EIGHT_WEEKS.slots, dtype=bool)
    seen = np.ones(EIGHT_WEEKS.slots, dtype=bool)
    once = share_effect(at([1] * 1), hit, seen, EIGHT_WEEKS, minutes=30, clean=without(at([1])))
    often = share_effect(at([1] * 400), hit, seen, EIGHT_WEEKS, minutes=30, clean=without(at([1])))
    assert often.n == 400
    assert often.low == pytest.approx(once.low)


def test_hits_on_one_day_tell_less_than_hits_on_many() -> None:
    events = np.arange(12) * 12 + at([1])
    seen, one_day, many_days = np.ones(EIGHT_WEEKS.slots, dtype=bool), *np.zeros((2, EIGHT_WEEKS.slots), dtype=bool)
    one_day[events + 2 * SLOTS] = True
    many_days[events + np.array([1, 2, 3, 6, 7, 8, 9, 10] * 2)[:12] * SLOTS] = True
    once, spread = (
        share_effect(events, hit, seen, EIGHT_WEEKS, minutes=30, clean=without(events)) for hit in (one_day, many_days)
    )
    assert once.expected == pytest.approx(spread.expected) == pytest.approx(1 / 9)
    assert once.low < spread.low - 0.1


def test_without_events_or_matched_times_a_share_is_undefined() -> None:
    hit, seen = np.ones(EIGHT_WEEKS.slots, dtype=bool), np.ones(EIGHT_WEEKS.slots, dtype=bool)
    nothing = Effect("share", 30, 0, 0, None, None, None, None, None, "Clopper-Pearson and MOVER")
    assert share_effect(at([]), hit, seen, EIGHT_WEEKS, minutes=30, clean=seen) == nothing
    assert share_effect(at([1]), hit, ~seen, EIGHT_WEEKS, minutes=30, clean=seen) == nothing
    alone = share_effect(at([1, 2]), hit, seen, EIGHT_WEEKS, minutes=30, clean=~seen)
    assert (alone.followed, alone.observed) == (2, 1.0)
    assert alone.expected is alone.value is alone.low is alone.high is None


def test_the_share_interval_covers_what_was_planted() -> None:
    covered = runs = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        rhythm = np.tile(1 + 0.8 * np.sin(np.arange(SLOTS) / SLOTS * 2 * np.pi), 56)
        events = np.flatnonzero(random.random(EIGHT_WEEKS.slots) < rhythm * 32 / rhythm.sum())
        chance = rhythm * 32 / rhythm.sum()
        onset = random.random(EIGHT_WEEKS.slots) < chance
        linked = events[random.random(len(events)) < 0.25]
        onset[np.minimum(linked + 1, EIGHT_WEEKS.slots - 1)] = True
        within = np.convolve(onset, np.ones(7))[6:] > 0  # the slot and the six after it
        near = np.convolve(~without(events), np.ones(13))[6:-6] > 0
        effect = share_effect(events, within, np.ones_like(onset), EIGHT_WEEKS, minutes=30, clean=~near)
        by_chance = 1 - np.exp(-np.convolve(chance, np.ones(7))[6:][events])
        runs += 1
        covered += effect.low <= float(np.mean(0.25 * (1 - by_chance))) <= effect.high
    assert covered >= 0.94 * runs


def test_events_outside_the_days_and_short_grids_are_refused() -> None:
    whole = np.ones(EIGHT_WEEKS.slots, dtype=bool)
    for slot in (-1, EIGHT_WEEKS.slots):
        with pytest.raises(ValueError, match="leave out events with a slot of -1"):
            share_effect(np.array([slot]), whole, whole, EIGHT_WEEKS, minutes=30, clean=whole)
    with pytest.raises(ValueError, match="a value for every"):
        share_effect(at([1]), whole[1:], whole, EIGHT_WEEKS, minutes=30, clean=whole)
