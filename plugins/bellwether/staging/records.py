"""Decoders built from a stream's columns: they read the wanted fields of a record and skip the rest."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from bellwether.hooks.stream import Column, Stream

_BIGINT = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
# Seconds since 1970 from the year 1 to 9999.
_DATABLE = msgspec.Meta(ge=-62_135_596_800, le=253_402_300_799)
_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]
_TYPES: dict[str, Any] = {
    "text": str,
    # JSON does not distinguish 12 from 12.0 (RFC 8259, 6), and some vendors write "12".
    "integer": _BIGINT | float | str,
    "number": float,
    "boolean": bool,
    "timestamp": _AWARE,
    "epoch": Annotated[int, _DATABLE] | Annotated[float, _DATABLE],
    "json": msgspec.Raw,
}
_ANY_SCALAR = str | int | float | bool
_Tree = dict[str, Any]


def record_decoder(stream: Stream) -> msgspec.json.Decoder[Any]:
    """A decoder for one of the stream's records. Its errors state the path and the expected type."""
    return _decoder(stream.name, stream.columns)


@lru_cache(maxsize=128)
def _decoder(name: str, columns: tuple[Column, ...]) -> msgspec.json.Decoder[Any]:
    tree: _Tree = {}
    for column in columns:
        if column.from_row:
            continue
        for path in column.source_paths:
            level = tree
            *parents, leaf = path.split(".")
            for parent in parents:
                level = level.setdefault(parent, {})
            level[leaf] = column
    return msgspec.json.Decoder(_struct(name, tree)[0])


def attribute_path(path: str) -> tuple[str, ...]:
    """The attributes that lead to the value at a dotted path in a decoded record."""
    return tuple(_attribute(name) for name in path.split("."))


def _attribute(name: str) -> str:
    """A field's name as an attribute name: vendors use words that Python reserves."""
    return name if name.isdecimal() else "f_" + "".join(c if c.isalnum() else "_" for c in name)


def _kind(name: str, below: Column | _Tree) -> tuple[Any, bool]:
    """The type of the value at a place in the record, and whether the value is required."""
    if isinstance(below, Column):
        return (_ANY_SCALAR if below.parse else _TYPES[below.type]), below.required and not below.or_paths
    return (_list if any(number.isdecimal() for number in below) else _struct)(name, below)


def _optional(kind: Any, required: bool) -> Any:
    # Raw accepts null as well, and cannot be part of a union.
    return kind if required or kind is msgspec.Raw else kind | None


def _list(name: str, tree: _Tree) -> tuple[Any, bool]:
    ((number, below),) = tree.items()  # A single item of the list: several items would need one type per item.
    kind, required = _kind(name, below)
    fewest = msgspec.Meta(min_length=int(number) + 1 if required else 0)
    return Annotated[list[_optional(kind, required)], fewest], required  # type: ignore[misc]


def _struct(name: str, tree: _Tree) -> tuple[Any, bool]:
    fields: list[tuple[str, Any, Any]] = []
    for field_name, below in tree.items():
        kind, required = _kind(field_name, below)
        options = msgspec.field(name=field_name) if required else msgspec.field(name=field_name, default=None)
        fields.append((_attribute(field_name), _optional(kind, required), options))
    struct = msgspec.defstruct(name, fields, kw_only=True, gc=False)
    return struct, any(default.default is msgspec.NODEFAULT for _, _, default in fields)
