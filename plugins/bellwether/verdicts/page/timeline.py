"""The aligned timeline: counts with the band they are expected in, and below a lane for each kind of event."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.amounts import minutes
from bellwether.pages.charts import Drawing, axes, clock, line, local_ms, plain, ribbon
from bellwether.pages.colours import Ink
from bellwether.verdicts.page.colours import inks, name_of
from bellwether.verdicts.report.report import Asked, Report, Series, Track

# The page's script knows the same: days beyond it, hours up to it.
FAR = timedelta(days=60)
LANE_PIXELS, COUNTS_PIXELS, AXES_PIXELS = 30, 210, 90
NOT_OBSERVED = "not observed"
_OUTLINE = {"width": 0.8, "color": "@paper"}
Window = tuple[datetime, datetime]


def timeline(report: Report, asked: Asked) -> Drawing | None:
    """One figure over the report's window in local time; None when there is nothing to draw."""
    known = inks(report)
    lanes = [*asked.tracks, *_unobserved(asked.series)]
    if not lanes and not asked.series:
        return None
    zone = ZoneInfo(report.zone)
    window = report.since, report.until
    data = [trace for series in asked.series for trace in _near_and_far(series, zone, window)]
    for number, track in enumerate(reversed(lanes)):
        data += _lane(track, number, known.get(track.label), zone, window)
        if asked.series and track.kind == "outages":
            data.append(_shade(track, zone, window))
    return {"data": data, "layout": _layout(report, asked, lanes, zone)}


def band(series: Series) -> tuple[list[float | None], list[float | None]]:
    """The stretch around the expected count that holds 95 % of the counts observed, at each step.

    Taken on the scale of 2 sqrt(y + 3/8) (Anscombe 1948), where the spread of counts does not grow with them.
    """
    pairs = [(y, mu) for y, mu in zip(series.values, series.expected, strict=True) if y is not None and mu is not None]
    spread = sorted(_root(y) - _root(mu) for y, mu in pairs)
    if not spread:
        return [None] * len(series.values), [None] * len(series.values)
    low, high = spread[int(0.025 * (len(spread) - 1))], spread[math.ceil(0.975 * (len(spread) - 1))]
    return _around(series.expected, low), _around(series.expected, high)


def by_day(series: Series) -> Series:
    """The same counts as means over 24 hours, still per step: what a year can be seen in."""
    size = 24 * 60 // series.step_minutes
    cuts = range(0, len(series.values), size)
    values = tuple(_mean(series.values[cut : cut + size]) for cut in cuts)
    expected = tuple(_mean(series.expected[cut : cut + size]) for cut in cuts)
    return Series(f"{series.label}, mean of 24 hours", series.start, size * series.step_minutes, values, expected)


def _near_and_far(series: Series, zone: ZoneInfo, window: Window) -> list[dict[str, Any]]:
    """Over a long time hours are a blur: the page shows days until it is zoomed in (`meta`, see page.js)."""
    if window[1] - window[0] <= FAR:
        return _counts(series, series.label, zone)
    near = [trace | {"meta": "near", "visible": False} for trace in _counts(series, series.label, zone)]
    return near + [trace | {"meta": "far"} for trace in _counts(by_day(series), series.label, zone)]


