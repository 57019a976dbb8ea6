"""Several tests at once: p values adjusted so that comparing each with alpha keeps the chosen error rate.

Each function takes the p of m tests in any order and gives as many adjusted ones in that order; none gives none.
A p that is not a number from 0 to 1 raises ValueError: a question without a p takes no part, leave it out first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bellwether.verdicts.stats.calendar import Floats


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Keeps the expected share of false claims among all claims; for independent or positively dependent tests.

    With p in rising order, min over j >= i of m p_j / j (Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995, 289).

    >>> [round(each, 9) for each in benjamini_hochberg([0.04, 0.01, 0.03, 0.5])]
    [0.053333333, 0.04, 0.053333333, 0.5]
    """
    return _step_up(p, 1.0)


def benjamini_yekutieli(p: Sequence[float]) -> list[float]:
    """The same for tests that depend on each other in any way: times 1 + 1/2 + ... + 1/m (Ann. Stat. 29, 2001, 1165).

    >>> [round(each, 9) for each in benjamini_yekutieli([0.01, 0.04])]
    [0.03, 0.06]
    """
    return _step_up(p, sum(1.0 / rank for rank in range(1, len(p) + 1)))


def holm(p: Sequence[float]) -> list[float]:
    """Keeps the chance of any false claim, whatever the dependence.

    With p in rising order, max over j <= i of (m - j + 1) p_j (Holm, Scand. J. Stat. 6, 1979, 65).

    >>> [round(each, 9) for each in holm([0.04, 0.01, 0.03])]
    [0.06, 0.03, 0.06]
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    raised = np.maximum.accumulate(values[order] * (len(values) - np.arange(len(values))))
    return _back(raised, order)


def bonferroni(p: Sequence[float]) -> list[float]:
    """Keeps the chance of any false claim, whatever the dependence: m p.

    >>> bonferroni([0.01, 0.5])
    [0.02, 1.0]
    """
    values = _checked(p)
    return [float(each) for each in np.minimum(values * len(values), 1.0)]


def _step_up(p: Sequence[float], factor: float) -> list[float]:
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * (factor * len(values) / np.arange(1, len(values) + 1))
    return _back(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _back(adjusted: Floats, order: np.ndarray) -> list[float]:
    result = np.empty(len(order))
    result[order] = np.minimum(adjusted, 1.0)
    return [float(each) for each in result]


def _checked(p: Sequence[float]) -> Floats:
    values = np.array([np.nan if each is None else float(each) for each in p], dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError(f"p values are numbers from 0 to 1; leave out tests that have none (got {list(p)!r})")
    return values
