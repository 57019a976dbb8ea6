"""Raw records that contain several records: the rows of a page, the items of a list."""

from __future__ import annotations

import msgspec

from bellwether.hooks.stream import Stream

Unread = tuple[str, bytes]
"""The reason why a raw record could not be read, and the record as it was received."""


def unfolded(stream: Stream, lines: bytes) -> tuple[bytes, list[Unread]]:
    """The records that the stream's columns describe, as lines, and the raw records that could not be unfolded."""
    if stream.unfold is None:
        return lines, []
    records: list[bytes] = []
    unread: list[Unread] = []
    for line in lines.splitlines():
        try:
            records += [msgspec.json.encode(record) for record in stream.unfold(msgspec.json.decode(line))]
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            unread.append((str(error) or type(error).__name__, line))
    return b"".join(record + b"\n" for record in records), unread
