"""A vendor's answer: bounded bytes, read lazily, records kept as the bytes they came in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import msgspec
from requests.structures import CaseInsensitiveDict
from requests.utils import parse_header_links

from bellwether.hooks.request import JSON

_OBJECT: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)
_LIST: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_SECONDS = re.compile(r"[0-9]{1,8}")


class NotJson(ValueError):
    """The answer is not the JSON it should be."""


class NotAsked(ValueError):
    """The answer is of another media type than was asked for."""


class Answer:
    """Status, headers and body of one answer.

    :param asked_at: our clock when the request left, for vendors that send no ``Date``
    :param url: what was asked for, without its query, which may hold a key
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, asked_at: datetime, url: str = "") -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.asked_at = asked_at
        self.url = url

    @property
    def observed_at(self) -> datetime:
        """When the vendor said it: its own ``Date``, so that clocks of several workers do not matter.

        A cache on the way hands out the Date of when it got the answer, and adds its ``Age`` (RFC 9111, 5.1).
        """
        age = self.headers.get("Age", "")
        try:
            said_at = parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return self.asked_at
        return said_at + timedelta(seconds=int(age)) if _SECONDS.fullmatch(age) else said_at

    @property
    def links(self) -> dict[str, dict[str, str]]:
        """The ``Link`` header's entries by ``rel``."""
        return {link.get("rel", ""): link for link in parse_header_links(self.headers.get("Link", ""))}

    @cached_property
    def _fields(self) -> dict[str, msgspec.Raw]:
        return _decode(_OBJECT, self.body)

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
        """Raise NotJson or NotAsked unless the body is of this media type; JSON may be nothing at all (204)."""
        if accept != JSON and self.media_type != accept:
            raise NotAsked(f"{len(self.body)} bytes of {self.media_type} in place of {accept}")
        if accept == JSON and self.body:
            _decode(_ANYTHING, self.body)

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
        if self.status == 204:
            return None
        here: Any = self.body or None
        for number, name in enumerate(path.split(".") if path else ()):
            here = (self._fields if number == 0 else _decode(_OBJECT, here)).get(name)
            if here is None or bytes(here) == b"null":
                return None
        return None if here is None else bytes(here)

    def value(self, path: str) -> Any:
        """The decoded value at a dotted path, or None."""
        raw = self.raw(path)
        return None if raw is None else msgspec.json.decode(raw)

    def records(self, path: str = "") -> list[bytes]:
        """The records at a dotted path: a list's items, or the one object that stands there."""
        raw = self.raw(path)
        if raw is None:
            return []
        if raw.lstrip()[:1] == b"{":
            return [one_line(raw)]
        return [one_line(item) for item in _decode(_LIST, raw)]


def one_line(record: msgspec.Raw | bytes) -> bytes:
    """A JSON value on one line: raw records are kept as JSON Lines, and some vendors indent."""
    line = bytes(record)
    return msgspec.json.format(line, indent=-1) if b"\n" in line or b"\r" in line else line


def _decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise NotJson(str(error)) from None
