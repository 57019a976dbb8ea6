"""What was planted, in the units of an answer's effect, window by window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.stats.calendar import Calendar
from bellwether.verdicts.stats.events import Events
from bellwether.verdicts.stats.windows import ENOUGH

from .asking import DESIGNS, Seen
from .clock import SLOT
from .company import Company

Floats = NDArray[np.float64]


def truths(company: Company, seen: Seen) -> dict[str, list[float | None]]:
    """By question the true effect in each of its windows.

    Counts: the planted factor after the causes, weighted by the usual load there, less 1. Onsets: the share of causes
    followed, less the share followed had nothing been planted in this very company.
    """
    found: dict[str, list[float | None]] = {}
    for name, asked in seen.sides.items():
        steps = [minutes * 60 // SLOT for minutes in DESIGNS[name].minutes]
        if isinstance(asked.effect, Events):
            alone = seen.api_alone if name == "Q2" else seen.site_alone
            pairs = [_followed(asked.cause, effect, seen.calendar, steps) for effect in (asked.effect, alone)]
            found[name] = [None if pair[0] is None else pair[0] - pair[1] for pair in zip(*pairs, strict=True)]
        else:
            factor = company.users_by if name == "Q1" else company.commits_by
            weight = company.load if name == "Q1" else company.office
            found[name] = _lifted(company, asked.cause, factor, weight, steps)
    return found


def _followed(cause: Events, effect: Events, calendar: Calendar, steps: list[int]) -> list[float | None]:
    """Share with an onset in their slot or the next `steps`, of the causes that see four fifths of these."""
    slot = calendar.slot(cause.at)
    onset = np.append(calendar.slot(effect.at), np.iinfo(np.int64).max // 2)
    wait = onset[np.searchsorted(onset, slot)] - slot
    looked = np.append(0, np.cumsum(effect.observed.ravel()))
    found: list[float | None] = []
    for step in steps:
        share = (looked[np.minimum(slot + step + 1, calendar.slots)] - looked[slot]) / (step + 1)
        counted = wait[share >= ENOUGH]
        found.append(float((counted <= step).mean()) if len(counted) else None)
    return found


def _lifted(company: Company, cause: Events, factor: Floats, weight: Floats, steps: list[int]) -> list[float | None]:
    begun = (cause.at - company.clock.start) // SLOT + 1
    found: list[float | None] = []
    sums = [np.append(0.0, np.cumsum(series)) for series in (factor * weight, weight)]
    for step in steps:
        whole = begun[begun + step <= len(factor)]
        lifted, usual = ((total[whole + step] - total[whole]).sum() for total in sums)
        found.append(float(lifted / usual - 1) if usual > 0 else None)
    return found
