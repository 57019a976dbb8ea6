"""How services hand out further pages; named as dlt's rest_api names them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from bellwether.hooks.address import join
from bellwether.hooks.answer import Answer, NotAsDocumented
from bellwether.hooks.request import Request

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Paginator(Protocol):
    """Finds the request for the page after ``answer``, or None after the last one."""

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None: ...


@dataclass(frozen=True)
class SinglePage:
    """The answer is all there is."""

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        return None


@dataclass(frozen=True)
class HeaderLink:
    """The ``Link`` header's ``next``, followed to the letter (RFC 8288)."""

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        url = answer.links.get("next")
        return Request(request.method, join(request.url, url)) if url is not None else None


@dataclass(frozen=True)
class Anchored:
    """As HeaderLink, for a list in order of a time that may change: each page is asked for anew from the last one on.

    By number, a record that moves to the list's end while it is paged draws another one onto a page that was read.

    :param param: the query's parameter that leaves out what is older; records of just then have to be in
    :param path: the field of a record by which the list is in order, the oldest first; RFC 3339 in UTC
    """

    param: str
    path: str

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        following = HeaderLink().next(request, answer, record_count)
        if following is None:
            return None
        query = dict(parse_qsl(urlsplit(request.url).query)) | {k: str(v) for k, v in request.query.items()}
        times = [self._time(record) for record in answer.records()]
        if not times or times != sorted(times) or times[-1] <= query.get(self.param, ""):
            return following  # Not in order, or as many as a page holds have the same time.
        kept = {name: value for name, value in query.items() if name != "page"} | {self.param: times[-1]}
        return Request(request.method, f"{request.url.partition('?')[0]}?{urlencode(kept)}")

    def _time(self, record: bytes) -> str:
        try:
            found = msgspec.json.decode(record, type=dict[str, msgspec.Raw]).get(self.path, b'""')
            time = msgspec.json.decode(found, type=str)
            return time if _TIME.fullmatch(time) else ""
        except (msgspec.DecodeError, RecursionError):
            return ""  # Staging rejects it and says why.


@dataclass(frozen=True)
class JsonLink:
    """A next link inside the answer, at a dotted path: absent on the last page, what is above it never."""

    path: str

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        url = _below(answer, self.path)
        return Request(request.method, join(request.url, url)) if url else None


@dataclass(frozen=True)
class PageNumber:
    """Pages counted from 1 up to a total that the answer tells."""

    total_path: str
    param: str = "page"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        page, total = int(request.query.get(self.param, 1)), _total(answer, self.total_path)
        if page >= total:
            return None
        if record_count == 0:
            raise NotAsDocumented(f"page {page} of {total} is empty")
        return replace(request, query={**request.query, self.param: page + 1})


@dataclass(frozen=True)
class Offset:
    """Rows skipped, inside the request's JSON body, until a total that the answer tells.

    Counted are the rows that came: a page may hold fewer than were asked for. Without any rows, and nothing skipped,
    a vendor may leave out the total.
    """

    total_path: str
    offset_param: str = "offset"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        body = request.body or {}
        skipped = int(body.get(self.offset_param, 0))
        if record_count == skipped == 0 and not answer.value(self.total_path):
            return None
        offset, total = skipped + record_count, _total(answer, self.total_path)
        if offset >= total:
            return None
        if record_count == 0:
            raise NotAsDocumented(f"no rows came after {offset} of {total}")
        return replace(request, body={**body, self.offset_param: offset})


@dataclass(frozen=True)
class Cursor:
    """An opaque token from the answer, sent back as a parameter; null or absent on the last page."""

    path: str
    param: str = "cursor"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        token = _below(answer, self.path)
        return replace(request, query={**request.query, self.param: token}) if token else None


def _total(answer: Answer, path: str) -> int:
    total = answer.value(path)
    if not isinstance(total, int | float | str) or isinstance(total, bool):
        raise NotAsDocumented(f"there is no number at `$.{path}`, by which pages are counted")
    return int(total)


def _below(answer: Answer, path: str) -> str | None:
    """The text at a path, or None; raises NotAsDocumented for something else, or when what is above it is missing."""
    above = path.rpartition(".")[0]
    if above and answer.raw(above) is None:
        raise NotAsDocumented(f"there is nothing at `$.{above}`, where the next page is named")
    found = answer.value(path)
    if not isinstance(found, str | None):
        raise NotAsDocumented(f"no text stands at `$.{path}`, where the next page is named")
    return found
