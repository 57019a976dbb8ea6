"""Whole pages: of cities, of what shares a name with one, and of cities that somebody has rewritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

from sandbox.vendors import wikipedia_infobox as box
from sandbox.vendors.wikipedia_cities import infobox, year_told
from sandbox.vendors.wikipedia_infobox import NEWER
from sandbox.world.cities import City, cities

TWISTS = ("no_infobox", "changed_infobox", "no_city")


def city_titled(title: str) -> City | None:
    """The city whose page has this title."""
    return next((city for city in cities() if city.page == title), None)


def revised_at(city: City, now: datetime) -> datetime:
    """When the page was last edited: once a month, on a day of its own."""
    day, hour = 1 + sum(city.id.encode()) % 27, sum(city.id.encode()) % 24
    this_month = now.astimezone(UTC).replace(day=day, hour=hour, minute=14, second=0, microsecond=0)
    if this_month <= now:
        return this_month
    return (this_month.replace(day=1) - timedelta(days=1)).replace(day=day)


def city_page(city: City, now: datetime, twist: str | None = None) -> str:
    """The city's page as it stands, or with a twist: one of TWISTS."""
    at = revised_at(city, now)
    if twist == "no_city":
        return _page(city.page, _company(city), at)
    body = "" if twist == "no_infobox" else infobox(city, at)
    if twist == "changed_infobox":
        body = body.replace("Population", "Inhabitants")
    return _page(city.page, f"{body}<p><b>{escape(city.name)}</b> is a city. {_year(at)}</p>", at)


def disambiguation(title: str, now: datetime) -> str:
    """A page that tells namesakes apart."""
    items = "".join(f"<li>{escape(title)} ({what})</li>" for what in ("ship", "song", "village"))
    note = '<table id="disambigbox" class="metadata plainlinks dmbox dmbox-disambig">'
    return _page(title, f"<p>{escape(title)} may be:</p><ul>{items}</ul>{note}<tr><td></td></tr></table>", now)


def _company(city: City) -> str:
    rows = [box.single(NEWER, "Founded", "1921"), box.single(NEWER, "Headquarters", city.name)]
    rows += [box.single(NEWER, "Number of employees", "4,100 (2023)")]
    return box.table(box.FRENCH, f"{city.name} Tramways", rows) + "<p>It runs trams.</p>"


def _year(now: datetime) -> str:
    return f"Its figures are those of {year_told(now)}, or of the last census."


def _page(title: str, body: str, at: datetime) -> str:
    edited = f"{at.day} {at:%B %Y}, at {at:%H:%M}"
    content = f'<div id="mw-content-text"><div class="mw-parser-output" lang="en">{body}</div></div>'
    return (
        f'<!DOCTYPE html><html class="client-nojs" lang="en" dir="ltr"><head><meta charset="UTF-8">'
        f"<title>{escape(title)} - Wikipedia</title></head><body>"
        f'<h1 id="firstHeading" class="firstHeading mw-first-heading"><span class="mw-page-title-main">{escape(title)}'
        f'</span></h1>{content}<ul id="footer-info"><li id="footer-info-lastmod"> This page was last edited on {edited}'
        '<span class="anonymous-show">&#160;(UTC)</span>.</li></ul></body></html>'
    )
