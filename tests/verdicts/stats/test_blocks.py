"""The block length of a block bootstrap."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bellwether.verdicts.stats.blocks import optimal_block_length

KNOWN = json.loads((Path(__file__).parent / "reference" / "textbook.json").read_text())["arch_optimal_block_length"]


def remembering(phi: float, n: int, seed: int) -> np.ndarray:
    """x[0] = 0, x[t] = phi x[t-1] + e[t]."""
    noise = np.random.default_rng(seed).standard_normal(n)
    series = np.zeros(n)
    for t in range(1, n):
        series[t] = phi * series[t - 1] + noise[t]
    return series


def test_the_length_is_archs() -> None:
    length = optimal_block_length(remembering(0.8, 2000, 3))
    assert length.stationary == pytest.approx(KNOWN["stationary"], rel=1e-9)
    assert length.circular == pytest.approx(KNOWN["circular"], rel=1e-9)


def test_what_remembers_longer_wants_longer_blocks() -> None:
    lengths = [optimal_block_length(remembering(phi, 1000, 1)).stationary for phi in (0.0, 0.5, 0.9)]
    assert lengths == sorted(lengths)
    assert lengths[0] < 5


def test_scale_and_level_do_not_matter() -> None:
    series = remembering(0.6, 500, 2)
    length, other = optimal_block_length(series), optimal_block_length(7 - 300 * series)
    assert other.stationary == pytest.approx(length.stationary)
    assert other.circular == pytest.approx(length.circular)


def test_a_block_is_never_longer_than_the_series_bears() -> None:
    """A third of it where it is short; arch says the same of these walks."""
    for seed, n, third in [(12, 20, 7), (34, 30, 10), (51, 40, 14)]:
        length = optimal_block_length(np.random.default_rng(seed).standard_normal(n).cumsum())
        assert (length.stationary, length.circular) == (third, third)


def test_a_series_that_never_changes_has_no_length() -> None:
    assert optimal_block_length([3.0] * 20) is None


@pytest.mark.parametrize("series", [[], [1.0, 2.0], [1.0] * 9 + [math.nan], [[1.0] * 8] * 2])
def test_gaps_and_scraps_are_refused(series) -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        optimal_block_length(series)
