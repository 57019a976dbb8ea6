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

    def write(self, lake: Lake, zone: str) -> Manifest:
        """Make the slice what this manifest says of it, and return the manifest that is now in the lake.

        What an earlier manifest says of other subjects stays, and so does a later reading of the same subject, which
        a run at the same time may have made: of each subject the latest reading counts.
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
        """Readings in order: where nobody was asked, as the window is out of reach, what was seen in time holds."""
        was_asked = bool(extract.parts) or "not_seen" not in extract.flags or extract.not_seen != (self.window_key,)
        return was_asked, extract.observed_at

    @staticmethod
    def read(lake: Lake, key: str) -> Manifest:
        """Read a manifest back. Raises NotInLake."""
        return msgspec.json.decode(lake.get(key)[0], type=Manifest)
