"""Adjusted p values: the published example, SciPy's own, and what must hold for any p."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.multiplicity import benjamini_hochberg

EXAMPLE = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())["BH1995"]


def drawn(seed: int) -> list[float]:
    """Up to 30 p values, a third of them ties."""
    random = np.random.default_rng(seed)
    p = random.random(random.integers(1, 31)) ** 3
    return [float(each) for each in np.where(random.random(len(p)) < 0.3, np.round(p, 1), p)]


def test_the_example_of_1995_comes_out() -> None:
    assert benjamini_hochberg(EXAMPLE["p"]) == pytest.approx(EXAMPLE["bh_adjusted"], rel=1e-12)
    assert sum(p <= 0.05 for p in benjamini_hochberg(EXAMPLE["p"])) == EXAMPLE["bh_rejects"]


def test_false_discovery_rates_are_scipys() -> None:
    for seed in range(200):
        p = drawn(seed)
        assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p, method="bh"), rel=1e-12)


def test_the_order_of_the_tests_does_not_matter() -> None:
    for seed in range(50):
        p = drawn(seed)
        order = np.random.default_rng(seed + 1000).permutation(len(p))
        assert benjamini_hochberg([p[place] for place in order]) == [benjamini_hochberg(p)[place] for place in order]


def test_adjusting_never_lowers_a_p_nor_changes_their_order() -> None:
    for seed in range(50):
        p = drawn(seed)
        adjusted = benjamini_hochberg(p)
        assert all(before <= after <= 1 for before, after in zip(p, adjusted, strict=True))
        assert all(adjusted[i] <= adjusted[j] for i in range(len(p)) for j in range(len(p)) if p[i] <= p[j])


def test_no_tests_have_no_p_and_one_keeps_its_own() -> None:
    assert benjamini_hochberg([]) == []
    assert benjamini_hochberg([0.0]) == [0.0]
    assert benjamini_hochberg([0.03]) == [0.03]
    assert benjamini_hochberg([1.0]) == [1.0]


@pytest.mark.parametrize("wrong", [math.nan, -0.01, 1.01, math.inf, None])
def test_what_is_no_p_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="leave out tests that have none"):
        benjamini_hochberg([0.2, wrong])
