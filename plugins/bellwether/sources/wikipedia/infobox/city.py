"""Which labels of an infobox tell what of a city. Values stay texts here; the columns' parsers read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bellwether.sources.wikipedia.infobox.page import Block, Infobox, Page, read_page
from bellwether.sources.wikipedia.infobox.quantities import told_date

# Labels of the whole city say nothing but these: "Total", "City/State", "Capital city and municipality".
_CITY = {"total", "city", "capital", "municipality", "municipal", "commune", "comune", "town", "state", "federal"}
_CITY |= {"population", "proper", "and", "the"}
# And these beside "city" alone: "City and county".
_WITH_CITY = {"county", "consolidated", "district", "region", "local", "government"}
_NO_COUNT = {"density", "rank", "ranking", "demonym", "demonyms", "growth", "gdp", "households"}
# What a label may say beside the words that matter: "September 2019 estimate".
_OF_DATES = re.compile(r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|estimate|census|(?:est|as|of|in)$)")
# Template:Infobox_country has these labels, as have those of dependent territories, provinces and regions.
_OF_A_STATE = re.compile(
    r"(?:(?:capitals?|capital city)(?: and largest (?:city|settlement))?"
    r"|largest (?:city|settlement)|internet tld|cctld)"
    r"\W*(?:\(.*)?$",
    re.IGNORECASE,
)


class NoCity(ValueError):
    """A page that is not a city's, or not built as a city's is; the message says why."""


def city(record: dict[str, Any]) -> Iterator[dict[str, str]]:
    """A page's one city, from a record with its ``html``. Raises NoCity."""
    page = read_page(record["html"])
    infobox = _settlement(page)
    coordinates = infobox.coordinates or page.coordinates
    country = _labelled(infobox, "sovereign state") or _labelled(infobox, "country")
    missing = [what for what, told in (("country", country), ("coordinates", coordinates)) if not told]
    if missing or coordinates is None:
        raise NoCity(f"the infobox of '{page.title}' tells no {' and no '.join(missing)}")
    found = {"title": page.title, "country": country, "edited": page.edited}
    found |= {"latitude": coordinates[0], "longitude": coordinates[1]}
    optional = {"area": _area(infobox), "elevation": _labelled(infobox, "elevation")}
    yield found | {name: text for name, text in optional.items() if text}


def populations(record: dict[str, Any]) -> Iterator[dict[str, str]]:
    """A page's figures of people, from a record with its ``html``: the first of each kind and date. Raises NoCity."""
    page = read_page(record["html"])
    block = _block(_settlement(page), "population")
    assert block is not None
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in block.all_rows:
        kind = _kind(row.label)
        if kind and row.value:
            as_of = _first_dated(row.label, block.head.label, row.value)
            found.setdefault((kind, told_date(as_of)), {"kind": kind, "as_of": as_of, "population": row.value})
    if not found:
        raise NoCity(f"the Population block of '{page.title}' tells no total")
    yield from found.values()


def _settlement(page: Page) -> Infobox:
    """The first infobox that tells of a population: a page may have others, of a station or a monument."""
    if page.is_disambiguation:
        raise NoCity(f"'{page.title}' is a page that tells namesakes apart, not a city's")
    if not page.infoboxes:
        raise NoCity(f"'{page.title}' has no infobox")
    for infobox in page.infoboxes:
        if _block(infobox, "population"):
            if of_state := _label_of_a_state(infobox):
                raise NoCity(f"the infobox of '{page.title}' has a row '{of_state}': it is of a country or a region")
            return infobox
    raise NoCity(f"the infobox of '{page.title}' has no Population: it is no city's, or built in a new way")


def _label_of_a_state(infobox: Infobox) -> str:
    """The first label that only countries, territories and regions have; empty for a city's infobox."""
    heads = [block.head.label for block in infobox.blocks]
    return next((head for head in heads if _OF_A_STATE.match(head)), "")


def _block(infobox: Infobox, name: str) -> Block | None:
    return next((block for block in infobox.blocks if _words(block.head.label) == [name]), None)


def _words(label: str) -> list[str]:
    """A label's words in lower case, without what is in brackets and without dates."""
    bare = re.sub(r"\([^)]*\)?", " ", label.lower())
    return [word for word in re.findall(r"[a-z]+", bare) if not _OF_DATES.match(word)]


def _kind(label: str) -> str | None:
    """Whose people a row counts; None for densities, ranks and parts of a city."""
    words = _words(label)
    if _NO_COUNT.intersection(words):
        return None
    if words and words[0].startswith(("urban", "agglomeration", "conurbation")):
        return "urban"
    if words and words[0].startswith("metro"):
        return "metro"
    whole = _CITY | _WITH_CITY if "city" in words else _CITY
    return "city" if whole.issuperset(words) else None


def _first_dated(*texts: str) -> str:
    """The first text that tells a date: a row's own label, else its block's, else what stands beside the figure."""
    in_brackets = [*texts[:-1], *re.findall(r"\(([^)]*)\)", texts[-1])]
    return next((text for text in in_brackets if told_date(text)), "")


def _area(infobox: Infobox) -> str:
    block = _block(infobox, "area")
    rows = (block.head, *(row for row in block.rows if _kind(row.label) == "city")) if block else ()
    return next((row.value for row in rows if row.value), "")


def _labelled(infobox: Infobox, name: str) -> str:
    """What stands beside a label, wherever it is."""
    rows = [row for block in infobox.blocks for row in block.all_rows]
    return next((row.value for row in rows if row.value and " ".join(_words(row.label)) == name), "")
