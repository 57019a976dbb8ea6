"""The naive correlation is what a textbook gives, and None where that is undefined."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from bellwether.verdicts.report.naive import naive


def some(seed: int, days: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).poisson(3.0, (days, 288)).astype(float)


def test_hours_are_correlated_as_scipy_does() -> None:
    cause, effect = some(1), some(2)
    expected = pearsonr(cause.reshape(-1, 12).sum(axis=1), effect.reshape(-1, 12).sum(axis=1))
    found = naive(cause, effect)
    assert (found.r, found.p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


@pytest.mark.parametrize("slots", [0, 7, 48, -13])
def test_the_best_lag_is_the_planted_one(slots: int) -> None:
    cause = some(3)
    effect = np.roll(cause.ravel(), slots).reshape(cause.shape)
    found = naive(cause, effect)
    assert found.best_minutes == 5 * slots
    assert found.best_r is not None
    assert found.best_r > 0.99


def test_an_hour_that_was_not_observed_whole_is_left_out() -> None:
    cause, effect = some(4), some(5)
    with_hole = cause.copy()
    with_hole[2, 30] = np.nan
    hours = [values.reshape(-1, 12).sum(axis=1) for values in (cause, effect)]
    kept = np.arange(len(hours[0])) != 2 * 24 + 30 // 12
    assert naive(with_hole, effect).r == pytest.approx(pearsonr(hours[0][kept], hours[1][kept]).statistic)


@pytest.mark.parametrize("cause", [np.zeros((2, 288)), np.full((2, 288), np.nan)], ids=["all alike", "never observed"])
def test_what_is_undefined_is_none(cause: np.ndarray) -> None:
    found = naive(cause, some(6, 2))
    assert (found.r, found.p, found.best_r, found.best_p, found.best_minutes) == (None,) * 5
