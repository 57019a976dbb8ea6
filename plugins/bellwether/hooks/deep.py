"""JSON that is nested deeper than the decoder goes, taken apart level by level: one such record is not all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_BYTES = 8 * 1024 * 1024
"""Of longer answers nothing is saved: this way of reading is slow."""
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_FIELD = re.compile(rb'\s*("(?:[^"\\]|\\.)*")\s*:', re.DOTALL)


def items(body: bytes) -> list[bytes]:
    """The items of a list. Raises ValueError when it is none."""
    return list(_members(body, b"[]"))


def fields(body: bytes) -> dict[bytes, bytes]:
    """The values of an object by their names, quoted as they came. Raises ValueError when it is none."""
    found: dict[bytes, bytes] = {}
    for member in _members(body, b"{}"):
        name = _FIELD.match(member)
        if name is None:
            raise ValueError("a field without a name")
        found[name[1]] = member[name.end() :].strip()
    return found


def _members(body: bytes, brackets: bytes) -> Iterator[bytes]:
    text = body.strip()
    if len(text) > MOST_BYTES or text[:1] != brackets[:1] or text[-1:] != brackets[1:]:
        raise ValueError("nested too deep")
    depth, start = 0, 1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        depth += (mark in (b"[", b"{")) - (mark in (b"]", b"}"))
        if depth == 0 or (depth == 1 and mark == b","):
            if member := text[start : token.start()].strip():
                yield member
            start = token.end()
        if depth == 0:
            break
    if start != len(text):
        raise ValueError("brackets that do not match")
