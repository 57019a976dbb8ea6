"""What a slice of a stream consists of, and what is known and not known about it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bellwether.lake.bucket import Lake
from bellwether.lake.keys import manifest_key
from bellwether.window import Window


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """What one subject's records in the slice are, and what of its window they cover.

    :param not_seen: keys of the parts of the window that the vendor could not tell of; `unseen` in stored manifests
    :param parts: keys of the objects that hold the records, in order
    """

    subject: str
    observed_at: datetime
    records: int
    parts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = msgspec.field(name="unseen", default=())
    rejected: int = 0


class Failure(msgspec.Struct, frozen=True):
    """A subject that could not be read. It leaves no coverage, as if nobody had asked."""

    subject: str
    problem: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One slice of a stream, in the ``raw`` zone as extracted or in ``staged`` as typed."""

    source: str
    stream: str
    window_key: str
    extracts: tuple[Extract, ...] = msgspec.field(name="sights", default=())
    """One for each subject; `sights` in stored manifests."""
    failures: tuple[Failure, ...] = ()

    @property
    def window(self) -> Window:
        """The interval of time the slice is about."""
        return Window.from_key(self.window_key)

    def key(self, zone: str) -> str:
        """Where the manifest lies."""
        return manifest_key(zone, self.source, self.stream, self.window)

    def write(self, lake: Lake, zone: str) -> str:
        """Write the manifest, which makes its slice exist, and return its key."""
        lake.put(self.key(zone), msgspec.json.encode(self))
        return self.key(zone)

    @staticmethod
    def read(lake: Lake, key: str) -> Manifest:
        """Read a manifest back. Raises NotInLake."""
        return msgspec.json.decode(lake.get(key)[0], type=Manifest)
