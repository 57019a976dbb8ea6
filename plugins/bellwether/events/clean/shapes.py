"""The typed table of each event type: its columns, as the type's data has had them so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

MOST_COLUMNS = 200
MOST_LEVELS = 5
ENVELOPE = ("tracking", "id", "timeline", "user_id", "client_ms", "client_day", "shift_ms", "received_us")
_NAMES = {"UBIGINT": "bigint", "BIGINT": "bigint", "HUGEINT": "text", "DOUBLE": "double", "BOOLEAN": "boolean"}
_NAMES |= {"VARCHAR": "text", "JSON": "text"}


class Column(msgspec.Struct, frozen=True):
    """A value of the data by its JSON pointer (RFC 6901).

    :param kind: bigint, double, boolean, text, or json for lists and what lies too deep
    :param has_text: there were values of another kind, which are in the column `<name>_text`
    """

    name: str
    kind: str
    has_text: bool = False


class Shape(msgspec.Struct, frozen=True):
    """A type's table. slug: its name in the lake; columns by pointer."""

    slug: str
    columns: dict[str, Column] = {}

    def names(self) -> list[str]:
        """The names of its columns, those of the envelope apart."""
        return [
            name for c in self.columns.values() for name in ([c.name, f"{c.name}_text"] if c.has_text else [c.name])
        ]


def slug_of(kind: str, taken: set[str]) -> str:
    """A type as a table's name that is not taken yet.

    >>> slug_of("user.signedIn", {"user_signedin"})
    'user_signedin_2'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", kind.lower()).strip("_")[:60] or "event"
    return _free(plain if plain[0].isalpha() else f"t_{plain}", taken)


def grown(shape: Shape, structure: Any) -> Shape:
    """The shape, with what DuckDB's json_group_structure found in more data.

    Integers widen to double; a value of another kind than its column's goes beside it, to `<name>_text`.
    """
    columns = dict(shape.columns)
    taken = {*ENVELOPE, "type", "at", "received_at", *(name.lower() for name in shape.names())}
    for pointer, kind in _leaves(structure, "", 1):
        known = columns.get(pointer)
        if known:
            columns[pointer] = _widened(known, kind)
        elif kind and len(columns) < MOST_COLUMNS:
            name = _free(_plain(pointer), taken)
            taken |= {name, f"{name}_text"}
            columns[pointer] = Column(name, kind)
    return Shape(shape.slug, columns)


def _widened(known: Column, kind: str) -> Column:
    is_wider = known.kind == "bigint" and kind == "double"
    return Column(known.name, "double", known.has_text) if is_wider else known


def _leaves(structure: Any, pointer: str, level: int) -> Iterator[tuple[str, str]]:
    if isinstance(structure, dict) and structure and level <= MOST_LEVELS:
        for key, inner in structure.items():
            yield from _leaves(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", level + 1)
    elif structure and structure != "NULL":
        yield pointer, _NAMES.get(structure, "text") if isinstance(structure, str) else "json"


def _plain(pointer: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", pointer.lower()).strip("_")[:50] or "value"
    return plain if plain[0].isalpha() else f"c_{plain}"


def _free(name: str, taken: set[str]) -> str:
    """Names are told apart without their case, as Athena and Glue do."""
    number, free = 1, name
    while free in taken or f"{free}_text" in taken:
        number += 1
        free = f"{name}_{number}"
    return free
