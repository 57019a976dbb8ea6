"""A report as the page on verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from markupsafe import Markup

from bellwether.amounts import moment, numeral, percent, sentence_of, span, with_minus
from bellwether.pages.charts import Figure
from bellwether.pages.document import document
from bellwether.pages.tables import Table
from bellwether.verdicts.page import charts, colours, strips, tables
from bellwether.verdicts.page.timeline import timeline
from bellwether.verdicts.report import words
from bellwether.verdicts.report.report import Asked, Change, Report, Strip

MARKS = {
    "supported": "supported",
    "not supported": "not-supported",
    "too little data": "too-little",
    "not measurable": "not-measurable",
}
"""The CSS class of each verdict; each has a shape of its own."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the page shows of one question."""

    anchor: str
    asked: Asked
    mark: str
    sentence: str
    order: str
    limits: str
    naive: str
    secondary: str
    timeline: Figure | None
    curve: Figure | None
    histogram: Figure | None
    windows: Table
    coincidences: Table
    checks: Table
    exclusions: Table
    computed: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return f"{self.asked.ask} ({self.asked.services})" if self.asked.services else self.asked.ask


def document_of(report: Report, calibration: Mapping[str, Any] | None = None) -> str:
    """The whole page.

    calibration: how often the method was wrong and right on simulated companies (`measured_at`,
        `companies_null`, `companies_planted`, `rows`, `note`); by default what the package ships, if it does.
    """
    calibration = shipped_calibration() if calibration is None else calibration
    questions = [_question(report, asked, number) for number, asked in enumerate(report.asked, start=1)]
    return document(
        __package__,
        "verdicts",
        [figure for question in questions for figure in _figures(question)],
        colours.theme(report),
        report=report,
        questions=questions,
        changes=[_change(report, change) for change in report.changes],
        coverage=[_observed(strip) for strip in report.strips],
        freshness=[freshness(report, strip) for strip in report.strips],
        gaps=[f"{_named(strip)}: {lost}" for strip in report.strips if (lost := strips.missing(strip))],
        calibration=calibration or None,
        moment=lambda at: moment(at, report.zone),
        percent=percent,
        full_stop=sentence_of,
        numeral=numeral,
        flags=strips.FLAGS,
    )


@lru_cache(maxsize=1)
def shipped_calibration() -> Mapping[str, Any]:
    """The measured error rates that come with the package; empty where there are none."""
    file = files(__package__) / "calibration.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Any]) if file.is_file() else {}


def freshness(report: Report, strip: Strip) -> str:
    """Until when a source was observed, as seen from the report's moment."""
    if strip.last_observed_at is None:
        return f"{_named(strip)}: not observed at all"
    behind = report.as_of - strip.last_observed_at
    said = f"{_named(strip)}: observed until {moment(strip.last_observed_at, report.zone)}"
    return said if behind < timedelta(minutes=1) else f"{said}, {span(behind)} before this report"


def _question(report: Report, asked: Asked, number: int) -> Question:
    anchor = f"question-{number}"
    return Question(
        anchor=anchor,
        asked=asked,
        mark=MARKS[asked.answer.verdict.value],
        sentence=words.sentence(asked),
        order=words.order_sentence(asked),
        limits=words.limits(asked),
        naive=words.naive(asked),
        secondary=words.secondary(asked.answer),
        timeline=_timeline(report, asked, anchor),
        curve=_curve(asked, anchor),
        histogram=_histogram(asked, anchor),
        windows=tables.windows(asked),
        coincidences=tables.coincidences(asked, report.zone),
        checks=tables.checks(asked.answer),
        exclusions=tables.exclusions(asked.answer),
        computed=tables.computed(report, asked),
    )


def _timeline(report: Report, asked: Asked, anchor: str) -> Figure | None:
    drawing = timeline(report, asked)
    if drawing is None:
        return None
    parts = [f"{len(track.spans)} {track.label}" for track in asked.tracks]
    parts += [f"{series.label} with the band that 95 % of the counts lie in" for series in asked.series]
    days = (report.until - report.since).days
    told = f"Timeline of {days} days: {', '.join(parts)}. The same as tables below."
    shown = [tables.track(track, report.zone) for track in asked.tracks]
    shown += [tables.series(series, report.zone) for series in asked.series]
    return Figure(f"{anchor}-timeline", "Timeline", told, drawing, tuple(shown), zooms=True)


def _curve(asked: Asked, anchor: str) -> Figure | None:
    drawing, found = charts.curve(asked), asked.answer.curve
    if drawing is None or found is None:
        return None
    outside = [
        with_minus(str(at))
        for at, value, low, high in zip(found.minutes, found.values, found.low, found.high, strict=True)
        if value is not None and low is not None and high is not None and not low <= value <= high
    ]
    told = f"At {', '.join(outside)} minutes the curve leaves the band." if outside else "No lag leaves the band."
    about = f"The effect from {found.minutes[0]} to {found.minutes[-1]} minutes around {asked.cause}. {told}"
    return Figure(f"{anchor}-curve", "Effect by lag", about, drawing, (tables.curve(asked.answer),))


def _histogram(asked: Asked, anchor: str) -> Figure | None:
    drawing, found = charts.histogram(asked), asked.answer.histogram
    if drawing is None or found is None:
        return None
    total = f"{sum(found.counts):,}"
    told = f"The largest z of {total} reshuffles, and the observed one, {found.observed:.2f}."
    return Figure(f"{anchor}-histogram", "Reshuffles", told, drawing, (tables.histogram(asked.answer),))


def _figures(question: Question) -> list[Figure]:
    return [each for each in (question.timeline, question.curve, question.histogram) if each is not None]


def _change(report: Report, change: Change) -> dict[str, Any]:
    asks = {(asked.question, asked.services): asked.ask for asked in report.asked}
    ask = asks.get((change.question, change.services), change.question)
    return {"ask": f"{ask} ({change.services})" if change.services else ask, "change": change}


def _observed(strip: Strip) -> tuple[Strip, Markup, str, list[strips.Stretch]]:
    return strip, strips.calendar(strip), strips.summary(strip), strips.stretches(strip)


def _named(strip: Strip) -> str:
    return f"{strip.label} ({strip.source})"
