"""The pages that a system keeps in the lake: the latest one, one by its id, and which there are.

`<prefix><id>/<file>` is a page, `<prefix>latest.html` the newest, and `<prefix>spoken.txt` what it says in a few
sentences for the ear. An id is a moment, and where one moment has several pages, more moments: `<stamp>[--<stamp>…]`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bellwether.lake.bucket import Lake, NotInLake
from bellwether.pages.registry import Kept
from bellwether.window import STAMP

LONGEST_BYTES = 64 * 1024 * 1024
_STAMP = r"\d{8}T\d{6}Z"
_ID = re.compile(rf"{_STAMP}(?:--{_STAMP}){{0,2}}")
_AS_OF = "as_of"


class NoPage(LookupError):
    """There is no such page; the message says what to do."""


class TooLarge(ValueError):
    """An object that no page of ours can be."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the latest page says in a few sentences, and the moment it is of."""

    as_of: datetime
    text: str


def is_id(text: str) -> bool:
    """Whether a text can be a page's id.

    >>> is_id("20261122T060000Z--20260927T000000Z--20261122T060000Z"), is_id("20261122T060000Z"), is_id("../raw")
    (True, True, False)
    """
    return _ID.fullmatch(text) is not None


def moment_in(page_id: str) -> str:
    """The moment in a page's id, as people write it.

    >>> moment_in("20261122T060000Z--20260927T000000Z--20261122T060000Z")
    '2026-11-22 06:00 UTC'
    """
    # Not parsed: digits make an id, and they need not make a date.
    return f"{page_id[:4]}-{page_id[4:6]}-{page_id[6:8]} {page_id[9:11]}:{page_id[11:13]} UTC"


class Shelf:
    """The kept pages of one system in a lake."""

    def __init__(self, lake: Lake, kept: Kept) -> None:
        self._lake, self._kept = lake, kept

    def key(self, page_id: str) -> str:
        """Where a page lies in the lake."""
        return f"{self._kept.prefix}{page_id}/{self._kept.file}"

    def put(self, page_id: str, html: str) -> str:
        """Keep a page; returns its key."""
        self._lake.put(self.key(page_id), html.encode())
        return self.key(page_id)

    def put_latest(self, as_of: datetime, html: str, spoken: str = "") -> bool:
        """Keep a page as the latest, unless one of a later moment is that; tells whether it was kept."""
        stamp = f"{as_of.astimezone(UTC):{STAMP}}"
        if self._stamp_of_latest() > stamp:
            return False
        self._lake.put(f"{self._kept.prefix}spoken.txt", spoken.encode(), {_AS_OF: stamp})
        self._lake.put(f"{self._kept.prefix}latest.html", html.encode(), {_AS_OF: stamp})
        return True

    def latest(self) -> bytes:
        """The newest page's HTML. Raises NoPage, TooLarge."""
        return self._read(f"{self._kept.prefix}latest.html")

    def page(self, page_id: str) -> bytes:
        """A page's HTML. Raises NoPage, TooLarge."""
        if not is_id(page_id):
            raise NoPage(f"That is no name of a {self._kept.one}.")
        return self._read(self.key(page_id))

    def spoken(self) -> Spoken | None:
        """What the latest page says; None while there is none, or it says nothing."""
        try:
            text, metadata = self._lake.get(f"{self._kept.prefix}spoken.txt")
        except NotInLake:
            return None
        as_of = datetime.strptime(metadata[_AS_OF], STAMP).replace(tzinfo=UTC)
        return Spoken(as_of, text.decode()) if text else None

    def ids(self, most: int = 200) -> list[str]:
        """The ids of the newest pages, the newest first."""
        return list(deque(self._all_ids(), maxlen=most))[::-1]

    def _all_ids(self) -> Iterator[str]:
        client = self._lake.client
        listed = client.get_paginator("list_objects_v2").paginate(
            Bucket=self._lake.bucket, Prefix=self._kept.prefix, Delimiter="/"
        )
        for part in listed:
            for folder in part.get("CommonPrefixes", ()):
                name = folder["Prefix"].removeprefix(self._kept.prefix).rstrip("/")
                if is_id(name):
                    yield name

    def _read(self, key: str) -> bytes:
        try:
            size = self._lake.size(key)
            if size > LONGEST_BYTES:
                raise TooLarge(f"{key} has {size:,} bytes; a page has {LONGEST_BYTES:,} at the most.")
            return self._lake.get(key)[0]
        except NotInLake:
            raise NoPage(
                f"There is no such {self._kept.one}. The DAG '{self._kept.dag}' makes them: run it once."
            ) from None

    def _stamp_of_latest(self) -> str:
        try:
            return self._lake.get(f"{self._kept.prefix}spoken.txt")[1].get(_AS_OF, "")
        except NotInLake:
            return ""
