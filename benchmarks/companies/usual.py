"""What the usual methods make of a company's questions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.stats.events import Events

from .asking import Asked, Seen
from .clock import SLOT
from .company import Company
from .missing import inside
from .naive import best_lag, pearson_hourly, poisson_coincidence
from .outages import Outages

Floats = NDArray[np.float64]
COINCIDENCE_MINUTES = 30
PAIRS = {
    "Q1": ("releases", "users"),
    "Q2": ("traffic", "api"),
    "Q3": ("users", "site"),
    "Q4": ("api", "site"),
    "Q5": ("api", "commits"),
}
SOURCES = {"traffic": "analytics", "users": "analytics", "releases": "code", "commits": "code"}


def usual(company: Company, seen: Seen) -> dict[str, dict[str, float | None]]:
    """By question the p-values of hourly Pearson, the best lag and Poisson coincidence (event questions only)."""
    series = {name: _series(company, name) for name in {side for q in seen.sides for side in PAIRS[q]}}
    found = {}
    for name, asked in seen.sides.items():
        cause, effect = (series[side] for side in PAIRS[name])
        found[name] = {
            "pearson": pearson_hourly(cause, effect),
            "best lag": best_lag(cause, effect),
            "poisson": _coincidence(company, asked),
        }
    return found


def _series(company: Company, name: str) -> Floats:
    """float (slots,): counts, or 1 while an outage is open; NaN where nobody looked."""
    of = getattr(company, name)
    at = company.clock.at
    if isinstance(of, Outages):
        begun = np.searchsorted(of.starts, at + SLOT, side="left")
        values = (begun > np.searchsorted(of.ends, at, side="right")).astype(np.float64)
    elif name in ("releases", "commits"):
        values = np.bincount((of - company.clock.start) // SLOT, minlength=len(at)).astype(np.float64)
    else:
        values = of
    return np.where(inside(at, company.hidden[SOURCES.get(name, name)]), np.nan, values)


def _coincidence(company: Company, asked: Asked) -> float | None:
    if not isinstance(asked.effect, Events):
        return None
    cause, effect = ((events.at - company.clock.start) // SLOT for events in (asked.cause, asked.effect))
    return poisson_coincidence(cause, effect, (0, len(company.clock.at) - 1), COINCIDENCE_MINUTES * 60 // SLOT)
