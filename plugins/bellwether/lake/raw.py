"""Raw parts: a vendor's records as compressed JSON Lines, with their reading in the object's metadata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec
import zstandard

from bellwether.hooks.stream import Reading
from bellwether.lake.bucket import Lake
from bellwether.lake.keys import folder, raw_key, stream_folder
from bellwether.window import Window

PART_BYTES = 16 * 1024 * 1024
"""Uncompressed size at which a part is closed; it bounds the memory of extraction and staging."""
_LEVEL = 1
_METADATA = "reading"


class RawWriter:
    """Writes one subject's records of one slice part by part; at most one part is in memory."""

    def __init__(self, lake: Lake, source: str, stream: str, window: Window, subject: str) -> None:
        self._lake = lake
        self._key_parts = (source, stream, window, subject)
        self._reading: Reading | None = None
        self._reset()
        self.keys: list[str] = []
        self.records = 0

    def _reset(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._compressed: list[bytes] = []
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, records: list[bytes], reading: Reading) -> None:
        """Add a page's records."""
        if not records:
            return
        self._reading = self._reading or reading
        lines = b"\n".join(records) + b"\n"
        self._compressed.append(self._compressor.compress(lines))
        self._digest.update(lines)
        self._size += len(lines)
        self.records += len(records)
        if self._size >= PART_BYTES:
            self.close()

    def close(self) -> None:
        """Put the open part, if any, into the lake."""
        if self._reading is None:
            return
        reading = _ascii(self._reading)
        self._digest.update(reading.encode())
        key = raw_key(*self._key_parts, len(self.keys) + 1, self._digest.hexdigest()[:12])
        body = b"".join([*self._compressed, self._compressor.flush()])
        self._lake.put(key, body, {_METADATA: reading})
        self.keys.append(key)
        self._reading = None
        self._reset()


def read_part(lake: Lake, key: str) -> tuple[bytes, Reading]:
    """A part's lines and their reading. Raises NotInLake."""
    body, metadata = lake.get(key)
    return decompress(body), msgspec.json.decode(metadata[_METADATA], type=Reading)


def _ascii(reading: Reading) -> str:
    """The reading as ASCII, which S3 metadata requires; subjects may be any Unicode."""
    return json.dumps(msgspec.to_builtins(reading))


def compress(lines: Iterable[bytes]) -> bytes:
    """Lines as one compressed body."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(b"".join(line + b"\n" for line in lines))


def decompress(body: bytes) -> bytes:
    """The lines of a compressed body, whose frame may omit the content size."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


def manifests_in_lake(lake: Lake, source: str, stream: str, window: Window, longest: timedelta) -> Iterator[str]:
    """Keys of the raw manifests whose slices overlap the window, oldest first.

    :param longest: the longest duration of a slice
    """
    first: date = (window.start - longest).date()
    for key in lake.keys(stream_folder("raw", source, stream), after=folder("raw", source, stream, first)):
        if key > folder("raw", source, stream, window.end) + "~":
            return
        if key.endswith(".json") and Window.from_key(key.rsplit("/", 1)[1].removesuffix(".json")).overlaps(window):
            yield key
