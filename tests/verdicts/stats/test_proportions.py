"""Shares and counts: published figures, SciPy's own, enumeration, and what cannot be."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.proportions import clopper_pearson, mover_difference, sign_test

KNOWN = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())


@pytest.mark.parametrize(("name", "k", "n"), [("proportion_3_of_10", 3, 10), ("proportion_0_of_12", 0, 12)])
def test_known_intervals_come_out(name, k, n) -> None:
    assert clopper_pearson(k, n) == pytest.approx(KNOWN[name]["clopper_pearson"], abs=1e-12)


def test_intervals_are_scipys() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        n = int(random.integers(1, 400))
        k, level = int(random.integers(0, n + 1)), float(random.choice([0.8, 0.9, 0.95, 0.99]))
        known = stats.binomtest(k, n).proportion_ci(level, method="exact")
        assert clopper_pearson(k, n, level) == pytest.approx((known.low, known.high), abs=1e-9)


def test_an_interval_holds_its_share_and_mirrors_its_complement() -> None:
    for n in (1, 2, 7, 40):
        for k in range(n + 1):
            low, high = clopper_pearson(k, n)
            assert 0 <= low <= k / n <= high <= 1
            assert clopper_pearson(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_of_no_trials_nothing_is_known() -> None:
    assert clopper_pearson(0, 0) == pytest.approx((0.0, 1.0))


def test_the_exact_interval_never_covers_too_seldom() -> None:
    for n, p in itertools.product((5, 20, 60), (0.01, 0.1, 0.5)):
        covered = sum(stats.binom.pmf(k, n, p) for k in range(n + 1) if _within(clopper_pearson(k, n), p))
        assert covered >= 0.95


def test_mover_lies_between_no_and_full_doubt_about_the_second_share() -> None:
    sure = mover_difference(0.3, (0.1, 0.6), 0.1, (0.1, 0.1))
    assert sure == pytest.approx((0.0, 0.5))
    low, high = mover_difference(0.3, (0.1, 0.6), 0.1, (0.0, 0.3))
    assert low < sure[0]
    assert high > sure[1]
    assert (low, high) == pytest.approx((0.2 - math.hypot(0.2, 0.2), 0.2 + math.hypot(0.3, 0.1)))


def test_a_share_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie in its interval"):
        mover_difference(0.3, (0.4, 0.6), 0.1, (0.0, 0.3))


def test_the_sign_test_is_both_tails_of_a_fair_coin() -> None:
    for first in range(12):
        for last in range(12):
            tosses = first + last
            tail = sum(math.comb(tosses, k) for k in range(min(first, last) + 1)) / 2**tosses
            expected = None if tosses == 0 else min(2 * tail, 1.0)
            assert sign_test(first, last) == (None if expected is None else pytest.approx(expected, rel=1e-9))


def test_ten_first_and_two_last_is_four_per_cent() -> None:
    assert round(sign_test(10, 2) or 0, 2) == 0.04


@pytest.mark.parametrize(("k", "n"), [(-1, 4), (5, 4), (math.nan, 4), (1, math.nan), (1, math.inf), (0, -1)])
def test_impossible_counts_have_no_interval(k, n) -> None:
    with pytest.raises(ValueError, match="0 <= k <= n"):
        clopper_pearson(k, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, math.nan])
def test_a_level_lies_between_none_and_all(level) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        clopper_pearson(1, 4, level)


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (1, 2.5), (1, math.nan)])
def test_what_is_no_count_is_refused(first, last) -> None:
    with pytest.raises(ValueError, match="give a whole number"):
        sign_test(first, last)


def _within(ends: tuple[float, float], value: float) -> bool:
    return ends[0] <= value <= ends[1]
