"""Wikipedia: the pages of the watched cities: country, area, elevation, coordinates, and how many live there.

API: none; pages of https://en.wikipedia.org/wiki/, by the rules of https://wikitech.wikimedia.org/wiki/Robot_policy.
No credentials. Watched are the cities of include/cities.toml, which gives each page's title; the extra may name
fewer in ``cities``, a ``contact`` (an address of mail or a page, sent along for Wikimedia to complain to) and
``requests_per_second`` (2; pages are asked for one after another).

What bites:

- A page is kept whole, and read when it is staged: a better reader can be run over the pages in the lake. One that
  has no infobox, or is no city's, is rejected with the reason; the other cities go on.
- Labels are not stable ("• Total", "• City/State", "Population (2021)"), and the same label stands in several
  blocks: what is read is found by block and label. An elevation told as a range is its average, else its middle.
- A population counts for the day, month or year that the page tells, in the heading or beside the label. A new
  figure is a new row; one that the page does not date replaces the undated one before it.
- A page tells how things stand when it is asked for, whatever the window. It costs a 304 while it is unchanged,
  and so does the second of the two streams.
- Clients that do not say who they are get 403, hasty ones 429. robots.txt is asked for once a run and obeyed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

import requests

from bellwether.hooks.api import ApiHook
from bellwether.hooks.errors import ApiError, Forbidden, NotFound
from bellwether.hooks.request import HTML, Request
from bellwether.hooks.source import Limit, Source
from bellwether.hooks.stream import WHOLE, Column, Stream
from bellwether.places import WATCHED, read_cities, watched_cities
from bellwether.sources import operator_on_demand
from bellwether.sources.wikipedia.infobox import quantities
from bellwether.sources.wikipedia.robots import Robots
from bellwether.window import Window

AGENT = "bellwether"
_PAGE = "/wiki/{subject}"


def _city(record: dict[str, Any]) -> Iterator[dict[str, str]]:
    from bellwether.sources.wikipedia.infobox.city import city  # Beautiful Soup: only whoever stages needs it.

    return city(record)


def _populations(record: dict[str, Any]) -> Iterator[dict[str, str]]:
    from bellwether.sources.wikipedia.infobox.city import populations

    return populations(record)


CITIES = Stream(
    name="cities",
    path=_PAGE,
    subject_column="city_id",
    named_by=watched_cities,
    accept=HTML,
    unfold=_city,
    conditional=True,
    snapshot=True,
    slice=WHOLE,
    key=(),
    columns=(
        Column("title", required=True),
        Column("country", required=True),
        Column("area_km2", "number", "area", parse=quantities.told(quantities.square_km)),
        Column("elevation_m", "number", "elevation", parse=quantities.told(quantities.metres)),
        Column("latitude", "number", required=True, parse=quantities.latitude),
        Column("longitude", "number", required=True, parse=quantities.longitude),
        Column("revised_at", "timestamp", "edited", parse=quantities.told(quantities.edited_at)),
    ),
)
POPULATIONS = Stream(
    name="populations",
    path=_PAGE,
    subject_column="city_id",
    named_by=watched_cities,
    accept=HTML,
    unfold=_populations,
    conditional=True,
    snapshot=True,
    slice=WHOLE,
    key=("kind", "as_of"),
    columns=(
        Column("kind", required=True),
        Column("as_of", required=True, parse=quantities.told_date),
        Column("year", "integer", "as_of", parse=quantities.told_year),
        Column("population", "integer", required=True, parse=quantities.count),
    ),
)

SOURCE = Source(
    name="wikipedia",
    title="Wikipedia",
    streams=(CITIES, POPULATIONS),
    base_url="https://en.wikipedia.org",
    watched=WATCHED,
    example='{"conn_type": "http", "extra": {"contact": "you@example.com", "cities": ["berlin"]}}',
    rights=(
        "none; `contact` is sent along, as Wikimedia asks of programs that read its pages; without `cities`, all of "
        "cities.toml are read"
    ),
    credentials="",
    # What a person with many tabs would do.
    limits=(Limit(2, 1.0, "requests_per_second"),),
    schedule="30 5 1 * *",
    concurrency=1,
)


class WikipediaHook(ApiHook):
    """Reads the pages of all cities, or of those named in the connection's extra."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """Who asks, as https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy wants it."""
        contact = self.service.option("contact", "an Airflow DAG bundle")
        if not isinstance(contact, str) or not (contact.isascii() and contact.isprintable()):
            raise self.service.bad("has a 'contact' in its extra that is no address of mail or a page")
        return {"User-Agent": f"{AGENT}/1.0 ({contact}) python-requests/{requests.__version__}"}

    def first_request(self, stream: Stream, subject: str, window: Window) -> Request:
        """The city's page, if robots.txt lets us have it. Raises Forbidden, or what kept robots.txt from being read."""
        title = quote(read_cities()[subject].page.replace(" ", "_"), safe="/:,()!*@$;'")
        robots = self._robots
        if isinstance(robots, ApiError):
            raise robots
        path = stream.path.format(subject=title)
        if not robots.allows(path):
            raise Forbidden(
                f"'{self.http_conn_id}': robots.txt of {self.service.base_url} does not allow {AGENT} to read {path}; "
                "it was not asked for."
            )
        robots.pace.wait()
        return super().first_request(stream, title, window)

    @cached_property
    def _robots(self) -> Robots | ApiError:
        """The site's rules, asked for once; what kept them from being read is kept, too."""
        request = Request("GET", f"{self.service.base_url}/robots.txt", accept="text/plain")
        try:
            return Robots(self.sender.send(request).text, AGENT)
        except NotFound:
            return Robots("", AGENT)  # No rules, no limits: RFC 9309, 2.3.1.3.
        except Forbidden as refused:
            return Forbidden(f"{refused} Whoever does not say who asks is turned away: set 'contact' in its extra.")
        except ApiError as problem:
            return problem


__getattr__ = operator_on_demand(WikipediaHook)
