"""Compute a report from questions and signals: a pure function, so that stored signals give the same report again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from bellwether.verdicts.questions import Pair, Question, Questions, pairs
from bellwether.verdicts.report.coverage_strips import strips_of
from bellwether.verdicts.report.measurement import Measurement, measure, unmeasured
from bellwether.verdicts.report.naive import naive
from bellwether.verdicts.report.report import Asked, Change, Naive, Report
from bellwether.verdicts.report.shown import series_of, tracks_of
from bellwether.verdicts.report.version import code_version
from bellwether.verdicts.signals import Signals
from bellwether.verdicts.stats.answer import Answer, Verdict
from bellwether.verdicts.stats.ask import Design, ask, judge, not_measurable
from bellwether.verdicts.stats.calendar import Calendar, grid, holidays, mask
from bellwether.verdicts.stats.verdicts import LEAST_DAYS


def answered(questions: Questions, signals: Signals, as_of: datetime) -> Report:
    """The report of the signals' window: every question, answered for all its pairs of services.

    Raises IncludeError for a question whose signals have an unsuitable shape.
    """
    calendar = calendar_of(questions, signals)
    asked = [_asked(pair, questions, signals, calendar) for pair in pairs(questions)]
    judged = judge([result.answer for result in asked])
    return Report(
        as_of=as_of,
        since=signals.window.start,
        until=signals.window.end,
        zone=questions.zone,
        seed=questions.seed,
        permutations=questions.permutations,
        code_version=code_version(),
        asked=tuple(replace(result, answer=answer) for result, answer in zip(asked, judged, strict=True)),
        strips=strips_of(questions, signals, as_of),
        changes=(),
        previous_as_of=None,
    )


def with_changes(report: Report, previous: Report, changes: Sequence[Change]) -> Report:
    """The report with its changes since the previous report."""
    return replace(report, previous_as_of=previous.as_of, changes=tuple(changes))


def calendar_of(questions: Questions, signals: Signals) -> Calendar:
    """The window's whole local days; holidays are detected in the signal with the largest total count."""
    calendar = Calendar.between(signals.window.start, signals.window.end, questions.zone)
    if not signals.grids or calendar.days == 0:
        return calendar
    key, busiest = max(sorted(signals.grids.items()), key=lambda item: item[1].values.sum())
    settled = signals.coverage_of(*key).settled
    observed = mask(calendar, settled.starts, settled.ends)
    counts = np.where(observed, grid(calendar, busiest.at, busiest.values), np.nan)
    return replace(calendar, holidays=holidays(counts, calendar))


def _asked(pair: Pair, questions: Questions, signals: Signals, calendar: Calendar) -> Asked:
    question = pair.question
    cause, effect = (measure(target, question, questions, signals, calendar) for target in (pair.cause, pair.effect))
    both = (cause, effect)
    tracks = [track for side in both for track in tracks_of(side, questions, signals, calendar)]
    return Asked(
        question=question.id,
        services=pair.services,
        ask=question.ask,
        cause=pair.cause.label,
        effect=pair.effect.label,
        minutes=question.minutes,
        sides=question.sides,
        answer=_answer(pair, cause, effect, questions, signals, calendar),
        naive=naive(cause.raw.values, effect.raw.values) if calendar.days else Naive(None, None),
        series=tuple(filter(None, (series_of(side, questions, calendar) for side in both))) if calendar.days else (),
        tracks=tuple({track.label: track for track in tracks}.values()),
        cause_observed=cause.observed_share,
        effect_observed=effect.observed_share,
    )


def _answer(
    pair: Pair, cause: Measurement, effect: Measurement, questions: Questions, signals: Signals, calendar: Calendar
) -> Answer:
    seed, permutations = questions.seed, questions.permutations
    exclusions = tuple(
        replace(left, what=f"{left.what} of {side.target.label}" if left.what == "slots" else left.what)
        for side in (cause, effect)
        for left in side.exclusions
    )
    if not calendar.days:
        reason = f"The window contains no whole local day: at least {LEAST_DAYS} are needed."
        empty = not_measurable(reason, calendar, seed, permutations)
        return replace(empty, verdict=Verdict.TOO_LITTLE_DATA, more_days=LEAST_DAYS)
    reason = " ".join(filter(None, (unmeasured(side, questions, signals) for side in _distinct(cause, effect))))
    if reason:
        return replace(not_measurable(reason, calendar, seed, permutations), exclusions=exclusions)
    question = pair.question
    assert cause.events is not None
    return ask(
        cause.events,
        effect.events or effect.counts,
        calendar,
        design_of(question),
        variants=cause.variants,
        exclusions=exclusions,
        permutations=permutations,
        seed=seed,
    )


def design_of(question: Question) -> Design:
    """The design of the question's test."""
    return Design(question.minutes, question.sides, question.merge_minutes or None, question.strict)


def _distinct(cause: Measurement, effect: Measurement) -> tuple[Measurement, ...]:
    same = (cause.target.signal, cause.target.services) == (effect.target.signal, effect.target.services)
    return (cause,) if same else (cause, effect)
