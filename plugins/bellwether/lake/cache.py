"""Answers kept in the lake, so that a vendor can answer "not modified" (RFC 9110, 13.1.2)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from bellwether.hooks.answer import Answer
from bellwether.lake.bucket import Lake, NotInLake

_KEPT_HEADERS = ("ETag", "Last-Modified", "Link", "Date", "Content-Type")


class LakeCache:
    """Stores a source's last answer to each request under ``cache/<source>/``."""

    def __init__(self, lake: Lake, source: str) -> None:
        self._lake = lake
        self._source = source

    def _key(self, identity: str) -> str:
        return f"cache/{self._source}/{hashlib.sha256(identity.encode()).hexdigest()}"

    def get(self, identity: str) -> Answer | None:
        """The stored answer to a request, or None."""
        try:
            body, metadata = self._lake.get(self._key(identity))
        except NotInLake:
            return None
        headers = msgspec.json.decode(metadata["headers"], type=dict[str, str])
        return Answer(200, headers, body, datetime.now(UTC))

    def put(self, identity: str, answer: Answer) -> None:
        """Store an answer with the headers that are needed again, none of which is secret."""
        headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        self._lake.put(self._key(identity), answer.body, {"headers": msgspec.json.encode(headers).decode()})
