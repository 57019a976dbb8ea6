"""Plan which slices a run reads, for which subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bellwether.hooks.api import ApiHook
from bellwether.hooks.stream import NEVER, Stream
from bellwether.operators.late import Late
from bellwether.warehouse.coverage import CoverageTable
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

    :param coverage: the time covered already; None reads only the window
    :param only_missing: leave out the settled parts of the window
    :param catch_up: also read uncovered time up to this long before the window
    :param late: also read the days that have changed since they were loaded
    """

    window: Window
    coverage: CoverageTable | None = None
    only_missing: bool = False
    catch_up: timedelta | None = None
    late: Late | None = None

    def jobs(self, hook: ApiHook, stream: Stream) -> Iterator[Job]:
        """The stream's jobs. Subjects that need the same slice share a job."""
        left_out = hook.left_out(stream)
        subjects = [subject for subject in hook.subjects(stream) if subject not in left_out]
        windows = self._windows(hook, stream, subjects)
        by_window: dict[Window, list[str]] = {}
        for subject in subjects:
            for window in windows[subject]:
                for piece in window.slices(stream.slice):
                    by_window.setdefault(piece, []).append(subject)
        for piece, sharing in sorted(by_window.items()):
            yield Job(stream, piece, tuple(sharing))

    def _windows(self, hook: ApiHook, stream: Stream, subjects: list[str]) -> dict[str, list[Window]]:
        """The windows to read, by subject."""
        source = hook.source.name
        if self.coverage and self.only_missing:
            settled = self.coverage.settled(source, stream, self.window)
            return {subject: list(self.window.without(settled.get(subject, ()))) for subject in subjects}
        read = self.window.widened(stream.lookback, stream.ahead)
        since = self.window.start - (self.catch_up or NEVER)
        if not self.coverage or since >= read.start or stream.snapshot or stream.live:
            return {subject: [read] for subject in subjects}
        settled = self.coverage.settled(source, stream, Window(since, read.start))
        first = self.coverage.first(source, stream)
        begun = {subject: min(first.get(subject, read.start), read.start) for subject in subjects}
        windows = {
            subject: _with_gaps(read, max(since, begun[subject]), settled.get(subject, [])) for subject in subjects
        }
        if self.late and stream.marked:
            # Time before the coverage began was never meant to be covered.
            within = {subject: Window(begun[subject], read.end) for subject in subjects}
            for subject, days in self.late.days(hook, stream, within).items():
                windows[subject] += [part for day in days for part in day.without(list(windows[subject]))]
        return windows


def _with_gaps(read: Window, since: datetime, settled: list[Window]) -> list[Window]:
    """The window to read and the uncovered gaps between ``since`` and it; adjacent windows are joined."""
    taken = (Window(s.start, min(s.end, read.start)) for s in settled if s.start < read.start)
    return list(Window(min(since, read.start), read.end).without(taken))


def is_too_old(stream: Stream, window: Window) -> bool:
    """Whether the vendor has no data for the window any more, because the stream is live."""
    return stream.live is not None and datetime.now(UTC) - window.end > stream.live
