"""The colours of charts: Okabe and Ito's (2008), told apart by colour-blind readers, on light and on dark ground.

No line or mark is known by its colour alone: each has a mark, a dash or a lane of its own as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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

_GROUND = {
    "light": {"ink": "#1b1f24", "faint": "#5b6470", "grid": "#e4e7eb", "paper": "#ffffff", "band": "#9aa5b1"},
    "dark": {"ink": "#e8eaed", "faint": "#a2abb6", "grid": "#343b44", "paper": "#181b20", "band": "#77818d"},
}
Theme = dict[str, dict[str, str]]


def theme_of(inks: Mapping[str, Ink]) -> Theme:
    """What the page's script needs: the colour of each name, on light and on dark ground.

    inks: by the name that drawings call a colour with, after an @
    """
    return {
        "light": _GROUND["light"] | {name: ink.light for name, ink in inks.items()},
        "dark": _GROUND["dark"] | {name: ink.dark for name, ink in inks.items()},
    }
