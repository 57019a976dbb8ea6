"""The data of a question's timeline: counts with their expected values, outages, spikes and releases."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.questions import Questions
from bellwether.verdicts.report.measurement import Measurement, intervals_of, moments_of
from bellwether.verdicts.report.report import Series, Track
from bellwether.verdicts.signals import OPEN, Intervals, Shape, Signals
from bellwether.verdicts.stats.baseline import expected
from bellwether.verdicts.stats.calendar import SLOTS, Calendar

MOST_POINTS = 2_500
_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 48, 72, 144, 288)
"""Numbers of slots per point of a series; all of them divide a day."""


def series_of(side: Measurement, questions: Questions, calendar: Calendar) -> Series | None:
    """The counts of a side that is analysed as counts or spikes, in at most MOST_POINTS points; else None."""
    if side.target.kind == "events":
        return None
    step = next((step for step in _STEPS if calendar.days * SLOTS / step <= MOST_POINTS), SLOTS)
    usual = np.where(np.isnan(side.counts.values), np.nan, expected(side.counts, calendar))
    return Series(
        label=questions.label_of(side.target.signal),
        start=utc_time(calendar.start_at),
        step_minutes=step * 5,
        values=_summed(side.counts.values, step),
        expected=_summed(usual, step),
    )


def tracks_of(side: Measurement, questions: Questions, signals: Signals, calendar: Calendar) -> tuple[Track, ...]:
    """The events of a side, and the intervals in which it was hidden."""
    target = side.target
    tracks = []
    if target.kind == "spikes" and side.events is not None:
        tracks.append(Track(target.label, "spikes", _moments(side.events.at, calendar)))
    elif target.kind == "events" and signals.shapes.get(target.signal) is Shape.INTERVALS:
        tracks.append(Track(target.label, target.signal, _spans(intervals_of(target, signals), calendar)))
    elif target.kind == "events" and target.signal in signals.shapes:
        tracks.append(Track(target.label, target.signal, _moments(moments_of(target, signals), calendar)))
    hiding = questions.hidden_by(target.signal)
    if hiding and len(side.down.starts):
        whose = ", ".join(questions.service(service).label for service in target.services)
        tracks.append(Track(f"{whose} {questions.label_of(hiding)}", hiding, _spans(side.down, calendar)))
    return tuple(tracks)


def utc_time(at: int) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(int(at), UTC)


def _summed(values: NDArray[np.float64], step: int) -> tuple[float | None, ...]:
    """Sums of `step` slots, extrapolated from the observed slots; None if half of them or more were not observed."""
    parts = values.reshape(-1, step)
    seen = (~np.isnan(parts)).sum(axis=1)
    sums = np.nansum(parts, axis=1) * step / np.maximum(seen, 1)
    return tuple(round(float(total), 3) if 2 * count > step else None for total, count in zip(sums, seen, strict=True))


def _spans(intervals: Intervals, calendar: Calendar) -> tuple[tuple[datetime, datetime | None], ...]:
    kept = (intervals.ends > calendar.start_at) & (intervals.starts < calendar.end_at)
    pairs = zip(intervals.starts[kept], intervals.ends[kept], strict=True)
    return tuple((utc_time(start), None if end == OPEN else utc_time(end)) for start, end in pairs)


def _moments(at: NDArray[np.int64], calendar: Calendar) -> tuple[tuple[datetime, datetime | None], ...]:
    kept = at[(at >= calendar.start_at) & (at < calendar.end_at)]
    return tuple((utc_time(second), utc_time(second)) for second in kept)
