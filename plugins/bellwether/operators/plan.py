"""Which slices a run reads, for which subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bellwether.hooks.api import ApiHook
from bellwether.hooks.stream import Stream
from bellwether.warehouse.coverage import Ledger
from bellwether.window import Window


@dataclass(frozen=True)
class Job:
    """One slice of a stream and the subjects to read it for."""

    stream: Stream
    window: Window
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How a run's window becomes jobs.

    :param ledger: what has been covered already; None reads just the window
    :param only_missing: leave out what the ledger has, settled, inside the window
    :param catch_up: also read what the ledger lacks up to this long before the window
    """

    window: Window
    ledger: Ledger | None = None
    only_missing: bool = False
    catch_up: timedelta | None = None

    def jobs(self, hook: ApiHook, stream: Stream) -> Iterator[Job]:
        """The stream's jobs. Subjects that need the same slice share a job."""
        subjects = hook.subjects(stream)
        wanted: dict[Window, list[str]] = {}
        for subject in subjects:
            for stretch in self._stretches(hook.source, stream, subject):
                for piece in stretch.slices(stream.slice):
                    wanted.setdefault(piece, []).append(subject)
        for piece, sharing in sorted(wanted.items()):
            yield Job(stream, piece, tuple(sharing))

    def _stretches(self, source: str, stream: Stream, subject: str) -> Iterable[Window]:
        if self.only_missing and self.ledger:
            return self.window.without(self.ledger.settled(source, stream, subject, self.window))
        read = self.window.widened(stream.lookback)
        return [*self._holes(source, stream, subject, read.start), read]

    def _holes(self, source: str, stream: Stream, subject: str, until: datetime) -> list[Window]:
        """What was never covered before ``until``, between the subject's first coverage and now."""
        since = self.window.start - (self.catch_up or timedelta(0))
        if not self.ledger or since >= until or stream.snapshot or stream.live:
            return []
        horizon = Window(since, until)
        settled = self.ledger.settled(source, stream, subject, horizon)
        return list(Window(settled[0].start, until).without(settled)) if settled and settled[0].start < until else []


def is_out_of_reach(stream: Stream, window: Window) -> bool:
    """Whether the vendor can no longer tell of the window, as it only tells of the present."""
    return stream.live is not None and datetime.now(UTC) - window.end > stream.live
