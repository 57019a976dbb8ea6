"""Manifests: the objects of a stream's slice, and the parts of its window that they cover."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bellwether.lake.bucket import Lake
from bellwether.lake.keys import manifest_key
from bellwether.window import Window


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """One subject's records in the slice, and the part of the window that they cover.

    :param not_seen: keys of the parts of the window for which the vendor has no data; `unseen` in stored manifests
    :param parts: keys of the objects that contain the records, in order
    """

    subject: str
    observed_at: datetime
    records: int
    parts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = msgspec.field(name="unseen", default=())
    rejected: int = 0


class Failure(msgspec.Struct, frozen=True):
    """A subject that could not be read. It adds no coverage, as if it had not been requested."""

    subject: str
    problem: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One slice of a stream: as extracted in the zone ``raw``, or typed in the zone ``staged``."""

    source: str
    stream: str
    window_key: str
    extracts: tuple[Extract, ...] = msgspec.field(name="sights", default=())
    """One for each subject; `sights` in stored manifests."""
    failures: tuple[Failure, ...] = ()

    @property
    def window(self) -> Window:
        """The slice's interval of time."""
        return Window.from_key(self.window_key)

    def key(self, zone: str) -> str:
        """The manifest's key in a zone."""
        return manifest_key(zone, self.source, self.stream, self.window)

    def write(self, lake: Lake, zone: str) -> Manifest:
        """Merge this manifest into the slice's stored manifest, which makes its extracts visible; return the result.

        The stored extracts of other subjects stay, and so do later readings of the same subject by concurrent runs:
        the latest reading of each subject counts.
        """
        written = lake.swap(self.key(zone), lambda body: msgspec.json.encode(self._over(body)))
        return msgspec.json.decode(written, type=Manifest)

    def _over(self, body: bytes | None) -> Manifest:
        earlier = msgspec.json.decode(body, type=Manifest).extracts if body else ()
        extracts = {extract.subject: extract for extract in earlier}
        for extract in self.extracts:
            before = extracts.get(extract.subject)
            if before is None or self._rank(extract) >= self._rank(before):
                extracts[extract.subject] = extract
        return msgspec.structs.replace(self, extracts=tuple(extracts[subject] for subject in sorted(extracts)))

    def _rank(self, extract: Extract) -> tuple[bool, datetime]:
        """The order of readings: a reading for which the vendor was not asked never replaces an actual reading."""
        was_asked = bool(extract.parts) or "not_seen" not in extract.flags or extract.not_seen != (self.window_key,)
        return was_asked, extract.observed_at

    @staticmethod
    def read(lake: Lake, key: str) -> Manifest:
        """Read a manifest back. Raises NotInLake."""
        return msgspec.json.decode(lake.get(key)[0], type=Manifest)
