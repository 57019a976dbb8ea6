"""A vendor's answer: bounded bytes, read lazily, records kept as the bytes they came in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import msgspec
from requests.structures import CaseInsensitiveDict

from bellwether.hooks import deep
from bellwether.hooks.links import links
from bellwether.hooks.request import JSON

_OBJECT: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)
_LIST: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_SECONDS = re.compile(r"[0-9]{1,8}")
_FASTEST_CLOCK = timedelta(minutes=5)
_MOST_STRAY = 0.2


class NotJson(ValueError):
    """The answer is not the JSON it should be."""


class NotAsked(ValueError):
    """The answer is of another media type than was asked for."""


class NotAsDocumented(ValueError):
    """The answer lacks what every answer to this question has: it says nothing, which is not "there is nothing"."""


class Answer:
    """Status, headers and body of one answer.

    :param asked_at: our clock when the request left, for vendors that send no ``Date``
    :param url: what was asked for, without its query, which may hold a key
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, asked_at: datetime, url: str = "") -> None:
        self.status = status
        self.headers = headers
        self.body = body.removeprefix(b"\xef\xbb\xbf")  # A byte order mark means nothing (RFC 8259, 8.1).
        self.asked_at = asked_at
        self.url = url

    @property
    def observed_at(self) -> datetime:
        """When the vendor said it: its own ``Date``, so that clocks of several workers do not matter.

        A cache on the way hands out the Date of when it got the answer, and adds its ``Age`` (RFC 9111, 5.1). A clock
        that runs more than five minutes ahead of ours is not believed: its rows would shut out true ones until then.
        """
        age = self.headers.get("Age", "")
        try:
            said_at = http_date(self.headers.get("Date", ""))
            said_at += timedelta(seconds=int(age) if _SECONDS.fullmatch(age) else 0)
        except (ValueError, OverflowError):
            return self.asked_at
        return said_at if said_at - self.asked_at <= _FASTEST_CLOCK else self.asked_at

    @property
    def links(self) -> dict[str, str]:
        """The ``Link`` header's targets by relation. Raises ValueError for a header that cannot be read."""
        return links(self.headers.get("Link", ""))

    @cached_property
    def _fields(self) -> Mapping[str, msgspec.Raw | bytes]:
        return _fields_of(self.body)

    @property
    def media_type(self) -> str:
        """What the body is said to be, without parameters."""
        return self.headers.get("Content-Type", "nothing").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text, by the character set it is said to have, UTF-8 unless said."""
        named = re.search(r"charset=\"?([\w.:-]+)", self.headers.get("Content-Type", ""), re.IGNORECASE)
        try:
            return self.body.decode(named[1] if named else "utf-8", errors="replace")
        except LookupError:  # a character set that Python has not heard of
            return self.body.decode("utf-8", errors="replace")

    def check(self, accept: str) -> None:
        """Raise NotJson or NotAsked unless the body is of this media type; nothing at all it may be with 204 only."""
        if accept != JSON and self.media_type != accept:
            raise NotAsked(f"{len(self.body)} bytes of {self.media_type} in place of {accept}")
        if accept == JSON and not (self.status == 204 and not self.body):
            try:
                _ANYTHING.decode(self.body)
            except msgspec.DecodeError as error:
                raise NotJson(str(error)) from None
            except RecursionError:
                pass  # Whoever reads it finds out which record it is.

    def as_record(self) -> bytes:
        """A page kept whole, as one JSON object: where it stands, when it was last changed, its text."""
        modified = self.headers.get("Last-Modified")
        return msgspec.json.encode({"url": self.url, "last_modified": modified, "html": self.text})

    def said_again(self, confirmation: Answer) -> Answer:
        """This answer, confirmed by a "not modified" that came later."""
        headers = CaseInsensitiveDict({**self.headers})
        headers.update({name: confirmation.headers.get(name, "") for name in ("Date", "Age")})
        return Answer(self.status, headers, self.body, confirmation.asked_at, confirmation.url)

    def raw(self, path: str) -> bytes | None:
        """The bytes at a dotted path, or None where there is nothing (or ``null``)."""
        here: Any = self.body or None
        for number, name in enumerate(path.split(".") if path and here else ()):
            here = (self._fields if number == 0 else _fields_of(here)).get(name)
            if here is None or bytes(here) == b"null":
                return None
        return None if here is None else bytes(here)

    def value(self, path: str) -> Any:
        """The decoded value at a dotted path, or None."""
        raw = self.raw(path)
        try:
            return None if raw is None else msgspec.json.decode(raw)
        except RecursionError:
            raise NotJson("nested too deep") from None

    def records(self, path: str = "", *, is_list: bool = True, known_by: str = "") -> list[bytes]:
        """The records at a dotted path: a list's items, or the object that stands there.

        :param known_by: the dotted path of what every answer to this question has, for vendors that leave a list out
            when it is empty
        Raises NotAsDocumented for an answer that has not what was asked for, which is not the same as having none.
        """
        if self.status == 204 and not self.body:
            raise NotAsDocumented("it is 204, and this vendor does not say so that there is nothing")
        if known_by and self.raw(known_by) is None:
            raise NotAsDocumented(f"there is nothing at `$.{known_by}`, which every answer of this kind has")
        raw = self.raw(path)
        if raw is None and known_by:
            return []
        opening = b"[" if is_list else b"{"
        if raw is None or raw.lstrip()[:1] != opening:
            there = "nothing" if raw is None else "something else"
            raise NotAsDocumented(f"{there} stands at `$.{path}` in place of {'a list' if is_list else 'an object'}")
        return _objects(_items_of(raw)) if is_list else [one_line(raw)]


def http_date(text: str) -> datetime:
    """The moment that a header's date names (RFC 9110, 5.6.7). Raises ValueError."""
    try:
        named = parsedate_to_datetime(text)
        return named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)
    except (TypeError, IndexError, OverflowError):
        raise ValueError(f"no date: {text[:40]!r}") from None


def one_line(record: msgspec.Raw | bytes) -> bytes:
    """A JSON value on one line: raw records are kept as JSON Lines, and some vendors indent."""
    line = bytes(record)
    try:
        return msgspec.json.format(line, indent=-1) if b"\n" in line or b"\r" in line else line
    except RecursionError:
        return line.replace(b"\r", b" ").replace(b"\n", b" ")


def _objects(items: Sequence[msgspec.Raw | bytes]) -> list[bytes]:
    """A list's items as lines. A stray scalar is for staging to reject; many of them make no list of records."""
    lines = [one_line(item) for item in items]
    stray = sum(not line.lstrip().startswith(b"{") for line in lines)
    if stray > _MOST_STRAY * len(lines):
        raise NotAsDocumented(f"{stray} of {len(lines)} items of the list are no objects")
    return lines


def _fields_of(body: bytes | msgspec.Raw) -> Mapping[str, msgspec.Raw | bytes]:
    try:
        return _OBJECT.decode(body)
    except msgspec.DecodeError as error:
        raise NotJson(str(error)) from None
    except RecursionError:
        return {msgspec.json.decode(name, type=str): value for name, value in deep.fields(bytes(body)).items()}


def _items_of(body: bytes) -> Sequence[msgspec.Raw | bytes]:
    try:
        return _LIST.decode(body)
    except msgspec.DecodeError as error:
        raise NotJson(str(error)) from None
    except RecursionError:
        return deep.items(body)
