"""What a cell says, without what is there for readers only: footnotes, thin spaces, hidden parts."""

from __future__ import annotations

import re

from bs4 import Tag

BULLETS = "•·∙◦▪"
_NOT_SAID = "sup.reference, style, script, .noprint, .sortkey, .mw-editsection, .infobox-caption"
_BREAKS = ("br", "div", "li", "p")
# Zero-width characters, joiners, soft hyphens and the marks of a text's direction.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_FOOTNOTE = re.compile(r"\[[^\[\]]{1,20}\]")


def strip(table: Tag) -> None:
    """Take out of the table what is no part of what it says."""
    for element in table.select(_NOT_SAID):
        element.decompose()
    for element in table.find_all(_BREAKS):
        # Else "Population" and "(2021)" on the line below would be one word.
        element.insert_before(" ")
        element.insert_after(" ")


def clean(text: str) -> str:
    """One line with plain spaces, minus signs as Python reads them, no ``[5]``.

    >>> clean("4\u2009933\u00a0210\u200b[5]\\n(120th)"), clean("\u22123\u202fm")
    ('4 933 210 (120th)', '-3 m')
    """
    text = _FOOTNOTE.sub("", _INVISIBLE.sub("", text))
    return " ".join(text.replace("\u2212", "-").split())


def said(cell: Tag | None) -> str:
    """What a cell says; nothing when there is none."""
    return clean(cell.get_text()) if cell else ""
