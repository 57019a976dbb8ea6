"""Which ink each signal has: the same colour and the same mark wherever it is drawn."""

from __future__ import annotations

from zlib import crc32

from bellwether.pages.colours import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW, Ink, Theme, theme_of
from bellwether.verdicts.report.report import Report

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


def theme(report: Report) -> Theme:
    """The colour of each name in the report's drawings, on light and on dark ground."""
    return theme_of({name_of(label): ink for label, ink in inks(report).items()})


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
