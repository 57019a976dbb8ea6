"""The smallest link that would have been found."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bellwether.verdicts.stats.detectable import smallest_ratio, smallest_share

TABLE = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())["smallest_share"]["percent"]


def test_the_published_table_comes_out() -> None:
    assert sum(len(row) for row in TABLE.values()) == 18
    for episodes, row in TABLE.items():
        for expected, percent in row.items():
            hits = 1 if (episodes, expected) == ("5", "0.01") else 2
            share = smallest_share(int(episodes), float(expected), hits=hits)
            assert f"{100 * share:.0f}" == str(percent), (episodes, expected)


def test_one_hit_is_no_claim() -> None:
    assert smallest_share(5, 0.01) == pytest.approx(0.495)
    assert smallest_share(5, 0.01, hits=1) == pytest.approx(0.28)


def test_the_share_is_the_first_half_point_with_the_power_asked() -> None:
    for n, expected in [(8, 0.02), (30, 0.07), (200, 0.25)]:
        share = smallest_share(n, expected)
        claimed = next(k for k in range(2, n + 1) if stats.binom.sf(k - 1, n, expected) <= 0.05)
        assert stats.binom.sf(claimed - 1, n, share) >= 0.8 > stats.binom.sf(claimed - 1, n, share - 0.005)


def test_too_few_events_find_nothing() -> None:
    assert smallest_share(0, 0.1) is None
    assert smallest_share(1, 0.01) is None
    assert smallest_share(3, 0.9) is None
    assert smallest_share(20, 1.0) is None


def test_a_ratio_that_small_is_found_in_four_of_five_cases() -> None:
    random = np.random.default_rng(4)
    for sides, alpha in (("greater", 0.05), ("two-sided", 0.025)):
        change = smallest_ratio(0.07, sides=sides)
        found = random.normal(change, 0.07, 40_000) > 0.07 * stats.norm.isf(alpha)
        assert found.mean() == pytest.approx(0.8, abs=0.01)
    assert smallest_ratio(0.0) == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: smallest_share(-1, 0.1),
        lambda: smallest_share(5, math.nan),
        lambda: smallest_share(5, 1.5),
        lambda: smallest_share(5, 0.1, alpha=0.0),
        lambda: smallest_ratio(math.nan),
        lambda: smallest_ratio(-1.0),
        lambda: smallest_ratio(0.1, power=1.0),
    ],
)
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="give"):
        wrong()
