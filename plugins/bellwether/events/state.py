"""What the tables of product events consist of: versions of one small object, each written once.

``state/events/<version>.json`` names every part of every table and every segment that has been read. A run writes new
parts and then the next version; of two runs at once one succeeds, and the other begins again from what that one left.
Killed at any point, nothing that a reader sees has changed. What no version names any more is deleted an hour later.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from bellwether.events.clean.shapes import Shape
from bellwether.lake import Lake

PREFIX = "state/events/"
KEPT_VERSIONS = 20
_GRACE = timedelta(hours=1)


class Conflict(RuntimeError):
    """Another run has written the next version; begin again from it."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A Parquet object. The ranges are of its rows' times, in milliseconds since 1970; 0 and 0 where a table has none.

    :param at: when its events happened
    :param received: when they were received
    """

    key: str
    rows: int
    at: tuple[int, int] = (0, 0)
    received: tuple[int, int] = (0, 0)


class Retired(msgspec.Struct, frozen=True):
    """An object that the version before still named."""

    key: str
    retired_at: datetime


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One version.

    :param tables: by table and partition its parts
    :param read: by received day the keys of the segments that have been read
    :param shapes: by event type its typed table
    :param declared: by tracking id what of its declaration the tables were made with
    """

    version: int = 0
    tables: dict[str, dict[str, tuple[Part, ...]]] = {}
    read: dict[str, tuple[str, ...]] = {}
    shapes: dict[str, Shape] = {}
    declared: dict[str, str] = {}
    retired: tuple[Retired, ...] = ()

    def parts(self, table: str) -> dict[str, tuple[Part, ...]]:
        """A table's parts by partition."""
        return self.tables.get(table, {})

    def keys(self) -> set[str]:
        """The keys of all parts."""
        return {part.key for parts in self.tables.values() for many in parts.values() for part in many}


def newest(lake: Lake) -> State:
    """The newest version; an empty one where nothing has been written yet."""
    keys = list(lake.keys(PREFIX))
    return msgspec.json.decode(lake.get(keys[-1])[0], type=State) if keys else State()


def changed(before: State, after: State) -> State:
    """`after`, with what it does not name any more of `before` as retired."""
    gone = sorted(before.keys() - after.keys())
    now = datetime.now(UTC)
    return msgspec.structs.replace(after, retired=(*before.retired, *(Retired(key, now) for key in gone)))


def emptied(before: State) -> State:
    """A version without tables, to be filled anew."""
    return changed(before, State(version=before.version))


def commit(lake: Lake, after: State) -> State:
    """Write the version that follows the one `after` was made from, and delete what has been out of use for an hour.

    Raises Conflict.
    """
    since, keys = datetime.now(UTC) - _GRACE, after.keys()
    old = {one.key for one in after.retired if one.retired_at < since} - keys
    kept = tuple(one for one in after.retired if one.key not in old and one.key not in keys)
    written = msgspec.structs.replace(after, version=after.version + 1, retired=kept)
    if not lake.put_if_absent(_key(written.version), msgspec.json.encode(written)):
        raise Conflict(f"Version {written.version} of the events' tables was written by another run.")
    for key in [*sorted(old), *list(lake.keys(PREFIX))[:-KEPT_VERSIONS]]:
        lake.delete(key)
    return written


def _key(version: int) -> str:
    return f"{PREFIX}{version:010d}.json"
