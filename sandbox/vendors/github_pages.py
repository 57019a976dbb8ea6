"""GitHub's paging: numbered pages and Link headers whose addresses go by the repository's id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from sandbox.answers import root_url
from sandbox.vendors.github_addresses import Repository

DEFAULT_PAGE = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """The page a request asks for; too large a size and nonsense are put right silently, as GitHub does."""

    number: int
    size: int

    @classmethod
    def of(cls, request: Request, cap: int) -> Asked:
        """From `page` and `per_page`."""
        size = _whole(request.query_params.get("per_page"), DEFAULT_PAGE)
        return cls(_whole(request.query_params.get("page"), 1), min(size, cap))

    def cut(self, records: Sequence[T]) -> Sequence[T]:
        """The page's records."""
        return records[(self.number - 1) * self.size : self.number * self.size]

    def last(self, count: int) -> int:
        """The number of the last page of `count` records."""
        return max(1, -(-count // self.size))


def numbered(request: Request, repository: Repository, asked: Asked, count: int) -> dict[str, str]:
    """The Link header of a numbered page; none when everything fits on one."""
    last = asked.last(count)
    pages: dict[str, int] = {}
    if asked.number > 1:
        pages |= {"prev": min(asked.number - 1, last), "first": 1}
    if asked.number < last:
        pages |= {"next": asked.number + 1, "last": last}
    if request.scope.get("repeat_page"):
        pages["next"] = asked.number
    return link(request, repository, {rel: {"page": str(page)} for rel, page in pages.items()})


def link(request: Request, repository: Repository, relations: dict[str, dict[str, str]]) -> dict[str, str]:
    """A Link header; each relation is this request with some parameters changed."""
    if not relations:
        return {}
    tail = re.sub(r"^/github/(repos/[^/]+/[^/]+|repositories/[^/]+)", "", request.url.path)
    here = f"{root_url(request)}/github/repositories/{repository.id}{tail}"
    query = dict(request.query_params)
    links = [f'<{here}?{urlencode(query | changed)}>; rel="{rel}"' for rel, changed in relations.items()]
    return {"Link": ", ".join(links)}


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and 0 < int(text) < 10**9 else default
