"""What a cell says, without what is there for readers only: footnotes, thin spaces, hidden parts."""

from __future__ import annotations

import re

from bs4 import Tag

BULLETS = "•·∙◦▪"
_NOT_SHOWN = "sup.reference, style, script, [hidden], .noprint, .sortkey, .mw-editsection, .infobox-caption"
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_FLAG_OF = re.compile(r"^(?:the )?(?:flag|coat of arms|emblem) of (?:the )?", re.IGNORECASE)
_BREAKS = ("br", "div", "li", "p")
# Zero-width characters, joiners, soft hyphens and the marks of a text's direction.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_FOOTNOTE = re.compile(r"\[[^\[\]]{1,20}\]")


def strip(table: Tag) -> None:
    """Take out of the table what is no part of what it says."""
    for element in table.select(_NOT_SHOWN):
        element.decompose()
    for element in table.select("[style]"):
        # An element inside one that is gone has no attributes any more.
        if element.attrs and _HIDDEN_STYLE.search(str(element.get("style"))):
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


def shown(cell: Tag | None) -> str:
    """What a cell shows; nothing when there is none. A cell with a picture alone shows what its alternative text says.

    A country may stand there as its flag only: ``<img alt="Flag of Germany">`` is Germany.
    """
    if cell is None:
        return ""
    return clean(cell.get_text()) or next(filter(None, map(_pictured, cell.select("img[alt], a[title]"))), "")


def _pictured(element: Tag) -> str:
    return _FLAG_OF.sub("", clean(str(element.get("alt") or element.get("title") or "")))
