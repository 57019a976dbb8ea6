"""What is asked gets the same answer however it is put, and a planted link is found with its size."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Exclusion, Order, Verdict
from bellwether.verdicts.stats.ask import ask
from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.events import Counts, Events, onsets
from tests.verdicts.stats.worlds import (
    COUNTS,
    DAYS,
    ONSETS,
    busy,
    calendar,
    events,
    everywhere,
    judged,
    linked,
    scattered,
    unlinked,
)

pytestmark = pytest.mark.filterwarnings("error")


def test_a_perfect_link_has_the_smallest_p_and_is_supported() -> None:
    answer = judged(ask(*linked(calendar(DAYS)), calendar(DAYS), ONSETS))
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.p == answer.smallest_p == 1 / 2000
    assert answer.effect is not None
    assert answer.effect.minutes == 15
    assert (answer.effect.n, answer.effect.followed, answer.effect.observed) == (24, 24, 1.0)
    assert answer.effect.low is not None
    assert answer.effect.low > 0.5
    assert answer.order is Order.CAUSE_FIRST
    assert (answer.causes, answer.effects, answer.more_days) == (24, 48, None)


def test_no_link_is_not_supported_and_shows_what_could_have_been_found() -> None:
    answer = judged(ask(*unlinked(calendar(DAYS)), calendar(DAYS), ONSETS))
    assert answer.verdict is Verdict.NOT_SUPPORTED
    assert answer.detectable is not None
    assert 0.1 < answer.detectable < 0.5
    assert answer.effect is not None
    assert answer.effect.low is not None
    assert answer.effect.low < 0.1


def test_a_rise_in_counts_is_found_with_its_size() -> None:
    of = calendar(DAYS)
    slots = scattered(of, 30, 3)
    values = busy(of, 12.0, 1).values.copy().ravel()
    for slot in slots:
        values[slot + 1 : slot + 25] *= 1.4
    answer = judged(ask(events(of, *slots), Counts(np.round(values).reshape(DAYS, SLOTS)), of, COUNTS))
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.order is Order.CAUSE_FIRST
    effect = answer.effect
    assert effect is not None
    assert effect.value is not None
    assert effect.low is not None
    assert effect.high is not None
    assert effect.method == "test inversion"
    assert effect.low <= effect.value <= effect.high
    assert effect.value == pytest.approx(0.4, abs=0.1)
    assert effect.minutes in (60, 120)


@pytest.mark.parametrize(("steady", "extra"), [(10.0, 10.0), (0.0, 1.0), (1000.0, 150.0)])
def test_a_rise_over_counts_that_never_vary_is_found(steady: float, extra: float) -> None:
    of = calendar(DAYS)
    slots = scattered(of, 30, 3)
    values = np.full(of.slots, steady)
    for slot in slots:
        values[slot + 1 : slot + 13] += extra
    answer = judged(ask(events(of, *slots), Counts(values.reshape(DAYS, SLOTS)), of, COUNTS))
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.order is Order.CAUSE_FIRST


def test_a_fall_is_found_only_where_both_sides_are_asked() -> None:
    of = calendar(DAYS)
    slots = scattered(of, 30, 3)
    values = busy(of, 12.0, 1).values.copy().ravel()
    for slot in slots:
        values[slot + 1 : slot + 25] *= 0.6
    counts = Counts(np.round(values).reshape(DAYS, SLOTS))
    fall = ask(events(of, *slots), counts, of, COUNTS)
    assert fall.p == 1 / 2000
    assert fall.order is Order.CAUSE_FIRST
    rise = ask(events(of, *slots), counts, of, replace(COUNTS, sides="greater"))
    assert rise.p is not None
    assert rise.p > 0.5


def test_the_same_question_has_the_same_answer() -> None:
    of = calendar(DAYS)
    assert ask(*linked(of), of, ONSETS) == ask(*linked(of), of, ONSETS)


def test_another_seed_changes_little() -> None:
    of = calendar(DAYS)
    p = [ask(*unlinked(of), of, ONSETS, seed=seed, details=False).p or 0.0 for seed in (1, 2)]
    assert p[0] != p[1]
    assert p[0] == pytest.approx(p[1], abs=0.05)


def test_the_order_of_the_events_does_not_matter() -> None:
    of = calendar(DAYS)
    cause, effect = linked(of)
    backwards = Events(cause.at[::-1].copy(), cause.observed)
    effect_backwards = Events(effect.at[::-1].copy(), effect.observed)
    assert ask(backwards, effect_backwards, of, ONSETS) == ask(cause, effect, of, ONSETS)


def test_unobserved_days_after_change_nothing_but_their_number() -> None:
    short, long = calendar(DAYS), calendar(DAYS + 14)
    cause, effect = unlinked(short)
    more = np.concatenate([everywhere(DAYS), np.zeros((14, SLOTS), dtype=bool)])
    first = ask(cause, effect, short, ONSETS, details=False)
    then = ask(Events(cause.at, more), Events(effect.at, more), long, ONSETS, details=False)
    assert then.p == first.p
    assert then.forward == first.forward
    assert then.days == DAYS + 14


def test_the_same_fortnights_later_give_the_same_p() -> None:
    early, late = calendar(DAYS), calendar(DAYS, first=date(2026, 3, 2) + timedelta(28))
    for pair in (linked, unlinked):
        now, later = (ask(*pair(of), of, ONSETS, details=False) for of in (early, late))
        assert (now.p, now.p_strict, now.forward) == (later.p, later.p_strict, later.forward)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("first", [date(2026, 2, 16), date(2026, 10, 5)])
def test_a_change_of_the_clocks_does_not_hide_a_link(zone: str, first: date) -> None:
    of = calendar(DAYS, zone, first)
    answer = judged(ask(*linked(of), of, ONSETS))
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.effect is not None
    assert (answer.effect.followed, answer.effect.n) == (24, 24)


@pytest.mark.parametrize("first", [date(2026, 2, 16), date(2026, 10, 5)])
def test_a_change_of_the_clocks_makes_no_rise(first: date) -> None:
    of = calendar(DAYS, "Europe/Berlin", first)
    answer = ask(events(of, *scattered(of, 24, 8)), busy(of, 10.0, 2), of, COUNTS)
    assert answer.p is not None
    assert answer.p > 0.05


def test_an_open_outage_counts_as_an_onset() -> None:
    of = calendar(DAYS)
    cause, effect = linked(of)
    ends = np.append(effect.at[:-1] + 60, np.iinfo(np.int64).max)
    still_open, _ = onsets(effect.at, ends, of, effect.observed)
    closed, _ = onsets(effect.at, effect.at + 60, of, effect.observed)
    assert ask(cause, still_open, of, ONSETS) == ask(cause, closed, of, ONSETS)


def test_events_whose_window_nobody_observed_are_left_out_and_counted() -> None:
    of = calendar(DAYS)
    cause, effect = linked(of)
    first = int(of.slot(cause.at)[0])
    observed = everywhere(DAYS)
    observed.ravel()[first - 60 : first + 60] = False
    effect = Events(effect.at[observed.ravel()[of.slot(effect.at)]], observed)
    answer = ask(cause, effect, of, ONSETS, exclusions=(Exclusion("spikes", 2, "before"),))
    assert answer.causes == 23
    assert [(each.number, each.what) for each in answer.exclusions] == [(2, "spikes"), (1, "events")]
    assert answer.p == 1 / 2000


def test_unobserved_time_is_not_read_as_no_outage() -> None:
    of = calendar(DAYS)
    cause, effect = linked(of)
    day = of.slot(cause.at)[::2] // SLOTS
    observed = everywhere(DAYS)
    observed[day] = False
    seen = Events(effect.at[observed.ravel()[of.slot(effect.at)]], observed)
    answer = ask(cause, seen, of, ONSETS)
    assert answer.effect is not None
    assert (answer.effect.n, answer.effect.observed) == (12, 1.0)


def test_what_is_said_of_unobserved_time_is_not_heard() -> None:
    of = calendar(DAYS)
    cause, effect = linked(of)
    observed = everywhere(DAYS)
    observed[30] = False
    heard = [Events(each.at[observed.ravel()[of.slot(each.at)]], observed) for each in (cause, effect)]
    all_said = [Events(each.at, observed) for each in (cause, effect)]
    assert ask(*all_said, of, ONSETS) == ask(*heard, of, ONSETS)


def test_close_causes_are_merged_as_the_design_says() -> None:
    of = calendar(DAYS)
    cause, effect = unlinked(of)
    doubled = Events(np.sort(np.concatenate([cause.at, cause.at + 1200])), cause.observed)
    assert ask(doubled, effect, of, ONSETS, details=False).causes == 24
    assert ask(doubled, effect, of, replace(ONSETS, merge_minutes=None), details=False).causes == 48


def test_details_do_not_change_the_test() -> None:
    of = calendar(DAYS)
    full, bare = (ask(*linked(of), of, ONSETS, details=details) for details in (True, False))
    assert (full.p, full.p_strict, full.forward, full.backward) == (bare.p, bare.p_strict, bare.forward, bare.backward)
    assert bare.effect is bare.curve is bare.histogram is None


def test_the_strict_p_is_never_smaller() -> None:
    of = calendar(DAYS)
    for pair in (linked, unlinked):
        answer = ask(*pair(of), of, ONSETS, details=False)
        assert answer.p is not None
        assert answer.p_strict is not None
        assert answer.p_strict >= answer.p


def test_a_strict_design_takes_the_strict_p_given_six_weeks() -> None:
    for days, takes in ((DAYS, True), (35, False)):
        of = calendar(days)
        plain, strict = (ask(*unlinked(of), of, replace(ONSETS, strict=strict)) for strict in (False, True))
        assert strict.p == (plain.p_strict if takes else plain.p)
