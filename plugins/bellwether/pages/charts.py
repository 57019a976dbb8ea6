"""Charts that pages share, as plotly specifications: plain dicts, drawn by plotly.js in the page.

Colours are written as names of the theme (`@…`, see pages.colours), and regular time axes as `{"from", "step", "n",
"shifts"}` in milliseconds of local wall clock; the page's script puts both in. Every text from outside is escaped, for
plotly reads its own markup in texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.pages.tables import Table

Drawing = dict[str, Any]
"""`data` and `layout`, as plotly.js takes them."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, the same in words, and the same as tables.

    :param name: the element's id; unique on the page
    """

    name: str
    title: str
    alternative: str
    drawing: Drawing
    tables: tuple[Table, ...]
    zooms: bool = False


def ribbon(name: str, low: Any, high: Any, x: Any) -> dict[str, Any]:
    """The area between two edges, a closed outline for each stretch in which both are known.

    x: the values, or a regular time axis, of which the outline then names the indices.
    """
    known = [a is not None and b is not None for a, b in zip(low, high, strict=True)]
    outline: list[int | None] = []
    heights: list[float | None] = []
    for is_known, group in groupby(range(len(known)), known.__getitem__):
        if is_known:
            there = list(group)
            outline += [*there, *reversed(there), None]
            heights += [*(high[at] for at in there), *(low[at] for at in reversed(there)), None]
    if isinstance(x, dict):
        places: Any = x | {"index": outline}
    else:
        places = [None if at is None else x[at] for at in outline]
    shape = {"type": "scatter", "mode": "lines", "name": plain(name), "x": places, "y": rounded(heights)}
    return shape | {"fill": "toself", "fillcolor": "@band/0.28", "line": {"width": 0}, "hoverinfo": "skip"}


def line(name: str, x: Any, y: Any, color: str, **style: Any) -> dict[str, Any]:
    """A trace of connected points; gaps stay gaps. style: width, dash, marks."""
    made: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if style.get("marks") else "lines",
        "name": plain(name),
        "x": x,
        "y": rounded(y),
        "line": {"color": color, "width": style.get("width", 1.5), "dash": style.get("dash", "solid")},
        "connectgaps": False,
    }
    if style.get("marks"):
        made["marker"] = {"size": 4, "color": color}
    return made


def axes(x: dict[str, Any], y: dict[str, Any], *, height: int) -> dict[str, Any]:
    """The layout that all figures share. height: pixels."""
    axis = {"gridcolor": "@grid", "linecolor": "@grid", "zerolinecolor": "@faint", "automargin": True}
    return {
        "height": height,
        "margin": {"l": 56, "r": 16, "t": 8, "b": 44},
        "paper_bgcolor": "@clear",
        "plot_bgcolor": "@clear",
        "font": {"family": FONT, "size": 13, "color": "@ink"},
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@faint", "font": {"color": "@ink"}},
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "itemclick": False},
        "xaxis": axis | _titled(x),
        "yaxis": axis | _titled(y),
    }


def plain(text: str) -> str:
    """A text from outside, in which plotly finds no markup and no reference to data."""
    return escape(text, quote=False).replace("%{", "% {")


def clock(start: datetime, step: timedelta, number: int, zone: ZoneInfo) -> dict[str, Any]:
    """A regular time axis as local wall clock: where it starts, and where the offset from UTC changes."""
    shifts: list[list[int]] = []
    at = start.astimezone(UTC)
    for index in range(number):
        offset = _offset(at + index * step, zone)
        if not shifts or shifts[-1][1] != offset:
            shifts.append([index, offset])
    ms = int(at.timestamp() * 1000)
    return {"from": ms, "step": int(step.total_seconds() * 1000), "n": number, "shifts": shifts}


def local_ms(at: datetime, zone: ZoneInfo) -> int:
    """A moment as the milliseconds that a local wall clock shows, as the charts' time axes count."""
    return int(at.timestamp() * 1000) + _offset(at, zone)


def upright(x: float, color: str = "@faint", width: float = 1) -> dict[str, Any]:
    """A line across the whole height."""
    ink = {"color": color, "width": width}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": ink}


def annotation(text: str, x: float, anchor: str) -> dict[str, Any]:
    """A text at the top. anchor: which side of it is at x, left or right."""
    place = {"xref": "x", "yref": "paper", "x": x, "y": 1, "xanchor": anchor, "yanchor": "top", "xshift": 0}
    return {"text": text, "showarrow": False, "font": {"color": "@ink"}, **place, "bgcolor": "@paper", "borderpad": 3}


def rounded(values: Any) -> list[float | None]:
    """Five digits say all that a picture shows; whole numbers stay whole."""
    return [None if value is None else _short(value) for value in values]


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds() * 1000)


def _titled(axis: dict[str, Any]) -> dict[str, Any]:
    if "title" not in axis:
        return axis
    return axis | {"title": {"font": {"size": 13, "color": "@faint"}, "standoff": 10, **axis["title"]}}


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else float(f"{value:.5g}")
