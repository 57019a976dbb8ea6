"""The report's figures as plotly specifications: plain dicts, drawn by plotly.js in the page.

Colours are written as names of the theme (`@…`, see colours.theme), and regular time axes as `{"from", "step", "n",
"shifts"}` in milliseconds of local wall clock; the page's script puts both in. Every text from outside is escaped, for
plotly reads its own markup in texts.
"""

from __future__ import annotations

from html import escape
from itertools import groupby, pairwise
from typing import Any

from bellwether.amounts import MINUS, p_value
from bellwether.verdicts.report.report import Asked

Figure = dict[str, Any]
"""`data` and `layout`, as plotly.js takes them."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def curve(asked: Asked) -> Figure | None:
    """The effect by lag, with the band that the reshuffles stay in at all lags at once; None without one."""
    found = asked.answer.curve
    if found is None or not found.minutes:
        return None
    x = list(found.minutes)
    data = [
        ribbon("95 % of the reshuffles, all lags at once", found.low, found.high, x),
        line("expected", x, found.expected, "@faint", dash="dot"),
        line("observed", x, found.values, "@ink", width=2.2, marks=True),
    ]
    layout = frame(_lag_axis(asked), {"title": {"text": _curve_unit(asked)}, "zeroline": False}, height=340)
    layout["shapes"] = [_upright(0), *_chosen(asked)]
    return {"data": data, "layout": layout}


def histogram(asked: Asked) -> Figure | None:
    """How large the largest z of each reshuffle was, and where the observed one lies; None without one."""
    found = asked.answer.histogram
    if found is None or len(found.edges) < 2:
        return None
    middles = [(a + b) / 2 for a, b in pairwise(found.edges)]
    widths = [b - a for a, b in pairwise(found.edges)]
    bars = {
        "type": "bar",
        "name": "reshuffles",
        "x": _rounded(middles),
        "y": list(found.counts),
        "width": _rounded(widths),
        "marker": {"color": "@band", "line": {"color": "@paper", "width": 0.5}},
        "hovertemplate": "z about %{x:.2f}: %{y} reshuffles<extra></extra>",
    }
    low, high = min(found.edges[0], found.observed), max(found.edges[-1], found.observed)
    reach = [low - (high - low) / 25, high + (high - low) / 25]
    title = {"text": "largest standardised statistic over the windows (z)"}
    axis = {"title": title, "zeroline": False, "range": _rounded(reach)}
    layout = frame(axis, {"title": {"text": "reshuffles"}}, height=300)
    layout |= {"bargap": 0, "showlegend": False, "shapes": [_upright(found.observed, color="@ink", width=2.5)]}
    note = f"observed: {found.observed:.2f}"
    if asked.answer.p is not None:
        note += f" (p {p_value(asked.answer.p)})"
    anchor = "right" if found.observed > (low + high) / 2 else "left"
    layout["annotations"] = [_note(note, found.observed, anchor)]
    return {"data": [bars], "layout": layout}


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
    shape = {"type": "scatter", "mode": "lines", "name": plain(name), "x": places, "y": _rounded(heights)}
    return shape | {"fill": "toself", "fillcolor": "@band/0.28", "line": {"width": 0}, "hoverinfo": "skip"}


def line(name: str, x: Any, y: Any, color: str, **style: Any) -> dict[str, Any]:
    """A trace of connected points; gaps stay gaps. style: width, dash, marks."""
    made: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if style.get("marks") else "lines",
        "name": plain(name),
        "x": x,
        "y": _rounded(y),
        "line": {"color": color, "width": style.get("width", 1.5), "dash": style.get("dash", "solid")},
        "connectgaps": False,
    }
    if style.get("marks"):
        made["marker"] = {"size": 4, "color": color}
    return made


def frame(x: dict[str, Any], y: dict[str, Any], *, height: int) -> dict[str, Any]:
    """The layout that all figures share."""
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


def _titled(axis: dict[str, Any]) -> dict[str, Any]:
    if "title" not in axis:
        return axis
    return axis | {"title": {"font": {"size": 13, "color": "@faint"}, "standoff": 10, **axis["title"]}}


def _lag_axis(asked: Asked) -> dict[str, Any]:
    title = f"minutes before ({MINUS}) and after the start of {plain(asked.cause)}"
    return {"title": {"text": title}, "zeroline": False, "dtick": 30}


def _curve_unit(asked: Asked) -> str:
    effect = asked.answer.effect
    if effect is not None and effect.unit == "ratio":
        return f"{plain(asked.effect)} in five minutes"
    return f"share with {plain(asked.effect)}"


def _chosen(asked: Asked) -> list[dict[str, Any]]:
    effect = asked.answer.effect
    if effect is None:
        return []
    ends = sorted((0, effect.minutes))
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": ends[0],
            "x1": ends[1],
            "y0": 0,
            "y1": 1,
            "line": {"color": "@faint", "width": 1, "dash": "dash"},
            "fillcolor": "@clear",
            "layer": "below",
        }
    ]


def _upright(x: float, color: str = "@faint", width: float = 1) -> dict[str, Any]:
    ink = {"color": color, "width": width}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": ink}


def _note(text: str, x: float, anchor: str) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "x": x, "y": 1, "xanchor": anchor, "yanchor": "top", "xshift": 0}
    return {"text": text, "showarrow": False, "font": {"color": "@ink"}, **place, "bgcolor": "@paper", "borderpad": 3}


def _rounded(values: Any) -> list[float | None]:
    """Five digits say all that a picture shows; whole numbers stay whole."""
    return [None if value is None else _short(value) for value in values]


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else float(f"{value:.5g}")
