"""Misbehaviour on request: which answer goes wrong, and how.

A vendor says the kinds of SAID_BY_VENDOR in its own words, and does those of DONE_BY_VENDOR that it knows; the
others change the true answer or hold it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.spoiled_pages import grown, spoiled

SAID_BY_VENDOR = frozenset({"429", "500", "502", "secondary_limit", "quota", "expired_token", "forbidden", "gone"})
DISTORTED = frozenset({"malformed", "extra_field"})
DONE_BY_VENDOR = frozenset({"repeat_page", "no_infobox", "changed_infobox", "no_city", "closed_to_robots"})
KINDS = SAID_BY_VENDOR | DISTORTED | DONE_BY_VENDOR | {"stall", "cut", "html", "garbage"}

HTML = b"<!DOCTYPE html><html><title>Just a moment</title><body><h1>One moment, please</h1></body></html>"
GARBAGE = b'{"data": [{"id": 1, "status": tru'


@dataclass
class Misbehaviour:
    """`count` answers of `vendor` go wrong after `after` good ones; `path` is any part of path and query.

    seconds: how long a stall lasts, or how long the client is told to wait.
    field: for malformed, the dotted path inside a record to spoil instead of the usual one.
    """

    vendor: str
    kind: str
    path: str = ""
    count: int = 1
    after: int = 0
    seconds: int | None = None
    field: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; there are {', '.join(sorted(KINDS))}")

    @property
    def wait_seconds(self) -> int:
        """`seconds`, or a minute for a stall and one second (tests are in a hurry) for the others."""
        if self.seconds is not None:
            return self.seconds
        return 60 if self.kind == "stall" else 1


class Misbehaviours:
    """The misbehaviours asked for, in the order they were."""

    def __init__(self) -> None:
        self._asked: list[Misbehaviour] = []

    def add(self, misbehaviour: Misbehaviour) -> None:
        """Expect one more."""
        self._asked.append(misbehaviour)

    def clear(self) -> None:
        """Behave again."""
        self._asked.clear()

    def take(self, vendor: str, target: str) -> Misbehaviour | None:
        """What goes wrong with this request (path and query), if anything; counts it as done."""
        for asked in self._asked:
            if asked.vendor != vendor or asked.path not in target or not asked.count:
                continue
            if asked.after:
                asked.after -= 1
                continue
            asked.count -= 1
            return asked
        return None


@dataclass(frozen=True, slots=True)
class Spoiling:
    """Where the records of an answer stand (a|b: in the first there is) and which field of one gets a wrong type.

    path: a regular expression that the answer's path matches; the first of a vendor's that does counts.
    """

    path: str
    records: str
    field: str
    wrong: Any


def distort(asked: Misbehaviour, path: str, body: bytes, spoilings: Iterable[Spoiling]) -> bytes:
    """The body with its middle record spoiled (malformed) or with a field nobody documents (extra_field)."""
    if body.startswith(b"<!DOCTYPE html>"):
        page = body.decode()
        return (spoiled(page, asked.field) if asked.kind == "malformed" else grown(page)).encode()
    spoiling = next((known for known in spoilings if re.search(known.path, path)), None)
    if spoiling is None or not body:
        return body
    answer = json.loads(body)
    where = next((name for name in spoiling.records.split("|") if name in answer), None)
    record = _middle(answer[where] if where else answer)
    if record is not None:
        change = _spoil(asked.field or spoiling.field, spoiling.wrong) if asked.kind == "malformed" else _grow
        change(record)
    return json.dumps(answer).encode()


def _middle(records: Any) -> Any:
    if isinstance(records, list):
        return records[len(records) // 2] if records else None
    return records


def _spoil(field: str, wrong: Any) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        *parents, last = field.split(".")
        for name in parents:
            record = record[int(name)] if isinstance(record, list) else record[name]
        record[last] = wrong

    return change


def _grow(record: Any) -> None:
    record["undocumented"] = {"added": "by the sandbox", "values": [1, None]}