def _mean(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _counts(series: Series, signal: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    x = clock(series.start, timedelta(minutes=series.step_minutes), len(series.values), zone)
    color = f"@{name_of(signal)}"
    traces = []
    if any(value is not None for value in series.expected):
        low, high = band(series)
        traces = [
            ribbon(f"{series.label}: 95 % lie here", low, high, x),
            line(f"{series.label}, expected", x, series.expected, "@faint", dash="dot", width=1.2),
        ]
    traces.append(line(series.label, x, series.values, color, width=1.4))
    return [trace | {"yaxis": "y"} for trace in traces]


def _lane(track: Track, number: int, ink: Ink | None, zone: ZoneInfo, window: Window) -> list[dict[str, Any]]:
    """Intervals as thick lines, and a mark where each begins, for most are shorter than a pixel."""
    color = f"@{name_of(track.label)}" if ink else "@band"
    starts = [local_ms(max(start, window[0]), zone) for start, _ in track.spans]
    shown = {"yaxis": "y2", "showlegend": False, "name": plain(track.label)}
    long = [(start, end) for start, end in track.spans if end is None or end > start]
    x = [at for start, end in long for at in (*_ends(start, end, zone, window), None)]
    heights = [None if at is None else number for at in x]
    stretches: dict[str, Any] = {"type": "scatter", "mode": "lines", "x": x, "y": heights, "hoverinfo": "skip"}
    stretches |= {"line": {"color": color, "width": 9}}
    symbol = ink.mark if ink else "line-ns-open"
    outline = {"width": 1.6} if "open" in symbol else _OUTLINE
    marks: dict[str, Any] = {"type": "scatter", "mode": "markers", "x": starts, "y": [number] * len(starts)}
    marks |= {"marker": {"color": color, "size": 11, "symbol": symbol, "line": outline}}
    marks |= {"hovertemplate": f"{plain(track.label)}<br>%{{x|%Y-%m-%d %H:%M}}<extra></extra>"}
    return [each | shown for each in ([stretches] if x else []) + [marks]]


def _shade(track: Track, zone: ZoneInfo, window: Window) -> dict[str, Any]:
    """Outages again as bands behind the counts."""
    x: list[int | None] = []
    y: list[float | None] = []
    for start, end in track.spans:
        left, right = _ends(start, end, zone, window)
        x += [left, left, right, right, None]
        y += [0, 1, 1, 0, None]
    color = f"@{name_of(track.label)}"
    shape = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": f"{color}/0.22", "x": x, "y": y}
    edge = {"width": 0.5, "color": f"{color}/0.45"}
    return shape | {"line": edge, "yaxis": "y3", "hoverinfo": "skip", "showlegend": False, "meta": "close"}


def _layout(report: Report, asked: Asked, lanes: list[Track], zone: ZoneInfo) -> dict[str, Any]:
    lanes_pixels = LANE_PIXELS * len(lanes)
    height = lanes_pixels + AXES_PIXELS + (COUNTS_PIXELS if asked.series else 0)
    cut = lanes_pixels / (height - AXES_PIXELS)
    window = [local_ms(report.since, zone), local_ms(report.until, zone)]
    x = {"type": "date", "range": window, "title": {"text": f"local time, {plain(report.zone)}"}, "anchor": "y2"}
    y = {"domain": [min(cut + 0.04, 0.99), 1], "rangemode": "tozero", "zeroline": False} | _unit(asked.series)
    layout = axes(x, y, height=height)
    layout["yaxis"]["fixedrange"] = True
    layout["yaxis2"] = layout["yaxis"] | {
        "title": None,
        "domain": [0, cut],
        "range": [-0.6, len(lanes) - 0.4],
        "tickvals": list(range(len(lanes))),
        "ticktext": [plain(track.label) for track in reversed(lanes)],
        "rangemode": "normal",
    }
    layout["yaxis3"] = {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True}
    return layout | {"dragmode": "zoom"}


def _unit(series: tuple[Series, ...]) -> dict[str, Any]:
    if not series:
        return {}
    step = series[0].step_minutes
    return {"title": {"text": "per hour" if step == 60 else f"per {minutes(step)}"}}


def _unobserved(series: tuple[Series, ...]) -> Iterator[Track]:
    """Where the counts are not covered, as a lane of its own."""
    for each in series:
        step = timedelta(minutes=each.step_minutes)
        spans: list[tuple[datetime, datetime | None]] = []
        since: datetime | None = None
        for index, value in enumerate((*each.values, 0)):
            at = each.start + index * step
            if value is None:
                since = since or at
            elif since is not None:
                spans.append((since, at))
                since = None
        if spans:
            yield Track(f"{each.label} {NOT_OBSERVED}", "unobserved", tuple(spans))


def _ends(start: datetime, end: datetime | None, zone: ZoneInfo, window: Window) -> tuple[int, int]:
    """A stretch's ends inside the window; one that is open reaches to the window's end."""
    return local_ms(max(start, window[0]), zone), local_ms(min(end or window[1], window[1]), zone)


def _root(count: float) -> float:
    return 2 * math.sqrt(max(count, 0) + 0.375)


def _around(expected: tuple[float | None, ...], by: float) -> list[float | None]:
    return [None if mu is None else max(0.0, (max(_root(mu) + by, 0) / 2) ** 2 - 0.375) for mu in expected]
