"""Facts that show themselves long after their time: which days of the past a scheduled run has to read again."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bellwether.hooks.api import ApiHook
from bellwether.hooks.changes import Changes
from bellwether.hooks.errors import ApiError
from bellwether.hooks.sender import Log
from bellwether.hooks.stream import Stream
from bellwether.lake.marks import Marks
from bellwether.window import EPOCH, Window

_DAY = timedelta(days=1)


class Late:
    """Asks which lists have changed in the past since they were loaded, and keeps how they stand now.

    ``found`` are the marks by stream and subject, for the load to remember once it has loaded what belongs to them:
    a run that fails in between leaves the old mark, and the next one reads the same days.
    """

    def __init__(self, marks: Marks, log: Log) -> None:
        self._marks = marks
        self._log = log
        self.found: dict[str, dict[str, str]] = {}

    def days(self, hook: ApiHook, stream: Stream, within: dict[str, Window]) -> dict[str, list[Window]]:
        """By subject, the days to read again, clipped to what was read before."""
        with ThreadPoolExecutor(max_workers=hook.source.concurrency) as pool:
            told = list(pool.map(lambda subject: self._changes(hook, stream, subject), within))
        days: dict[str, list[Window]] = {}
        for (subject, read), changes in zip(within.items(), told, strict=True):
            if changes is None:
                continue
            self.found.setdefault(stream.name, {})[subject] = changes.mark
            days[subject] = [read] if changes.times is None else list(_days_of(changes.times, read))
            if days[subject]:
                self._log.info("%s of '%s' changed in the past: %d days.", stream.name, subject, len(days[subject]))
        return days

    def _changes(self, hook: ApiHook, stream: Stream, subject: str) -> Changes | None:
        try:
            return hook.changes(stream, subject, self._marks.get(stream.name, subject))
        except ApiError as problem:
            # The mark stays, so that the next run asks again; the window itself may be readable.
            self._log.warning("What changed in the past is not known: %s", problem)
            return None


def _days_of(times: Iterable[datetime], read: Window) -> Iterable[Window]:
    for number in sorted({(at - EPOCH) // _DAY for at in times}):
        day = Window(EPOCH + number * _DAY, EPOCH + (number + 1) * _DAY)
        if day.overlaps(read):
            yield Window(max(day.start, read.start), min(day.end, read.end))
