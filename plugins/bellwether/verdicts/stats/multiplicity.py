"""Correction for multiple tests: adjusted p-values that control the false discovery rate at alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bellwether.verdicts.stats.calendar import Floats


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """The adjusted p-values of m tests, in the order of `p`; an empty list for no tests.

    Controls the expected share of false claims among all claims, for independent or positively dependent tests. With p
    in ascending order, min over j >= i of m p_j / j (Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995, 289). Raises
    ValueError for a p that is not a number from 0 to 1: leave out questions without a p.

    >>> [round(q, 9) for q in benjamini_hochberg([0.04, 0.01, 0.03, 0.5])]
    [0.053333333, 0.04, 0.053333333, 0.5]
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * (len(values) / np.arange(1, len(values) + 1))
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(value) for value in adjusted]


def _checked(p: Sequence[float]) -> Floats:
    values = np.array([np.nan if value is None else float(value) for value in p], dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError(f"p values are numbers from 0 to 1; leave out tests that have none (got {list(p)!r})")
    return values
