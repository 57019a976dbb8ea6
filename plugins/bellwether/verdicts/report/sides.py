"""A side of a question from the signals: its events or counts on the calendar, and what had to be left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.include import IncludeError
from bellwether.verdicts.questions import Question, Questions, Target
from bellwether.verdicts.signals import Looks, Shape, Signals, Stretches, second
from bellwether.verdicts.signals.stretches import intersection, union
from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.calendar import SLOT_SECONDS, Calendar, grid, mask, touched
from bellwether.verdicts.stats.events import Counts, Events, onsets, points
from bellwether.verdicts.stats.spikes import spikes

REFILL_SECONDS = 3600
"""For how long after an outage its refill may look like a spike."""
OTHER_THRESHOLDS = {"3": 3.0, "4.5": 4.5}

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What a question looks at of one target.

    counts: of the signal itself, NaN where it was not observed; of outages and the like, how many begun.
    raw: the same as if it had been counted while it was hidden, which is what a naive analysis takes.
    down: when the target was hidden by another signal; none where nothing hides it.
    """

    target: Target
    looks: Looks
    observed: Flags
    counts: Counts
    raw: Counts
    down: Stretches
    events: Events | None = None
    variants: dict[str, Events] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def observed_share(self) -> float:
        """How much of the calendar's time was observed."""
        return float(self.observed.mean()) if self.observed.size else 0.0


def side_of(target: Target, question: Question, questions: Questions, signals: Signals, calendar: Calendar) -> Side:
    """The side's events or counts. Raises IncludeError where the signal's shape does not fit its use."""
    looks = looks_of(target, signals)
    down = down_of(target, questions, signals)
    observed = mask(calendar, looks.settled.starts, looks.settled.ends)
    hidden = observed & touched(calendar, down.starts, down.ends)
    sums = _sums(target, signals, calendar)
    counts, raw = (Counts(np.where(seen, sums, np.nan)) for seen in (observed & ~hidden, observed))
    left = _slots_left(looks, observed, hidden, calendar)
    side = Side(target, looks, observed & ~hidden, counts, raw, down, exclusions=left)
    if target.kind == "counts":
        return side
    if target.kind == "spikes":
        return _with_spikes(side, calendar)
    return _with_events(side, question, signals, calendar)


def looks_of(target: Target, signals: Signals) -> Looks:
    """When all of the target's services were looked at."""
    found = [signals.looks_of(target.signal, service) for service in target.services]
    settled = intersection([looks.settled for looks in found])
    flags = sorted({flag for looks in found for flag in looks.flags})
    return Looks(
        settled,
        intersection([looks.seen for looks in found]) - settled,
        {flag: union([looks.flags[flag] for looks in found if flag in looks.flags]) for flag in flags},
    )


def down_of(target: Target, questions: Questions, signals: Signals) -> Stretches:
    """When any of the target's services was hidden, and so nothing of it counted."""
    hiding = questions.hidden_by(target.signal)
    found = [signals.intervals.get((hiding, service)) for service in target.services] if hiding else []
    return union([one for one in found if one is not None])


def intervals_of(target: Target, signals: Signals) -> Stretches:
    """The target's intervals, those of several services as one."""
    return union([signals.intervals[target.signal, service] for service in target.services])


def moments_of(target: Target, signals: Signals) -> NDArray[np.int64]:
    """When the target's things began, or were, in order."""
    if signals.shapes.get(target.signal) is Shape.INTERVALS:
        return intervals_of(target, signals).starts
    found = [signals.points[target.signal, service].at for service in target.services]
    return np.sort(np.concatenate(found))


def _sums(target: Target, signals: Signals, calendar: Calendar) -> NDArray[np.float64]:
    shape = signals.shapes.get(target.signal)
    if shape is None:
        return np.zeros((calendar.days, 288))
    if shape is Shape.INTERVALS:
        return grid(calendar, moments_of(target, signals), 1.0)
    keys = [(target.signal, service) for service in target.services]
    if shape is Shape.POINTS:
        every = [signals.points[key] for key in keys]
        return np.sum([grid(calendar, one.at, one.values) for one in every], axis=0)
    return np.sum([grid(calendar, signals.grids[key].at, signals.grids[key].values) for key in keys], axis=0)


def _slots_left(looks: Looks, observed: Flags, hidden: Flags, calendar: Calendar) -> tuple[Exclusion, ...]:
    provisional = mask(calendar, looks.seen.starts, looks.seen.ends) & ~observed
    reasons = (
        (int((~observed & ~provisional & ~calendar.missing).sum()), "nobody looked"),
        (int(provisional.sum()), "may still be restated by the vendor"),
        (int(hidden.sum()), "not counted by a tag that was down itself"),
    )
    return tuple(Exclusion("slots", number, reason) for number, reason in reasons if number)


def _with_spikes(side: Side, calendar: Calendar) -> Side:
    # A spike in the slot in which an outage begins came before it or with it, and is no refill.
    ends = np.minimum(side.down.ends, calendar.end_at) + REFILL_SECONDS
    shadow = touched(calendar, side.down.starts + SLOT_SECONDS - 1, ends)
    events, left = spikes(side.counts, calendar, hidden=shadow)
    variants = {name: spikes(side.counts, calendar, one, hidden=shadow)[0] for name, one in OTHER_THRESHOLDS.items()}
    return _with(side, events, left, variants)


def _with_events(side: Side, question: Question, signals: Signals, calendar: Calendar) -> Side:
    target, merge = side.target, question.merge_minutes * 60 or None
    shape = signals.shapes.get(target.signal)
    if shape is Shape.COUNTS:
        raise IncludeError(
            f"questions.toml, question '{question.id}': '{target.signal}' are counts, which have no events. "
            'Write as = "spikes" or as = "counts".'
        )
    if shape is Shape.INTERVALS:
        found = intervals_of(target, signals)
        now = second(signals.window.end)
        return _with(side, *onsets(found.starts, found.ends, calendar, side.observed, merge, now))
    at = moments_of(target, signals) if shape else np.zeros(0, dtype=np.int64)
    return _with(side, *points(at, calendar, side.observed, merge))


def _with(side: Side, events: Events, left: tuple[Exclusion, ...], variants: dict[str, Events] | None = None) -> Side:
    return replace(side, events=events, variants=variants or {}, exclusions=side.exclusions + left)
