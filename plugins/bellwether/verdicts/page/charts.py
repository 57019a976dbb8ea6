"""How strong a link is by lag, and against chance: a question's two figures beside its timeline."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bellwether.amounts import MINUS, p_value
from bellwether.pages.charts import Drawing, annotation, axes, line, plain, ribbon, rounded, upright
from bellwether.verdicts.report.report import Asked


def curve(asked: Asked) -> Drawing | None:
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
    layout = axes(_lag_axis(asked), {"title": {"text": _curve_unit(asked)}, "zeroline": False}, height=340)
    layout["shapes"] = [upright(0), *_chosen(asked)]
    return {"data": data, "layout": layout}


def histogram(asked: Asked) -> Drawing | None:
    """How large the largest z of each reshuffle was, and where the observed one lies; None without one."""
    found = asked.answer.histogram
    if found is None or len(found.edges) < 2:
        return None
    middles = [(a + b) / 2 for a, b in pairwise(found.edges)]
    widths = [b - a for a, b in pairwise(found.edges)]
    bars = {
        "type": "bar",
        "name": "reshuffles",
        "x": rounded(middles),
        "y": list(found.counts),
        "width": rounded(widths),
        "marker": {"color": "@band", "line": {"color": "@paper", "width": 0.5}},
        "hovertemplate": "z about %{x:.2f}: %{y} reshuffles<extra></extra>",
    }
    low, high = min(found.edges[0], found.observed), max(found.edges[-1], found.observed)
    reach = [low - (high - low) / 25, high + (high - low) / 25]
    title = {"text": "largest standardised statistic over the windows (z)"}
    axis = {"title": title, "zeroline": False, "range": rounded(reach)}
    layout = axes(axis, {"title": {"text": "reshuffles"}}, height=300)
    layout |= {"bargap": 0, "showlegend": False, "shapes": [upright(found.observed, color="@ink", width=2.5)]}
    note = f"observed: {found.observed:.2f}"
    if asked.answer.p is not None:
        note += f" (p {p_value(asked.answer.p)})"
    anchor = "right" if found.observed > (low + high) / 2 else "left"
    layout["annotations"] = [annotation(note, found.observed, anchor)]
    return {"data": [bars], "layout": layout}


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
