import numpy as np

from bellwether.verdicts.stats.answer import Order
from bellwether.verdicts.stats.maxt import Sums
from bellwether.verdicts.stats.order import by_contrast, by_signs

CAUSE = np.arange(20) * 100_000 + 17


def test_effects_that_always_follow_come_second() -> None:
    found = by_signs(CAUSE, CAUSE + 3600)
    assert (found.order, found.first, found.last) == (Order.CAUSE_FIRST, 20, 0)
    assert found.p == 2 * 0.5**20


def test_effects_that_always_precede_come_first() -> None:
    found = by_signs(CAUSE, CAUSE - 1)
    assert (found.order, found.first, found.last) == (Order.EFFECT_FIRST, 0, 20)


def test_what_is_over_an_hour_away_is_no_evidence() -> None:
    found = by_signs(CAUSE, np.sort(np.concatenate([CAUSE + 3601, CAUSE - 3601])))
    assert (found.order, found.p, found.first, found.last) == (Order.NOT_RESOLVED, None, 0, 0)


def test_the_same_second_is_a_tie() -> None:
    assert by_signs(CAUSE, CAUSE).first == by_signs(CAUSE, CAUSE).last == 0


def test_an_event_with_effects_on_both_sides_says_nothing() -> None:
    found = by_signs(CAUSE, np.sort(np.concatenate([CAUSE + 60, CAUSE - 60])))
    assert (found.first, found.last) == (0, 0)


def test_five_of_five_are_too_few_for_an_order() -> None:
    assert by_signs(CAUSE[:5], CAUSE[:5] + 60).order is Order.NOT_RESOLVED
    assert by_signs(CAUSE[:6], CAUSE[:6] + 60).order is Order.CAUSE_FIRST


def test_a_cause_known_by_slot_gives_no_order_within_it() -> None:
    by_slot = np.arange(20) * 90_000
    assert by_signs(by_slot, by_slot + 299).order is Order.NOT_RESOLVED
    assert by_signs(by_slot, by_slot + 300).order is Order.CAUSE_FIRST


def test_no_events_have_no_order() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert by_signs(nothing, CAUSE).order is Order.NOT_RESOLVED
    assert by_signs(CAUSE, nothing).p is None


def contrast(after: float, before: float, two_sided: bool) -> Order:
    rng = np.random.default_rng(1)
    total = rng.normal(size=(1000, 2))
    total[0] = after, before
    return by_contrast(Sums(total, np.ones_like(total)), 0, two_sided).order


def test_counts_that_rise_after_but_not_before_come_second() -> None:
    assert contrast(5.0, 0.0, two_sided=False) is Order.CAUSE_FIRST
    assert contrast(0.0, 5.0, two_sided=False) is Order.EFFECT_FIRST
    assert contrast(5.0, 5.0, two_sided=False) is Order.NOT_RESOLVED


def test_counts_that_fall_are_read_by_the_side_that_falls() -> None:
    assert contrast(-5.0, 0.0, two_sided=True) is Order.CAUSE_FIRST
    assert contrast(0.0, -5.0, two_sided=True) is Order.EFFECT_FIRST


def test_counts_that_do_not_vary_have_no_order() -> None:
    still = Sums(np.ones((50, 2)), np.ones((50, 2)))
    assert by_contrast(still, 0, two_sided=True).p is None
