"""What is measured of a side of a question: its events or counts on the calendar, and what had to be left out.

Where too little was observed, which source is missing and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.include import IncludeError
from bellwether.verdicts.questions import Question, Questions, Target
from bellwether.verdicts.signals import Coverage, Intervals, Shape, Signals, second
from bellwether.verdicts.signals.intervals import intersection, union
from bellwether.verdicts.stats.answer import Exclusion
from bellwether.verdicts.stats.calendar import SLOT_SECONDS, Calendar, grid, mask, touched
from bellwether.verdicts.stats.events import Counts, Events, onsets, points
from bellwether.verdicts.stats.spikes import spikes

REFILL_SECONDS = 3600
"""For how long after an outage its refill may look like a spike."""
OTHER_THRESHOLDS = {"3": 3.0, "4.5": 4.5}
LEAST_SHARE = 0.05
"""Observed for less than this share of the window is as good as not at all."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """What a question needs to know of one target.

    counts: of the signal itself, NaN where it was not observed; of outages and the like, how many begun.
    raw: the same as if it had been counted while it was hidden, which is what a naive analysis takes.
    down: when the target was hidden by another signal; none where nothing hides it.
    """

    target: Target
    coverage: Coverage
    observed: Flags
    counts: Counts
    raw: Counts
    down: Intervals
    events: Events | None = None
    variants: dict[str, Events] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def observed_share(self) -> float:
        """How much of the calendar's time was observed."""
        return float(self.observed.mean()) if self.observed.size else 0.0


def measure(
    target: Target, question: Question, questions: Questions, signals: Signals, calendar: Calendar
) -> Measurement:
    """The side's events or counts. Raises IncludeError where the signal's shape does not fit its use."""
    coverage = coverage_of(target, signals)
    down = down_of(target, questions, signals)
    observed = mask(calendar, coverage.settled.starts, coverage.settled.ends)
    hidden = observed & touched(calendar, down.starts, down.ends)
    sums = _sums(target, signals, calendar)
    counts, raw = (Counts(np.where(seen, sums, np.nan)) for seen in (observed & ~hidden, observed))
    left = _slots_left(coverage, observed, hidden, calendar)
    side = Measurement(target, coverage, observed & ~hidden, counts, raw, down, exclusions=left)
    if target.kind == "counts":
        return side
    if target.kind == "spikes":
        return _with_spikes(side, calendar)
    return _with_events(side, question, signals, calendar)


def coverage_of(target: Target, signals: Signals) -> Coverage:
    """The time in which all of the target's services are covered."""
    found = [signals.coverage_of(target.signal, service) for service in target.services]
    settled = intersection([coverage.settled for coverage in found])
    flags = sorted({flag for coverage in found for flag in coverage.flags})
    return Coverage(
        settled,
        intersection([coverage.covered for coverage in found]) - settled,
        {flag: union([coverage.flags[flag] for coverage in found if flag in coverage.flags]) for flag in flags},
    )


def down_of(target: Target, questions: Questions, signals: Signals) -> Intervals:
    """When any of the target's services was hidden, and so nothing of it counted."""
    hiding = questions.hidden_by(target.signal)
    found = [signals.intervals.get((hiding, service)) for service in target.services] if hiding else []
    return union([one for one in found if one is not None])


def intervals_of(target: Target, signals: Signals) -> Intervals:
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


def _slots_left(coverage: Coverage, observed: Flags, hidden: Flags, calendar: Calendar) -> tuple[Exclusion, ...]:
    provisional = mask(calendar, coverage.covered.starts, coverage.covered.ends) & ~observed
    reasons = (
        (int((~observed & ~provisional & ~calendar.missing).sum()), "not covered"),
        (int(provisional.sum()), "may still be restated by the vendor"),
        (int(hidden.sum()), "not counted by a tag that was down itself"),
    )
    return tuple(Exclusion("slots", number, reason) for number, reason in reasons if number)


def _with_spikes(side: Measurement, calendar: Calendar) -> Measurement:
    # A spike in the slot in which an outage begins came before it or with it, and is no refill.
    ends = np.minimum(side.down.ends, calendar.end_at) + REFILL_SECONDS
    shadow = touched(calendar, side.down.starts + SLOT_SECONDS - 1, ends)
    events, left = spikes(side.counts, calendar, hidden=shadow)
    variants = {name: spikes(side.counts, calendar, one, hidden=shadow)[0] for name, one in OTHER_THRESHOLDS.items()}
    return _with(side, events, left, variants)


def _with_events(side: Measurement, question: Question, signals: Signals, calendar: Calendar) -> Measurement:
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


def _with(
    side: Measurement, events: Events, left: tuple[Exclusion, ...], variants: dict[str, Events] | None = None
) -> Measurement:
    return replace(side, events=events, variants=variants or {}, exclusions=side.exclusions + left)


def unmeasured(side: Measurement, questions: Questions, signals: Signals) -> str | None:
    """Why the side cannot be measured, and the remedy; None where it can."""
    if side.observed_share >= LEAST_SHARE:
        return None
    missing = [
        _missing(side.target.signal, service, questions, signals)
        for service in side.target.services
        if _share(side.target.signal, service, signals) < LEAST_SHARE
    ]
    window = signals.window
    period = f"between {window.start:%Y-%m-%d} and {window.end:%Y-%m-%d}"
    if not missing:
        return f"{_begun(side.target.label)} were observed next to never {period}, by all that it takes at once."
    return f"{_begun(side.target.label)} were not observed {period}: {' '.join(missing)}"


def _missing(signal: str, service: str, questions: Questions, signals: Signals) -> str:
    tables = questions.tables_of(signal, service)
    if not tables:
        return (
            f"services.toml names nothing of '{service}' that feeds the signal '{signal}'. Give it the subjects of "
            "a source whose table has a file in include/sql/signals."
        )
    names = " or ".join(
        f"{table.name} of {', '.join(questions.service(service).subjects[table.source])}" for table in tables
    )
    sources = sorted({table.source for table in tables})
    share = _share(signal, service, signals)
    return (
        f"the coverage of {names} has {share:.0%} of that time, complete and settled. Switch on "
        f"{' or '.join(f'the DAG {source}' for source in sources)}, see that its connection names "
        "these, and run it over the time that is missing (params since and until)."
    )


def _share(signal: str, service: str, signals: Signals) -> float:
    start, end = second(signals.window.start), second(signals.window.end)
    return signals.coverage_of(signal, service).settled.within(start, end).seconds / (end - start)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
