import numpy as np
import pytest

from bellwether.verdicts.stats.baseline import circular_sum, expected, moving_sum, residual
from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.events import Counts
from tests.verdicts.stats.worlds import busy, calendar


def test_a_moving_sum_takes_what_there_is_at_the_ends() -> None:
    assert moving_sum(np.array([1.0, 2.0, 4.0, 8.0]), 1, 1).tolist() == [3, 7, 14, 12]
    assert moving_sum(np.array([1.0, 2.0, 4.0, 8.0]), 9, 0).tolist() == [1, 3, 7, 15]


def test_a_circular_sum_goes_on_at_the_other_end() -> None:
    assert circular_sum(np.array([1.0, 2.0, 4.0, 8.0]), 1).tolist() == [11, 7, 14, 13]


def test_a_steady_count_is_expected_as_it_is() -> None:
    counts = Counts(np.full((28, SLOTS), 7.0))
    assert expected(counts, calendar(28)) == pytest.approx(7.0)
    assert residual(counts, calendar(28)) == pytest.approx(0.0)


def test_a_weekly_rhythm_leaves_no_residual_but_at_its_steps() -> None:
    of = calendar(28)
    values = np.where(of.rest, 5.0, 20.0)[:, None] * np.ones(SLOTS)
    off = residual(Counts(values), of)
    assert np.abs(off[2, 144]) < 1e-9
    assert expected(Counts(values), of, level_slots=0)[5, 144] == pytest.approx(5.0)


def test_growth_is_followed_by_the_level_of_the_day() -> None:
    of = calendar(56)
    growth = np.linspace(1.0, 2.0, 56 * SLOTS).reshape(56, SLOTS)
    counts = Counts(busy(of, 100.0, 1).values * growth)
    with_level, without = (expected(counts, of, level) for level in (SLOTS, 0))
    late, early = slice(50, 55), slice(1, 6)
    for part in (early, late):
        ratio = counts.values[part].sum() / with_level[part].sum()
        assert ratio == pytest.approx(1.0, abs=0.02)
    assert counts.values[late].sum() / without[late].sum() > 1.2


def test_unobserved_slots_tell_nothing_and_are_told_nothing() -> None:
    of = calendar(28)
    values = busy(of, 10.0, 1).values.copy()
    whole = expected(Counts(values), of, level_slots=0)
    values[3] = np.nan
    holed = expected(Counts(values), of, level_slots=0)
    assert not np.isnan(holed).any()
    assert np.isnan(residual(Counts(values), of)[3]).all()
    assert not np.isnan(residual(Counts(values), of)[4]).any()
    other = np.delete(np.arange(28), np.arange(3, 28, 7))
    # Thursday also leaves the smoothing of the half-hours beside it.
    assert holed[other, 6:-6] == pytest.approx(whole[other, 6:-6])


def test_a_weekday_never_observed_is_expected_like_the_others() -> None:
    of = calendar(28)
    values = np.full((28, SLOTS), 7.0)
    values[2::7] = np.nan
    assert expected(Counts(values), of, level_slots=0)[2] == pytest.approx(7.0)


def test_a_time_of_day_never_observed_has_no_expectation() -> None:
    values = np.full((28, SLOTS), 7.0)
    values[:, 100:200] = np.nan
    usual = expected(Counts(values), calendar(28))
    assert np.isnan(usual[:, 120:180]).all()
    assert not np.isnan(usual[:, :100]).any()


def test_residuals_of_poisson_counts_have_about_unit_variance() -> None:
    of = calendar(56)
    assert residual(busy(of, 20.0, 3), of).std() == pytest.approx(1.0, abs=0.1)
