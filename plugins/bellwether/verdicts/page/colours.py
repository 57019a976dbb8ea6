"""Which ink each signal has: the same colour and the same mark wherever it is drawn.

The colours are Okabe and Ito's (2008), told apart by colour-blind readers; every signal has a mark or a lane of its
own as well, so that none is known by its colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from bellwether.verdicts.report.report import Report


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour on light and on dark ground, and plotly's name of a mark."""

    light: str
    dark: str
    mark: str


BLUE, SKY = Ink("#0072B2", "#56B4E9", "circle"), Ink("#1F83A8", "#8FD0F2", "circle")
VERMILION, PURPLE = Ink("#D55E00", "#FF8A3C", "line-ns-open"), Ink("#A8477F", "#E59AC4", "line-ns-open")
ORANGE, GREEN = Ink("#B97700", "#E69F00", "triangle-up"), Ink("#007F5F", "#2CC79A", "diamond")
BLACK, YELLOW = Ink("#333333", "#D0D0D0", "circle-open"), Ink("#8A7D00", "#F0E442", "star")

_KNOWN = {
    "visitors": BLUE,
    "new_users": SKY,
    "visitors_spikes": ORANGE,
    "traffic_spikes": ORANGE,
    "new_users_spikes": Ink("#8C5A00", "#F5C65B", "triangle-up-open"),
    "releases": GREEN,
    "commits": BLACK,
    "deployments": YELLOW,
}
_OUTAGES = (VERMILION, PURPLE, Ink("#7A2E00", "#FFC09A", "line-ns-open"), Ink("#5E2748", "#F3CBE1", "line-ns-open"))
_OTHERS = (PURPLE, YELLOW, GREEN, BLACK, SKY)


def inks(report: Report) -> dict[str, Ink]:
    """The ink of every label that the report draws, by label."""
    kinds = {series.label: _kind(series.label) for asked in report.asked for series in asked.series}
    kinds |= {track.label: _track_kind(track.kind, track.label) for asked in report.asked for track in asked.tracks}
    found: dict[str, Ink] = {}
    outages, others = iter(_OUTAGES), iter(_OTHERS)
    for label in sorted(kinds):
        kind = kinds[label]
        if kind == "outages":
            found[label] = next(outages, VERMILION)
        else:
            found[label] = _KNOWN.get(kind) or next(others, BLACK)
    return found


def theme(report: Report) -> dict[str, dict[str, str]]:
    """What the page's script needs: the colour of each name, on light and on dark ground."""
    used = inks(report)
    ground = {
        "light": {"ink": "#1b1f24", "faint": "#5b6470", "grid": "#e4e7eb", "paper": "#ffffff", "band": "#9aa5b1"},
        "dark": {"ink": "#e8eaed", "faint": "#a2abb6", "grid": "#343b44", "paper": "#181b20", "band": "#77818d"},
    }
    ground["light"] |= {name_of(label): ink.light for label, ink in used.items()}
    ground["dark"] |= {name_of(label): ink.dark for label, ink in used.items()}
    return ground


def name_of(label: str) -> str:
    """The name a figure calls a label's colour by; none of the label's own text is in it."""
    return f"signal:{crc32(label.encode()):08x}"


def _kind(label: str) -> str:
    plain = label.lower().replace(" ", "_")
    return next((kind for kind in ("new_users", "visitors", "commits", "deployments") if kind in plain), plain)


def _track_kind(kind: str, label: str) -> str:
    if kind == "spikes":
        return "new_users_spikes" if "new" in label.lower() else "traffic_spikes"
    return kind
