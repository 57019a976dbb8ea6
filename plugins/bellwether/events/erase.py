"""People and devices removed from everything: raw, refused, clean, sessions, aggregates, tables, models' files.

Who is to be erased is put on a list first, ``state/erased/``, and job 1 leaves them out from then on: neither a segment
that comes later nor a table made anew from raw brings anybody back. The list holds digests, no names.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

import msgspec

from bellwether.events import state
from bellwether.events.clean.lines import read_lines, unpacked, user_of
from bellwether.events.envelope import RAW, REJECTED
from bellwether.events.state import State
from bellwether.lake import Lake

PREFIX = "state/erased/"
MODELS = "models/"
OURS = ("clean/", "typed/", "sessions/", "identities/", "aggregates/", "state/events_")
"""Where the parts of the tables lie."""
ERASED = "erased"
"""What stands in other people's events where they named somebody who was erased."""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be forgotten: users by their ids, devices by the path part of their requests."""

    tracking: str
    users: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.users, *self.instances))


class Receipt(msgspec.Struct, kw_only=True):
    """What an erasure has rewritten; of who was erased it says how many alone."""

    tracking: str
    users: int
    instances: int
    asked_at: datetime
    removed_lines: int = 0
    redacted_lines: int = 0
    rewritten: list[str] = []
    deleted_objects: int = 0
    days: list[str] = []


class Erased:
    """The list of who is to be left out, as digests."""

    def __init__(self, lake: Lake) -> None:
        self._digests = {key.removeprefix(PREFIX) for key in lake.keys(PREFIX)}

    def has(self, tracking: str, instance: str, user: str | None) -> bool:
        """Whether an event is of somebody on the list."""
        return bool(self._digests) and (
            _digest(tracking, "instance", instance) in self._digests
            or (user is not None and _digest(tracking, "user", user) in self._digests)
        )


def put_on_list(lake: Lake, erasure: Erasure) -> None:
    """Have job 1 leave them out from now on."""
    for kind, names in (("user", erasure.users), ("instance", erasure.instances)):
        for name in names:
            lake.put_if_absent(f"{PREFIX}{_digest(erasure.tracking, kind, name)}", b"")


def rewrite_raw(lake: Lake, erasure: Erasure, theirs: Collection[str], receipt: Receipt) -> None:
    """Take them out of all that the collector left, and out of models' files.

    Their lines go; where somebody else's name them, the name does.

    :param theirs: ids of events that are theirs although they do not name them, for they were signed in
    """

    def of_line(line: bytes) -> bytes | None:
        (found,) = read_lines(line).lines or (None,)
        if found is None:
            return None if _names(line, erasure) else line
        is_theirs = found.tracking == erasure.tracking and (
            found.instance in erasure.instances
            or user_of(bytes(found.event.data)) in erasure.users
            or found.event.meta.id.lower() in theirs
        )
        return None if is_theirs else _redacted(line, erasure)

    def of_refusal(line: bytes) -> bytes | None:
        return None if _names(line, erasure) else line

    # With events that do not name them every line has to be read; else only those with a name in them.
    wanted = () if theirs else tuple(json.dumps(name).encode()[1:-1] for name in erasure.names)
    for prefix, change in ((f"{RAW}/dt=", of_line), (f"{REJECTED}/dt=", of_refusal)):
        for key in lake.keys(prefix):
            _rewrite(lake, key, change, wanted, receipt)
    for key in lake.keys(MODELS):
        body = lake.get(key)[0]
        if key.endswith(".json") and (after := _redacted(body, erasure)) != body:
            lake.put(key, after, lake.get(key)[1])
            receipt.rewritten.append(key)


def sweep(lake: Lake, newest: State) -> Iterator[str]:
    """Delete every part that the newest version does not name, and all versions before it; yields their keys."""
    kept = newest.keys()
    for prefix in OURS:
        for key in list(lake.keys(prefix)):
            if key not in kept and key.endswith(".parquet"):
                lake.delete(key)
                yield key
    for key in list(lake.keys(state.PREFIX))[:-1]:
        lake.delete(key)


def _rewrite(
    lake: Lake, key: str, change: Callable[[bytes], bytes | None], wanted: tuple[bytes, ...], receipt: Receipt
) -> None:
    lines = unpacked(lake.get(key)[0]).splitlines()
    changed = [(line, change(line) if _has(line, wanted) else line) for line in lines]
    removed = sum(after is None for _, after in changed)
    redacted = sum(after is not None and after != line for line, after in changed)
    if removed or redacted:
        receipt.removed_lines += removed
        receipt.redacted_lines += redacted
        receipt.rewritten.append(key)
        lake.put(key, gzip.compress(b"".join(after + b"\n" for _, after in changed if after is not None)))


def _has(line: bytes, wanted: tuple[bytes, ...]) -> bool:
    return not wanted or b"\\u" in line or any(one in line for one in wanted)


def _names(text: bytes, erasure: Erasure) -> bool:
    return any(name.encode() in text or json.dumps(name).encode()[1:-1] in text for name in erasure.names)


def _redacted(text: bytes, erasure: Erasure) -> bytes:
    """JSON without the names: as values and as keys, wherever they stand by themselves."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    after = _without(found, erasure.names)
    return text if after == found else msgspec.json.encode(after)


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, names) for key, inner in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(inner, names) for inner in value]
    is_name = isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) in names
    return ERASED if is_name else value


def _digest(tracking: str, kind: str, name: str) -> str:
    return hashlib.sha256(f"{tracking}\n{kind}\n{name}".encode()).hexdigest()


def theirs_by_sign_in(lake: Lake, erasure: Erasure) -> tuple[set[str], set[str]]:
    """Ids of the events of devices on which one of the users was signed in, and the days of all that is theirs."""
    import pyarrow.parquet as pq

    newest = state.newest(lake)
    timelines = {*(f"device:{one}" for one in erasure.instances), *(f"user:{one}" for one in erasure.users)}
    people = {f"user:{one}" for one in erasure.users}
    days = set()
    for label, parts in newest.parts("use").items():
        for part in parts:
            frame = pq.read_table(io.BytesIO(lake.get(part.key)[0]), columns=["tracking", "timeline", "person"])
            if any(
                row["tracking"] == erasure.tracking and (row["timeline"] in timelines or row["person"] in people)
                for row in frame.to_pylist()
            ):
                days.add(label)
    return _signed_in(lake, newest, erasure), days


def _signed_in(lake: Lake, newest: State, erasure: Erasure) -> set[str]:
    import pyarrow.parquet as pq

    def rows(table: str, columns: list[str]) -> Iterator[dict[str, Any]]:
        for parts in newest.parts(table).values():
            for part in parts:
                found = pq.read_table(io.BytesIO(lake.get(part.key)[0]), columns=columns)
                yield from (row for row in found.to_pylist() if row["tracking"] == erasure.tracking)

    spans: dict[str, list[tuple[int, int]]] = {}
    for row in rows("identities", ["tracking", "timeline", "user_id", "valid_from_ms", "valid_to_ms"]):
        if row["user_id"] in erasure.users:
            spans.setdefault(row["timeline"], []).append((row["valid_from_ms"], row["valid_to_ms"]))
    if not spans:
        return set()
    return {
        row["id"]
        for row in rows("clean", ["tracking", "timeline", "id", "user_id", "client_ms", "shift_ms"])
        if row["user_id"] is None
        and any(start <= row["client_ms"] + row["shift_ms"] < end for start, end in spans.get(row["timeline"], ()))
    }
