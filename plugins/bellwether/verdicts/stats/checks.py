"""Self-checks of an answer: does it depend on a single day or on the threshold, and vanish if the cause is moved?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from bellwether.verdicts.stats.answer import Check
from bellwether.verdicts.stats.calendar import SLOTS, Whole
from bellwether.verdicts.stats.events import Events
from bellwether.verdicts.stats.maxt import blocks, max_t, summed
from bellwether.verdicts.stats.reshuffle import reshuffles
from bellwether.verdicts.stats.trial import Asked, Trial
from bellwether.verdicts.stats.verdicts import DAYS_APART, ONE_DAY_OUT

ALPHA = 0.05
STAYS = 0.2
"""The largest p allowed without the most influential day. Its removal always increases p: a limit of 0.05 would reject
one true link in four of question 1, a limit of 0.2 one in a hundred."""
MOST_PERMUTATIONS = 999
WEEKS_LATER = {1: "moved one week later", 2: "moved two weeks later"}


def checks(asked: Asked, trial: Trial, variants: Mapping[str, Events]) -> tuple[Check, ...]:
    """All self-checks of the best window, with their results in words."""
    return (
        days_apart(asked, trial),
        _one_day_out(asked, trial),
        *(_moved(asked, trial, weeks, name) for weeks, name in WEEKS_LATER.items()),
        *(_threshold(asked, trial, name, events) for name, events in variants.items()),
    )


def days_apart(asked: Asked, trial: Trial) -> Check:
    """The result must rest on at least two days with an event that was followed, or that counted."""
    best = trial.forward.best
    events = asked.slots[trial.field.valid[best, asked.slots]]
    if isinstance(asked.effect, Events):
        events = events[trial.field.values[best, events] > 0.5]
    days = len(np.unique(events // SLOTS))
    kind = "followed events" if isinstance(asked.effect, Events) else "events"
    return Check(DAYS_APART, days >= 2, f"{len(events)} {kind} on {days} {'day' if days == 1 else 'days'}")


def _one_day_out(asked: Asked, trial: Trial) -> Check:
    day = _most_influential(asked, trial)
    if day is None:
        return Check(ONE_DAY_OUT, None, "no day has events")
    p = _p_of(asked, trial, asked.slots[asked.slots // SLOTS != day])
    if p is None:
        return Check(ONE_DAY_OUT, None, "no event is left")
    date = asked.calendar.first + timedelta(days=day)
    return Check(ONE_DAY_OUT, p <= STAYS, f"p {p:.3f} without {date.isoformat()}")


def _most_influential(asked: Asked, trial: Trial) -> int | None:
    """The day whose events exceed their mean over the stratum's days most, in the result's direction."""
    best = trial.forward.best
    influence: dict[int, float] = {}
    falls = asked.design.two_sided and trial.forward.z[best] < 0
    for block in trial.table:
        seen = block.values[:, :, best]
        own = seen[np.arange(len(block.rows)), block.rows] - seen.mean(axis=1)
        influence |= dict(zip(block.stratum.days[block.rows].tolist(), (-own if falls else own).tolist(), strict=True))
    return max(influence, key=influence.__getitem__, default=None)


def _moved(asked: Asked, trial: Trial, weeks: int, name: str) -> Check:
    moved = asked.slots + weeks * 7 * SLOTS
    p = _p_of(asked, trial, moved[moved < asked.calendar.slots])
    if p is None:
        return Check(name, None, "no event is left to move")
    return Check(
        name, p > ALPHA, f"p {p:.3f}, as expected" if p > ALPHA else f"p {p:.3f}: possibly an unmodelled season"
    )


def _threshold(asked: Asked, trial: Trial, name: str, events: Events) -> Check:
    slots = asked.calendar.slot(events.at)
    slots = slots[slots >= 0]
    p = _p_of(asked, trial, slots)
    if p is None:
        return Check(f"threshold {name}", None, "no event")
    agrees = (p <= ALPHA) == (trial.forward.p <= ALPHA)
    return Check(f"threshold {name}", agrees, f"p {p:.3f} with {len(slots)} events")


def _p_of(asked: Asked, trial: Trial, slots: Whole) -> float | None:
    """p of other events against the same effect; None if no event counts."""
    permutations = min(asked.permutations, MOST_PERMUTATIONS)
    ahead = len(asked.design.minutes)
    field = trial.field.first(ahead)
    strata = reshuffles(asked.calendar.strata, permutations, asked.seed)
    sums = summed(blocks(slots, asked.seen, field, strata), ahead, permutations)
    if not sums.number[0].any():
        return None
    return max_t(sums, asked.design.two_sided).p
