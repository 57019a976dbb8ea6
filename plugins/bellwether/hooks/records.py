"""One page of a stream, as it is handed on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bellwether.hooks.stream import Reading, Stream
from bellwether.window import Window


@dataclass(frozen=True)
class Page:
    """One page's records as the vendor wrote them, with what the answer says about them.

    :param flags: doubts about the figures, kept with the coverage (``sampled``, ``thresholded`` …)
    :param not_seen: parts of the window about which this answer can say nothing
    """

    records: list[bytes]
    reading: Reading
    flags: frozenset[str] = frozenset()
    not_seen: tuple[Window, ...] = ()

    def blind_to(self, stretch: Window, flag: str = "not_seen") -> Page:
        """The page, with a stretch of the window about which it says nothing."""
        return replace(self, flags=self.flags | {flag}, not_seen=(*self.not_seen, stretch))

    def as_far_as_kept(self, stream: Stream, window: Window) -> Page:
        """The page; of a vendor that keeps only the latest, blind to the part of the window that it no longer tells."""
        keeps = stream.keeps or stream.live
        if not keeps or window.start >= (kept_since := self.reading.observed_at - keeps):
            return self
        return self.blind_to(Window(window.start, min(kept_since, window.end)))
