"""Self-checks of an answer: does it hang on one day, on the threshold, and does it vanish when the cause is moved?"""

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
"""The p that a result may have without its most telling day. That day is picked as the worst to lose, so p must grow:
at 0.05 one true link in four of question 1 would be thrown away, at 0.2 one in a hundred."""
MOST_PERMUTATIONS = 999
WEEKS_LATER = {1: "moved one week later", 2: "moved two weeks later"}


def checks(asked: Asked, trial: Trial, variants: Mapping[str, Events]) -> tuple[Check, ...]:
    """All self-checks of the best window, each with what was found in words."""
    return (
        days_apart(asked, trial),
        _one_day_out(asked, trial),
        *(_moved(asked, trial, weeks, name) for weeks, name in WEEKS_LATER.items()),
        *(_threshold(asked, trial, name, events) for name, events in variants.items()),
    )


def days_apart(asked: Asked, trial: Trial) -> Check:
    """Two days at least must carry the result: days with an event that was followed, or that counted."""
    best = trial.forward.best
    events = asked.slots[trial.field.valid[best, asked.slots]]
    if isinstance(asked.effect, Events):
        events = events[trial.field.values[best, events] > 0.5]
    days = len(np.unique(events // SLOTS))
    what = "followed events" if isinstance(asked.effect, Events) else "events"
    return Check(DAYS_APART, days >= 2, f"{len(events)} {what} on {days} {'day' if days == 1 else 'days'}")


def _one_day_out(asked: Asked, trial: Trial) -> Check:
    day = _most_telling(asked, trial)
    if day is None:
        return Check(ONE_DAY_OUT, None, "there is no such day")
    p = _again(asked, trial, asked.slots[asked.slots // SLOTS != day])
    if p is None:
        return Check(ONE_DAY_OUT, None, "no event is left")
    date = asked.calendar.first + timedelta(days=day)
    return Check(ONE_DAY_OUT, p <= STAYS, f"p {p:.3f} without {date.isoformat()}")


def _most_telling(asked: Asked, trial: Trial) -> int | None:
    """The day whose events are furthest beyond what they would see on its stratum's days, in the result's direction."""
    best = trial.forward.best
    telling: dict[int, float] = {}
    falls = asked.design.two_sided and trial.forward.z[best] < 0
    for block in trial.table:
        seen = block.values[:, :, best]
        own = seen[np.arange(len(block.rows)), block.rows] - seen.mean(axis=1)
        telling |= dict(zip(block.stratum.days[block.rows].tolist(), (-own if falls else own).tolist(), strict=True))
    return max(telling, key=telling.__getitem__, default=None)


def _moved(asked: Asked, trial: Trial, weeks: int, name: str) -> Check:
    moved = asked.slots + weeks * 7 * SLOTS
    p = _again(asked, trial, moved[moved < asked.calendar.slots])
    if p is None:
        return Check(name, None, "no event is left to move")
    return Check(
        name, p > ALPHA, f"p {p:.3f}, as it should be" if p > ALPHA else f"p {p:.3f}: a season not accounted for?"
    )


def _threshold(asked: Asked, trial: Trial, name: str, events: Events) -> Check:
    slots = asked.calendar.slot(events.at)
    slots = slots[slots >= 0]
    p = _again(asked, trial, slots)
    if p is None:
        return Check(f"threshold {name}", None, "no event")
    agrees = (p <= ALPHA) == (trial.forward.p <= ALPHA)
    return Check(f"threshold {name}", agrees, f"p {p:.3f} with {len(slots)} events")


def _again(asked: Asked, trial: Trial, slots: Whole) -> float | None:
    """p of other events against the same effect; None without any that counts."""
    permutations = min(asked.permutations, MOST_PERMUTATIONS)
    ahead = len(asked.design.minutes)
    field = trial.field.first(ahead)
    strata = reshuffles(asked.calendar.strata, permutations, asked.seed)
    sums = summed(blocks(slots, asked.seen, field, strata), ahead, permutations)
    if not sums.number[0].any():
        return None
    return max_t(sums, asked.design.two_sided).p
