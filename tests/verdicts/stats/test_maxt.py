from itertools import permutations, product

import numpy as np
import pytest

from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.events import Events
from bellwether.verdicts.stats.maxt import Sums, blocks, max_t, summed, week_blocks
from bellwether.verdicts.stats.reshuffle import reshuffles, weeks
from bellwether.verdicts.stats.windows import Field, forward, onset_field
from tests.verdicts.stats.worlds import calendar, events, everywhere

SEEN = np.ones(14 * SLOTS, dtype=bool)


def sums_of(cause: np.ndarray, field: Field, strata: np.ndarray, number: int, seen: np.ndarray = SEEN) -> Sums:
    return summed(blocks(cause, seen, field, reshuffles(strata, number, 1)), len(field.values), number)


def test_the_first_row_is_what_happened() -> None:
    of = calendar(14)
    effect = events(of, 3 * SLOTS + 101, 5 * SLOTS + 130)
    field = onset_field(effect, of, forward((5, 30, 240), effect))
    cause = np.array([3 * SLOTS + 100, 4 * SLOTS + 100, 5 * SLOTS + 100])
    sums = sums_of(cause, field, of.strata, 50)
    assert sums.total[0].tolist() == [1, 1, 2]
    assert sums.number[0].tolist() == [3, 3, 3]


def test_every_reshuffle_is_the_sum_over_where_its_days_went() -> None:
    of = calendar(14)
    rng = np.random.default_rng(4)
    field = Field(rng.normal(size=(3, of.slots)), rng.random((3, of.slots)) < 0.7, onsets=False)
    field = Field(field.values * field.valid, field.valid, onsets=False)
    cause = np.sort(rng.choice(of.slots, 30, replace=False))
    seen = rng.random(of.slots) < 0.8
    sums = sums_of(cause, field, of.strata, 200, seen)
    strata = reshuffles(of.strata, 200, 1)
    for row in (0, 1, 200):
        went = np.arange(14)
        for stratum in strata:
            went[stratum.days] = stratum.days[stratum.places[row]]
        place = went[cause // SLOTS] * SLOTS + cause % SLOTS
        place = place[seen[place]]
        assert sums.total[row] == pytest.approx(field.values[:, place].sum(axis=1))
        assert sums.number[row] == pytest.approx(field.valid[:, place].sum(axis=1))


@pytest.mark.parametrize("two_sided", [False, True])
def test_the_p_is_that_of_all_orders_of_the_days(two_sided: bool) -> None:
    days, windows = 7, 3
    strata = np.array([0, 0, 0, 0, 1, 1, 1])
    rng = np.random.default_rng(12)
    matrix = rng.poisson(1.0, (windows, days, days)).astype(float) + 1.2 * np.eye(days)
    values = np.zeros((windows, days * SLOTS))
    for row, column in product(range(days), range(days)):
        values[:, column * SLOTS + row] = matrix[:, row, column]
    cause = np.arange(days) * SLOTS + np.arange(days)
    field = Field(values, np.ones_like(values, dtype=bool), onsets=False)
    every = np.array([a + b for a, b in product(permutations(range(4)), permutations(range(4, 7)))])
    total = matrix[:, np.arange(days), every].sum(axis=2).T
    z = (total - total.mean(axis=0)) / total.std(axis=0)
    largest = (np.abs(z) if two_sided else z).max(axis=1)
    exact = (largest >= largest[0] - 1e-9).mean()
    found = max_t(sums_of(cause, field, strata, 20_000, np.ones(days * SLOTS, dtype=bool)), two_sided)
    assert 0.01 < exact < 0.5
    assert found.p == pytest.approx(exact, abs=0.01)
    assert found.z == pytest.approx(z[0], abs=0.05)


def test_ties_count_and_the_order_as_it_was_is_one_of_them() -> None:
    total = np.array([[3.0], [3.0], [1.0], [2.0]])
    result = max_t(Sums(total, np.full((4, 1), 4.0)), two_sided=False)
    assert result.p == 0.5
    assert result.smallest_p == 0.5


def test_p_is_never_zero() -> None:
    total = np.arange(1000.0)[::-1, None]
    assert max_t(Sums(total, np.ones((1000, 1))), two_sided=False).p == 0.001


def test_a_fall_counts_only_when_both_sides_are_asked() -> None:
    total = np.concatenate([[-50.0], np.linspace(-1, 1, 99)])[:, None]
    sums = Sums(total, np.ones((100, 1)))
    assert max_t(sums, two_sided=True).p == 0.01
    assert max_t(sums, two_sided=False).p == 1.0


def test_looking_at_more_windows_costs_no_less() -> None:
    rng = np.random.default_rng(0)
    total = rng.normal(size=(2000, 6))
    total[0, 0] = 2.5
    number = np.ones_like(total)
    alone = max_t(Sums(total[:, :1], number[:, :1]), two_sided=False)
    among = max_t(Sums(total, number), two_sided=False)
    assert among.p > alone.p
    assert among.p == among.p_window.min()
    assert among.best == 0


def test_a_window_in_which_nothing_varies_has_no_z() -> None:
    total = np.stack([np.full(100, 2.0), np.arange(100.0)[::-1]], axis=1)
    result = max_t(Sums(total, np.full((100, 2), 5.0)), two_sided=False)
    assert np.isnan(result.z[0])
    assert np.isnan(result.p_window[0])
    assert result.p == 0.01


def test_nothing_that_varies_gives_a_p_of_one() -> None:
    result = max_t(Sums(np.zeros((100, 2)), np.full((100, 2), 5.0)), two_sided=False)
    assert (result.p, result.smallest_p) == (1.0, 1.0)


def test_no_events_have_no_sum() -> None:
    of = calendar(14)
    effect = Events(np.zeros(0, dtype=np.int64), everywhere(14))
    field = onset_field(effect, of, forward((5,), effect))
    sums = sums_of(np.zeros(0, dtype=np.int64), field, of.strata, 20)
    assert np.isnan(sums.mean).all()
    assert max_t(sums, two_sided=False).p == 1.0


def test_weeks_change_places_as_a_whole() -> None:
    of = calendar(17)
    effect = events(of, 2 * SLOTS + 50, 9 * SLOTS + 51, 15 * SLOTS + 50)
    field = onset_field(effect, of, forward((5,), effect))
    cause = np.array([2 * SLOTS + 50, 9 * SLOTS + 50, 15 * SLOTS + 50])
    table = week_blocks(cause, np.ones(of.slots, dtype=bool), field, weeks(17, 10, 1))
    sums = summed(table, 1, 10)
    assert sums.number[:, 0].tolist() == [2] * 11
    assert sums.total[:, 0].tolist() == [2] * 11
