"""Measure a side of a question: its events or counts on the calendar, and what was left out.

If too little was observed, state which source is missing and the remedy.
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
"""How long after an outage the returning traffic may look like a spike."""
OTHER_THRESHOLDS = {"3": 3.0, "4.5": 4.5}
LEAST_SHARE = 0.05
"""A target that was observed for a smaller share of the window cannot be measured."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The measured events or counts of one target.

    counts: the signal's counts, or the number of starts of intervals; NaN where it was not observed or hidden.
    raw: the same, but including the hidden time, as a naive analysis would.
    down: the time in which another signal hid the target; empty if no signal hides it.
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
        """The share of the calendar's time that was observed."""
        return float(self.observed.mean()) if self.observed.size else 0.0


def measure(
    target: Target, question: Question, questions: Questions, signals: Signals, calendar: Calendar
) -> Measurement:
    """The side's events or counts. Raises IncludeError if the signal's shape does not fit its use."""
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
    coverages = [signals.coverage_of(target.signal, service) for service in target.services]
    settled = intersection([coverage.settled for coverage in coverages])
    flags = sorted({flag for coverage in coverages for flag in coverage.flags})
    return Coverage(
        settled,
        intersection([coverage.covered for coverage in coverages]) - settled,
        {flag: union([coverage.flags[flag] for coverage in coverages if flag in coverage.flags]) for flag in flags},
    )


def down_of(target: Target, questions: Questions, signals: Signals) -> Intervals:
    """The time in which any of the target's services was hidden and therefore not counted."""
    hiding = questions.hidden_by(target.signal)
    hidden = [signals.intervals.get((hiding, service)) for service in target.services] if hiding else []
    return union([intervals for intervals in hidden if intervals is not None])


def intervals_of(target: Target, signals: Signals) -> Intervals:
    """The union of the intervals of the target's services."""
    return union([signals.intervals[target.signal, service] for service in target.services])


def moments_of(target: Target, signals: Signals) -> NDArray[np.int64]:
    """The sorted times of the target's points, or of its intervals' starts."""
    if signals.shapes.get(target.signal) is Shape.INTERVALS:
        return intervals_of(target, signals).starts
    return np.sort(np.concatenate([signals.points[target.signal, service].at for service in target.services]))


def _sums(target: Target, signals: Signals, calendar: Calendar) -> NDArray[np.float64]:
    shape = signals.shapes.get(target.signal)
    if shape is None:
        return np.zeros((calendar.days, 288))
    if shape is Shape.INTERVALS:
        return grid(calendar, moments_of(target, signals), 1.0)
    keys = [(target.signal, service) for service in target.services]
    if shape is Shape.POINTS:
        return np.sum([grid(calendar, signals.points[key].at, signals.points[key].values) for key in keys], axis=0)
    return np.sum([grid(calendar, signals.grids[key].at, signals.grids[key].values) for key in keys], axis=0)


def _slots_left(coverage: Coverage, observed: Flags, hidden: Flags, calendar: Calendar) -> tuple[Exclusion, ...]:
    provisional = mask(calendar, coverage.covered.starts, coverage.covered.ends) & ~observed
    reasons = (
        (int((~observed & ~provisional & ~calendar.missing).sum()), "not covered"),
        (int(provisional.sum()), "may still be restated by the vendor"),
        (int(hidden.sum()), "not counted because the tag itself was down"),
    )
    return tuple(Exclusion("slots", number, reason) for number, reason in reasons if number)


def _with_spikes(side: Measurement, calendar: Calendar) -> Measurement:
    # A spike in the slot in which an outage begins came before it or with it: it is not returning traffic.
    ends = np.minimum(side.down.ends, calendar.end_at) + REFILL_SECONDS
    shadow = touched(calendar, side.down.starts + SLOT_SECONDS - 1, ends)
    events, left = spikes(side.counts, calendar, hidden=shadow)
    variants = {
        name: spikes(side.counts, calendar, threshold, hidden=shadow)[0] for name, threshold in OTHER_THRESHOLDS.items()
    }
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
        intervals = intervals_of(target, signals)
        now = second(signals.window.end)
        return _with(side, *onsets(intervals.starts, intervals.ends, calendar, side.observed, merge, now))
    at = moments_of(target, signals) if shape else np.zeros(0, dtype=np.int64)
    return _with(side, *points(at, calendar, side.observed, merge))


def _with(
    side: Measurement, events: Events, left: tuple[Exclusion, ...], variants: dict[str, Events] | None = None
) -> Measurement:
    return replace(side, events=events, variants=variants or {}, exclusions=side.exclusions + left)


def unmeasured(side: Measurement, questions: Questions, signals: Signals) -> str | None:
    """The reason why the side cannot be measured, and the remedy; None if it can be measured."""
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
        return f"{_capitalised(side.target.label)} were hardly ever observed by all needed sources at once {period}."
    return f"{_capitalised(side.target.label)} were not observed {period}: {' '.join(missing)}"


def _missing(signal: str, service: str, questions: Questions, signals: Signals) -> str:
    tables = questions.tables_of(signal, service)
    if not tables:
        return (
            f"services.toml names no subject of '{service}' that feeds the signal '{signal}'. Add subjects of "
            "a source whose table has a file in include/sql/signals."
        )
    names = " or ".join(
        f"{table.name} of {', '.join(questions.service(service).subjects[table.source])}" for table in tables
    )
    sources = sorted({table.source for table in tables})
    share = _share(signal, service, signals)
    return (
        f"{names} cover {share:.0%} of that time, complete and settled. Switch on "
        f"{' or '.join(f'the DAG {source}' for source in sources)}, check that its connection lists "
        "these subjects, and run it over the missing time (params since and until)."
    )


def _share(signal: str, service: str, signals: Signals) -> float:
    start, end = second(signals.window.start), second(signals.window.end)
    return signals.coverage_of(signal, service).settled.within(start, end).seconds / (end - start)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
