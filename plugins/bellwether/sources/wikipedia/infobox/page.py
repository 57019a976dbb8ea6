"""A page's infoboxes as blocks of labelled values.

Markup: https://en.wikipedia.org/wiki/Template:Infobox_settlement. A row of the class ``mergedtoprow`` begins a block
("Population"), the ``mergedrow`` ones below it ("• Total") belong to it; the same labels return in other blocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from bellwether.sources.wikipedia.infobox.texts import BULLETS, clean, shown, strip

_CONTINUES = frozenset({"mergedrow", "mergedbottomrow"})
_BOXES = re.compile(r"\b(?:infobox|dmbox-disambig)\b")
_IDS = frozenset({"firstHeading", "coordinates", "footer-info-lastmod", "disambigbox"})


@dataclass(frozen=True, slots=True)
class Row:
    """A label without its bullet, and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """A row that stands by itself or heads others, and those below it; a mere heading has no value."""

    head: Row
    rows: tuple[Row, ...] = ()

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """The head and the rows below it."""
        return (self.head, *self.rows)


@dataclass(frozen=True, slots=True)
class Infobox:
    """One infobox; ``coordinates`` are the texts of its first latitude and longitude."""

    blocks: tuple[Block, ...]
    coordinates: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page's title, its infoboxes from the top, the coordinates above them, and what its footer says of edits."""

    title: str
    infoboxes: tuple[Infobox, ...]
    coordinates: tuple[str, str] | None
    edited: str
    is_disambiguation: bool


class _Wanted(SoupStrainer):
    """The parts of a page that are read: to build the others, too, takes seconds."""

    def allow_tag_creation(self, nsprefix: str | None, name: str, attrs: Mapping[str, Any] | None) -> bool:
        """Whether an element becomes part of the soup, with all that is in it."""
        told = attrs or {}
        is_box = name == "table" and _BOXES.search(told.get("class") or "") is not None
        return is_box or name in ("h1", "title") or told.get("id") in _IDS

    def allow_string_creation(self, string: str) -> bool:
        """Text between those parts is left out."""
        return False


def read_page(html: str) -> Page:
    """What a page holds, whether or not it is about a city. Raises ValueError for what is no page at all."""
    soup = BeautifulSoup(html, "lxml", parse_only=_Wanted())
    heading = soup.select_one("#firstHeading, h1") or soup.title
    if heading is None:
        raise ValueError("this is no page: it has neither a heading nor a title")
    tables = [table for table in soup.select("table.infobox") if table.find_parent("table") is None]
    above = soup.select_one("#coordinates")
    return Page(
        title=shown(heading),
        infoboxes=tuple(_infobox(table) for table in tables),
        coordinates=_coordinates(above) if above else None,
        edited=shown(soup.select_one("#footer-info-lastmod")),
        is_disambiguation=soup.select_one("#disambigbox, .dmbox-disambig") is not None,
    )


def _infobox(table: Tag) -> Infobox:
    coordinates = _coordinates(table)
    strip(table)
    grown: list[tuple[Row, list[Row]]] = []
    for row in table.find_all("tr"):
        label = row.find("th", recursive=False)
        if label is None or row.find_parent("table") is not table:
            continue
        text = shown(label)
        here = Row(text.lstrip(BULLETS + " "), shown(row.find("td", recursive=False)))
        belongs = text[:1] in BULLETS if text else False
        if grown and (belongs or _CONTINUES.intersection(row.get_attribute_list("class"))):
            grown[-1][1].append(here)
        else:
            grown.append((here, []))
    return Infobox(tuple(Block(head, tuple(rows)) for head, rows in grown), coordinates)


def _coordinates(where: Tag) -> tuple[str, str] | None:
    """The first pair: further down may stand those of the country's capital, or of a monument."""
    first = where.select_one(".latitude, .geo-dec, .geo")
    if first is None:
        return None
    if "latitude" in first.get_attribute_list("class"):
        second = where.select_one(".longitude")
        return (clean(first.get_text()), clean(second.get_text())) if second else None
    # "52.52; 13.405" or "52.52°N 13.405°E"
    parts = clean(first.get_text()).replace(";", " ").split()
    return (parts[0], parts[1]) if len(parts) == 2 else None
