"""How services hand out further pages; named as dlt's rest_api names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urljoin

from bellwether.hooks.answer import Answer
from bellwether.hooks.request import Request


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
        url = answer.links.get("next", {}).get("url")
        return Request(request.method, urljoin(request.url, url)) if url else None


@dataclass(frozen=True)
class JsonLink:
    """A next link inside the answer, at a dotted path."""

    path: str

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        url = answer.value(self.path)
        return Request(request.method, urljoin(request.url, url)) if url else None


@dataclass(frozen=True)
class PageNumber:
    """Pages counted from 1 up to a total that the answer tells."""

    total_path: str
    param: str = "page"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        page = int(request.query.get(self.param, 1))
        if page >= int(answer.value(self.total_path) or 0):
            return None
        return replace(request, query={**request.query, self.param: page + 1})


@dataclass(frozen=True)
class Offset:
    """Rows skipped, inside the request's JSON body, until a total that the answer tells.

    Counted are the rows that came: a page may hold fewer than were asked for.
    """

    total_path: str
    offset_param: str = "offset"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        body = request.body or {}
        offset = int(body.get(self.offset_param, 0)) + record_count
        if record_count == 0 or offset >= int(answer.value(self.total_path) or 0):
            return None
        return replace(request, body={**body, self.offset_param: offset})


@dataclass(frozen=True)
class Cursor:
    """An opaque token from the answer, sent back as a parameter."""

    path: str
    param: str = "cursor"

    def next(self, request: Request, answer: Answer, record_count: int) -> Request | None:
        token = answer.value(self.path)
        return replace(request, query={**request.query, self.param: token}) if token else None
