"""Segment files on a disk that lasts: written and synced before an answer, shipped to the lake when they are closed.

``<zone>.<day>.<ns>-<collector>.open`` becomes ``.ready`` after a minute or 16 MiB, is compressed, put into the lake and
removed. ``<ns>`` is when its first line was received. Whatever a killed process left is taken over at the next start.
"""

from __future__ import annotations

import fcntl
import gzip
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bellwether.events.collector.sink import Full, Part, Put, by_object
from bellwether.events.collector.trackings import Misconfigured
from bellwether.events.envelope import segment_key

SEGMENT_BYTES = 16 * 1024 * 1024
SEGMENT_SECONDS = 60
_TAIL_BYTES = 1024 * 1024


class _Segment:
    """One open file; `size` counts only what is synced."""

    def __init__(self, path: Path, opened: float) -> None:
        self.path = path
        self.opened = opened
        self.size = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _sync_folder(path.parent)

    def write(self, lines: bytes) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fdatasync(self._file)
        self.size += len(lines)

    def close(self) -> None:
        # After a write that failed halfway, no part of it may stay.
        os.ftruncate(self._file, self.size)
        os.close(self._file)
        _release(self.path)


class Segments:
    """A sink of files in one folder, which no other process may use meanwhile.

    :param collector: names this process in the names of its segments
    :param limit_bytes: what may lie in the folder; beyond it writes are refused
    :param put: puts an object into the lake
    :param clock: nanoseconds since 1970
    """

    def __init__(
        self, folder: Path, collector: str, limit_bytes: int, put: Put, clock: Callable[[], int] = time.time_ns
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._collector = collector
        self._limit_bytes = limit_bytes
        self._put = put
        self._clock = clock
        self._open: dict[tuple[str, str], _Segment] = {}
        self._last_ns = 0
        self._lock = _locked(folder)
        self._adopt()
        # Each is changed by one thread only.
        self._written = sum(path.stat().st_size for path in folder.glob("*.ready"))
        self._shipped = 0

    @property
    def held_bytes(self) -> int:
        """Bytes in the folder."""
        return self._written - self._shipped

    @property
    def is_full(self) -> bool:
        """Whether the folder holds as much as it may."""
        return self.held_bytes >= self._limit_bytes

    def write(self, parts: Iterable[Part]) -> None:
        """Append each part to the segment of its zone and day, and sync. Raises OSError, Full among them."""
        if self.is_full:
            raise Full(f"{self._folder} holds {self.held_bytes} bytes, and may hold {self._limit_bytes}")
        for place, same in by_object(parts).items():
            self._append(place, b"".join(part.lines for part in same), same[0].received_ns)

    def _append(self, place: tuple[str, str], lines: bytes, received_ns: int) -> None:
        segment = self._open.get(place) or self._start(place, received_ns)
        try:
            segment.write(lines)
        except OSError:
            # What the kernel still holds of this file is not known after a failed sync: go on in another.
            self._finish(place)
            raise
        self._written += len(lines)
        if segment.size >= SEGMENT_BYTES:
            self._finish(place)

    def _start(self, place: tuple[str, str], received_ns: int) -> _Segment:
        self._last_ns = max(self._last_ns + 1, received_ns)
        name = f"{place[0].replace('/', '-')}.{place[1]}.{self._last_ns}-{self._collector}.open"
        segment = self._open[place] = _Segment(self._folder / name, self._clock())
        return segment

    def _finish(self, place: tuple[str, str]) -> None:
        self._open.pop(place).close()

    def tick(self) -> None:
        """Close the segments that are a minute old."""
        now = self._clock()
        for place, segment in list(self._open.items()):
            if not 0 <= now - segment.opened < SEGMENT_SECONDS * 10**9:
                self._finish(place)

    def close(self) -> None:
        """Close all segments."""
        for place in list(self._open):
            self._finish(place)

    def ship(self) -> None:
        """Put every closed segment into the lake, the oldest first, and remove it."""
        for path in sorted(self._folder.glob("*.ready"), key=_ns):
            zone, day, name = path.stem.split(".")
            body = path.read_bytes()
            self._put(segment_key(zone.replace("-", "/"), day, name), gzip.compress(body, 1, mtime=0))
            path.unlink()
            self._shipped += len(body)

    def oldest_ns(self) -> int | None:
        """When the first line of the oldest segment was received."""
        # In this order: a segment that is closed in between is seen twice, not missed.
        return min(map(_ns, [*self._folder.glob("*.open"), *self._folder.glob("*.ready")]), default=None)

    def _adopt(self) -> None:
        """Take over what a killed process left: a line it did not finish was never acknowledged, and goes."""
        for path in self._folder.glob("*.open"):
            with path.open("rb+") as file:
                file.truncate(_whole_lines(file.fileno()))
                os.fdatasync(file.fileno())
            _release(path)


def _whole_lines(file: int) -> int:
    """The size of a file up to its last line break."""
    end = os.fstat(file).st_size
    while end:
        start = max(0, end - _TAIL_BYTES)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _release(path: Path) -> None:
    """Hand a closed segment to `ship`; an empty one is nothing."""
    if path.stat().st_size:
        path.rename(path.with_suffix(".ready"))
    else:
        path.unlink()
    _sync_folder(path.parent)


def _ns(path: Path) -> int:
    return int(path.name.split(".")[2].split("-")[0])


def _sync_folder(folder: Path) -> None:
    """Make names last: a synced file without its name would be lost with the machine's power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _locked(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Misconfigured(f"another collector uses {folder}: give each a folder of its own") from None
    return handle
