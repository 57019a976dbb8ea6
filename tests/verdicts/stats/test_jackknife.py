"""The delete-one-week jackknife."""

import math

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.jackknife import delete_one_week


def test_of_a_mean_it_is_the_t_interval() -> None:
    weeks = np.random.default_rng(1).normal(3, 2, 9)
    low, high = delete_one_week(weeks.mean(), [np.delete(weeks, week).mean() for week in range(9)])
    known = stats.ttest_1samp(weeks, 0).confidence_interval()
    assert (low, high) == pytest.approx((known.low, known.high), rel=1e-12)


def test_fewer_weeks_that_matter_widen_it() -> None:
    low, high = delete_one_week(1.0, [0.9, 1.0, 1.1, 1.0, 1.0])
    wider = delete_one_week(1.0, [0.9, 1.0, 1.1, 1.0, 1.0], df=1)
    assert wider[0] < low < 1.0 < high < wider[1]
    narrower = delete_one_week(1.0, [0.9, 1.0, 1.1, 1.0, 1.0], level=0.5)
    assert low < narrower[0] < narrower[1] < high


def test_one_week_or_an_undefined_estimate_has_no_interval() -> None:
    assert delete_one_week(1.0, []) is None
    assert delete_one_week(1.0, [1.0]) is None
    assert delete_one_week(1.0, [1.0, math.nan, 1.1]) is None
    assert delete_one_week(math.nan, [1.0, 1.1]) is None
    assert delete_one_week(1.0, [1.0, 1.1], df=0) is None


def test_a_level_lies_between_none_and_all() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        delete_one_week(1.0, [1.0, 1.1], level=95)
