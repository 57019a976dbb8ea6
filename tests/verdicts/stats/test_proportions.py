"""Shares and counts: published figures, SciPy's own, enumeration, and what cannot be."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.proportions import (
    clopper_pearson,
    fisher_exact,
    jeffreys,
    mover_difference,
    newcombe_difference,
    permutation_p,
    poisson_binomial_tail,
    sign_test,
    wilson,
)

KNOWN = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())
INTERVALS = {"clopper_pearson": clopper_pearson, "wilson": wilson, "jeffreys": jeffreys}


@pytest.mark.parametrize(("name", "k", "n"), [("proportion_3_of_10", 3, 10), ("proportion_0_of_12", 0, 12)])
def test_known_intervals_come_out(name, k, n) -> None:
    assert len(KNOWN[name]) >= 2
    for method, ends in KNOWN[name].items():
        assert INTERVALS[method](k, n) == pytest.approx(ends, abs=1e-12)


def test_intervals_are_scipys() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        n = int(random.integers(1, 400))
        k, level = int(random.integers(0, n + 1)), float(random.choice([0.8, 0.9, 0.95, 0.99]))
        for ours, theirs in ((clopper_pearson, "exact"), (wilson, "wilson")):
            known = stats.binomtest(k, n).proportion_ci(level, method=theirs)
            assert ours(k, n, level) == pytest.approx((known.low, known.high), abs=1e-9)


@pytest.mark.parametrize("interval", INTERVALS.values())
def test_an_interval_holds_its_share_and_mirrors_its_complement(interval) -> None:
    for n in (1, 2, 7, 40):
        for k in range(n + 1):
            low, high = interval(k, n)
            assert 0 <= low <= k / n <= high <= 1
            assert interval(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize("interval", INTERVALS.values())
def test_of_no_trials_nothing_is_known(interval) -> None:
    assert interval(0, 0) == pytest.approx((0.0, 1.0))


def test_the_exact_interval_never_covers_too_seldom() -> None:
    for n, p in itertools.product((5, 20, 60), (0.01, 0.1, 0.5)):
        covered = sum(stats.binom.pmf(k, n, p) for k in range(n + 1) if _within(clopper_pearson(k, n), p))
        assert covered >= 0.95


def test_jeffreys_ends_are_closed_where_all_or_none_are() -> None:
    assert jeffreys(0, 12)[0] == 0.0
    assert jeffreys(12, 12)[1] == 1.0


def test_newcombes_table_of_1998_comes_out() -> None:
    for k1, n1, k2, n2, low, high in KNOWN["newcombe_1998"]["cases"]:
        assert newcombe_difference(k1, n1, k2, n2) == pytest.approx((low, high), abs=5.1e-5)


def test_a_difference_from_no_trials_is_undefined() -> None:
    assert newcombe_difference(0, 0, 1, 4) is None
    assert newcombe_difference(1, 4, 0, 0) is None


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


def test_the_lady_tasting_tea_comes_out() -> None:
    known = KNOWN["fisher_tea"]
    odds, greater = fisher_exact(known["table"], "greater")
    assert odds == known["odds_ratio"]
    assert greater == pytest.approx(known["p_greater"], abs=1e-12)
    assert fisher_exact(known["table"])[1] == pytest.approx(known["p_two"], abs=1e-12)


def test_fishers_p_sums_the_tables_as_far_out() -> None:
    random = np.random.default_rng(2)
    for _ in range(150):
        (a, b), (c, d) = table = random.integers(0, 9, (2, 2)).tolist()
        chances = {
            x: math.comb(a + b, x) * math.comb(c + d, a + c - x) / math.comb(a + b + c + d, a + c)
            for x in range(max(0, a - d), min(a + b, a + c) + 1)
        }
        two = sum(chance for chance in chances.values() if chance <= chances[a] * (1 + 1e-9))
        assert fisher_exact(table)[1] == pytest.approx(two, abs=1e-9)
        for side, wanted in (("greater", range(a, 99)), ("less", range(a + 1))):
            exact = sum(chance for x, chance in chances.items() if x in wanted)
            assert fisher_exact(table, side)[1] == pytest.approx(exact, abs=1e-9)


def test_odds_over_nothing_are_undefined() -> None:
    assert fisher_exact([[3, 0], [1, 2]])[0] is None
    assert fisher_exact([[0, 0], [0, 0]]) == (None, 1.0)


def test_known_poisson_binomial_tails_come_out() -> None:
    known = KNOWN["poisson_binomial"]
    assert len(known["sf_ge"]) == 6
    for k, p in known["sf_ge"].items():
        assert poisson_binomial_tail(known["p"], int(k)) == pytest.approx(p, abs=1e-12)


def test_a_poisson_binomial_tail_is_the_sum_over_all_outcomes() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        p = random.random(7)
        outcomes = list(itertools.product((0, 1), repeat=7))
        chances = [math.prod(q if hit else 1 - q for q, hit in zip(p, hits, strict=True)) for hits in outcomes]
        for k in range(-1, 9):
            exact = sum(chance for chance, hits in zip(chances, outcomes, strict=True) if sum(hits) >= k)
            assert poisson_binomial_tail(p.tolist(), k) == pytest.approx(exact, abs=1e-12)


def test_equal_chances_are_binomial_and_small_tails_keep_their_digits() -> None:
    assert poisson_binomial_tail([0.01] * 50, 12) == pytest.approx(stats.binom.sf(11, 50, 0.01), rel=1e-9)
    assert poisson_binomial_tail([], 0) == 1.0
    assert poisson_binomial_tail([], 1) == 0.0
    assert poisson_binomial_tail([1.0, 1.0, 0.0], 2) == 1.0


def test_the_sign_test_is_both_tails_of_a_fair_coin() -> None:
    for first in range(12):
        for last in range(12):
            tosses = first + last
            tail = sum(math.comb(tosses, k) for k in range(min(first, last) + 1)) / 2**tosses
            expected = None if tosses == 0 else min(2 * tail, 1.0)
            assert sign_test(first, last) == (None if expected is None else pytest.approx(expected, rel=1e-9))


def test_ten_first_and_two_last_is_four_per_cent() -> None:
    assert round(sign_test(10, 2) or 0, 2) == 0.04


def test_a_permutation_p_is_never_nought() -> None:
    known = KNOWN["phipson_smyth"]
    assert permutation_p(known["b"], known["m"]) == known["p"]
    assert permutation_p(0, 0) == 1.0
    assert permutation_p(1999, 1999) == 1.0


@pytest.mark.parametrize(("k", "n"), [(-1, 4), (5, 4), (math.nan, 4), (1, math.nan), (1, math.inf), (0, -1)])
@pytest.mark.parametrize("interval", INTERVALS.values())
def test_impossible_counts_have_no_interval(interval, k, n) -> None:
    with pytest.raises(ValueError, match="0 <= k <= n"):
        interval(k, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, math.nan])
@pytest.mark.parametrize("interval", INTERVALS.values())
def test_a_level_lies_between_none_and_all(interval, level) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval(1, 4, level)


def test_what_is_no_count_or_chance_is_refused() -> None:
    for wrong in (
        lambda: sign_test(-1, 2),
        lambda: sign_test(1, 2.5),
        lambda: fisher_exact([[1, -2], [3, 4]]),
        lambda: fisher_exact([[1, math.nan], [3, 4]]),
        lambda: permutation_p(-1, 10),
    ):
        with pytest.raises(ValueError, match="give a whole number"):
            wrong()
    with pytest.raises(ValueError, match="two rows of two"):
        fisher_exact([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="b counts those"):
        permutation_p(11, 10)
    for chance in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            poisson_binomial_tail([0.5, chance], 1)


def _within(ends: tuple[float, float], value: float) -> bool:
    return ends[0] <= value <= ends[1]
