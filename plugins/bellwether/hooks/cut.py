"""Which of a page's records belong to a window, read from the records' own times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, reduce
from typing import Annotated, Any

import msgspec

from bellwether.hooks.stream import Column, Stream
from bellwether.window import Window

_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]
_SCALAR = str | int | float | bool
Peek = Callable[[bytes], datetime | None]


def nested(path: str, leaf: Any) -> type:
    """A struct type that reads one dotted path and skips the rest of the record."""
    return reduce(
        lambda inner, name: msgspec.defstruct("Peek", [("at", inner | None, msgspec.field(name=name, default=None))]),
        reversed(path.split(".")),
        leaf,
    )


@lru_cache(maxsize=64)
def peeker(where: str | Column) -> Peek:
    """A function that reads the time at a dotted path, or a column's as staging reads it; None where there is none.

    Raises msgspec.DecodeError, ValueError, OverflowError or OSError when what stands there is no time.
    """
    if isinstance(where, str):
        return _moment_at(where, _AWARE | float)
    parse = where.parse
    ways = [_moment_at(path, _SCALAR if parse else _AWARE | float, parse) for path in where.source_paths]
    return lambda record: next((at for way in ways if (at := way(record)) is not None), None)


def _moment_at(path: str, leaf: Any, parse: Callable[[Any], Any] | None = None) -> Peek:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(nested(path, leaf))
    depth = path.count(".") + 1

    def peek(record: bytes) -> datetime | None:
        here: Any = decoder.decode(record)
        for _ in range(depth):
            if (here := here.at) is None:
                return None
        here = parse(here) if parse else here
        return datetime.fromtimestamp(here, UTC) if isinstance(here, int | float) else here

    return peek


def cut(stream: Stream, window: Window, records: list[bytes]) -> tuple[list[bytes], bool]:
    """The records that belong to the window, and whether reading can stop after them.

    A record whose time cannot be read is kept: staging rejects it with its reason. So is one without a time that its
    table requires; where the table does not, it is left out, as are those that the stream skips.
    """
    kept: list[bytes] = []
    is_required = _requires_its_time(stream)
    for record in records:
        try:
            if stream.skip_if and _flag_at(stream.skip_if)(record):
                continue
            at = peeker(stream.cursor)(record) if stream.cursor else window.start
            newest = peeker(stream.newest_first)(record) if stream.newest_first else None
            oldest = peeker(stream.oldest_first)(record) if stream.oldest_first else None
        except (msgspec.DecodeError, ValueError, OverflowError, OSError, RecursionError):
            kept.append(record)
            continue
        if oldest and oldest >= window.end:
            return kept, True
        if newest and newest < window.start - stream.margin:
            return [*kept, record] if stream.includes_previous else kept, True
        if at in window if at is not None else is_required:
            kept.append(record)
    return kept, False


def _requires_its_time(stream: Stream) -> bool:
    if isinstance(stream.cursor, Column):
        return stream.cursor.required
    return any(column.required and column.source_path == stream.cursor for column in stream.columns)


@lru_cache(maxsize=64)
def _flag_at(path: str) -> Callable[[bytes], Any]:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(nested(path, bool))

    def peek(record: bytes) -> Any:
        here: Any = decoder.decode(record)
        for _ in path.split("."):
            here = None if here is None else here.at
        return here

    return peek
