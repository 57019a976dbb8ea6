"""How a subject's list stood when it was last loaded, in the vendor's words, kept in the lake."""

from __future__ import annotations

from bellwether.lake.bucket import Lake, NotInLake
from bellwether.lake.keys import slug


class Marks:
    """A source's marks under ``cache/<source>/marks/``.

    A mark says: all that belongs to the list as it stood then is in the warehouse. Of two runs at once the later load
    leaves its mark, and both are true; the older one only means that the next run reads some days twice.
    """

    def __init__(self, lake: Lake, source: str) -> None:
        self._lake = lake
        self._source = source

    def _key(self, stream: str, subject: str) -> str:
        return f"cache/{self._source}/marks/{stream}/{slug(subject)}"

    def get(self, stream: str, subject: str) -> str | None:
        """The mark that the last load left."""
        try:
            return self._lake.get(self._key(stream, subject))[0].decode()
        except NotInLake:
            return None

    def kept(self, prefix: str) -> frozenset[str]:
        """The keys of all marks of streams whose names begin so."""
        return frozenset(self._lake.keys(f"cache/{self._source}/marks/{prefix}"))

    def is_in(self, kept: frozenset[str], stream: str, subject: str) -> bool:
        """Whether a mark is among those kept."""
        return self._key(stream, subject) in kept

    def put(self, stream: str, subject: str, mark: str) -> None:
        """Remember how the list stood that is in the warehouse now."""
        self._lake.put(self._key(stream, subject), mark.encode())
