"""Adjusted p values: the published example, SciPy's own, and what must hold for any p."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.multiplicity import benjamini_hochberg, benjamini_yekutieli, bonferroni, holm

EXAMPLE = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())["BH1995"]
ALL = [benjamini_hochberg, benjamini_yekutieli, holm, bonferroni]


def drawn(seed: int) -> list[float]:
    """Up to 30 p values, a third of them ties."""
    random = np.random.default_rng(seed)
    p = random.random(random.integers(1, 31)) ** 3
    return [float(each) for each in np.where(random.random(len(p)) < 0.3, np.round(p, 1), p)]


def test_the_example_of_1995_comes_out() -> None:
    assert benjamini_hochberg(EXAMPLE["p"]) == pytest.approx(EXAMPLE["bh_adjusted"], rel=1e-12)
    assert holm(EXAMPLE["p"]) == pytest.approx(EXAMPLE["holm_adjusted"], rel=1e-12)
    assert benjamini_yekutieli(EXAMPLE["p"]) == pytest.approx(EXAMPLE["by_adjusted"], rel=1e-12)
    assert sum(p <= 0.05 for p in benjamini_hochberg(EXAMPLE["p"])) == EXAMPLE["bh_rejects"]
    assert sum(p <= 0.05 for p in bonferroni(EXAMPLE["p"])) == EXAMPLE["bonferroni_rejects"]


def test_false_discovery_rates_are_scipys() -> None:
    for seed in range(200):
        p = drawn(seed)
        assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p, method="bh"), rel=1e-12)
        assert benjamini_yekutieli(p) == pytest.approx(stats.false_discovery_control(p, method="by"), rel=1e-12)


def test_holm_rejects_what_its_steps_reject() -> None:
    for seed in range(200):
        p = drawn(seed)
        rejected, alpha = set(), 0.1
        for step, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
            if p[place] > alpha / (len(p) - step):
                break
            rejected.add(place)
        assert {place for place, each in enumerate(holm(p)) if each <= alpha} == rejected


@pytest.mark.parametrize("adjust", ALL)
def test_the_order_of_the_tests_does_not_matter(adjust) -> None:
    for seed in range(50):
        p = drawn(seed)
        order = np.random.default_rng(seed + 1000).permutation(len(p))
        assert adjust([p[place] for place in order]) == [adjust(p)[place] for place in order]


@pytest.mark.parametrize("adjust", ALL)
def test_adjusting_never_lowers_a_p_nor_changes_their_order(adjust) -> None:
    for seed in range(50):
        p = drawn(seed)
        adjusted = adjust(p)
        assert all(before <= after <= 1 for before, after in zip(p, adjusted, strict=True))
        assert all(adjusted[i] <= adjusted[j] for i in range(len(p)) for j in range(len(p)) if p[i] <= p[j])


@pytest.mark.parametrize("adjust", ALL)
def test_no_tests_have_no_p_and_one_keeps_its_own(adjust) -> None:
    assert adjust([]) == []
    assert adjust([0.0]) == [0.0]
    assert adjust([0.03]) == [0.03]
    assert adjust([1.0]) == [1.0]


@pytest.mark.parametrize("adjust", ALL)
@pytest.mark.parametrize("wrong", [math.nan, -0.01, 1.01, math.inf, None])
def test_what_is_no_p_is_refused(adjust, wrong) -> None:
    with pytest.raises(ValueError, match="leave out tests that have none"):
        adjust([0.2, wrong])
