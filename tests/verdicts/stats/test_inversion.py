"""Intervals by test inversion: exact against a known test, and never at odds with the p."""

import math

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.inversion import inversion_interval


def test_of_a_normal_log_ratio_it_is_the_textbook_interval() -> None:
    def p(theta: float) -> float:
        return float(2 * stats.norm.sf(abs(math.log(1.8 / theta)) / 0.2))

    low, high = inversion_interval(p, 1.8, tolerance=1e-6)
    assert math.log(low) == pytest.approx(math.log(1.8) - 1.959964 * 0.2, abs=1e-5)
    assert math.log(high) == pytest.approx(math.log(1.8) + 1.959964 * 0.2, abs=1e-5)


def test_it_holds_one_exactly_where_the_test_does_not_reject() -> None:
    """For ragged p too: any step function of theta."""
    random = np.random.default_rng(2)
    rejected = 0
    for _ in range(500):
        edges = np.sort(np.exp(random.normal(0, 0.4, 8)))
        levels = random.uniform(0, 0.2, 9)

        def p(theta: float, edges=edges, levels=levels) -> float:
            return float(levels[np.searchsorted(edges, theta)])

        low, high = inversion_interval(p, float(np.exp(random.normal(0, 0.3))))
        if p(1.0) > 0.05:
            assert low is None or low <= 1
            assert high is None or high >= 1
        else:
            assert (low is not None and low > 1) or (high is not None and high < 1) or (low, high) == (None, None)
            rejected += 1
        for end in (low, high):
            assert end is None or p(end) > 0.05
    assert rejected > 50


def test_an_end_that_is_never_rejected_is_undefined() -> None:
    low, high = inversion_interval(lambda theta: 0.5 if theta > 0.8 else 0.01, 1.2)
    assert low == pytest.approx(0.8, rel=1e-3)
    assert high is None
    assert inversion_interval(lambda theta: 1.0, 1.0) == (None, None)


def test_where_nothing_is_accepted_there_is_no_interval() -> None:
    assert inversion_interval(lambda theta: 0.01, 1.3) == (None, None)


def test_an_estimate_that_its_own_test_rejects_leads_to_one_it_does_not() -> None:
    low, high = inversion_interval(lambda theta: 0.6 if 1.5 < theta < 1.7 else 0.01, 1.4)
    assert low == pytest.approx(1.5, rel=2e-3)
    assert high == pytest.approx(1.7, rel=2e-3)


def test_few_tests_are_run() -> None:
    asked = []

    def p(theta: float) -> float:
        asked.append(theta)
        return float(2 * stats.norm.sf(abs(math.log(1.1 / theta)) / 0.03))

    inversion_interval(p, 1.1)
    assert len(asked) <= 30


@pytest.mark.parametrize(("start", "alpha"), [(0.0, 0.05), (-1.0, 0.05), (math.nan, 0.05), (1.0, 0.0), (1.0, 5)])
def test_a_start_is_a_factor_and_alpha_a_chance(start, alpha) -> None:
    with pytest.raises(ValueError, match="give the estimate"):
        inversion_interval(lambda theta: 1.0, start, alpha)
