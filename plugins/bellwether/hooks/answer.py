"""A vendor's answer: bounded bytes, read lazily, records kept as the bytes they came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import msgspec
from requests.utils import parse_header_links

_OBJECT: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)
_LIST: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])


class NotJson(ValueError):
    """The answer is not the JSON it should be."""


class Answer:
    """Status, headers and body of one answer.

    :param asked_at: our clock when the request left, for vendors that send no ``Date``
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, asked_at: datetime) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.asked_at = asked_at

    @property
    def observed_at(self) -> datetime:
        """When the vendor said it: its own ``Date``, so that clocks of several workers do not matter."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return self.asked_at

    @property
    def links(self) -> dict[str, dict[str, str]]:
        """The ``Link`` header's entries by ``rel``."""
        return {link.get("rel", ""): link for link in parse_header_links(self.headers.get("Link", ""))}

    @cached_property
    def _fields(self) -> dict[str, msgspec.Raw]:
        return _decode(_OBJECT, self.body)

    def check_json(self) -> None:
        """Raise NotJson unless the body is JSON, or nothing at all (204)."""
        if self.body:
            _decode(_ANYTHING, self.body)

    def said_again(self, confirmation: Answer) -> Answer:
        """This answer, confirmed by a "not modified" that came later."""
        headers = {**self.headers, "Date": confirmation.headers.get("Date", "")}
        return Answer(self.status, headers, self.body, confirmation.asked_at)

    def raw(self, path: str) -> bytes | None:
        """The bytes at a dotted path, or None where there is nothing (or ``null``)."""
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
