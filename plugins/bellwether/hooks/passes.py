"""Lists that others change while they are paged by number: read again until nothing new turns up."""

from __future__ import annotations

import msgspec

from bellwether.hooks.stream import Stream

MOST_PASSES = 5
_FIELDS: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Passes:
    """Which records of a list were read, over several readings of it.

    A record that is taken out of a page already read draws the next page's first one onto it, where nobody looks any
    more. A second reading finds that one; it ends when a whole reading has brought nothing new.
    """

    def __init__(self, stream: Stream) -> None:
        self._names = [column.source_path.partition(".")[0] for column in stream.columns if column.name in stream.key]
        self._known: set[tuple[bytes, ...]] = set()
        self.has_news = False

    def begin(self) -> None:
        """Begin a reading."""
        self.has_news = False

    def unknown(self, records: list[bytes]) -> list[bytes]:
        """Those of the records that no page had before."""
        fresh = []
        for record in records:
            key = self._key(record)
            if key not in self._known:
                self._known.add(key)
                fresh.append(record)
        self.has_news = self.has_news or bool(fresh)
        return fresh

    def _key(self, record: bytes) -> tuple[bytes, ...]:
        try:
            fields = _FIELDS.decode(record)
            return tuple(bytes(fields[name]) for name in self._names) or (record,)
        except (msgspec.DecodeError, LookupError, RecursionError):
            return (record,)
