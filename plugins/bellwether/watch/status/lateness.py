"""Which sources have not been read for too long, in sentences: each source its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bellwether.hooks.source import Source
from bellwether.services import Services
from bellwether.sources import SourceError, source_names, source_of
from bellwether.watch.status.spoken import LATE_AFTER, listed, source_late

if TYPE_CHECKING:
    from bellwether.watch.status.standing import Extent


def late_sources(services: Services, extents: Iterable[Extent], now: datetime) -> Iterator[str]:
    """A sentence for each source that somebody means to read, and that was not read of late.

    What came in without one, as files that somebody brings, is never late.
    """
    by_source: dict[str, list[Extent]] = {
        source: [] for service in services.services for source in sorted(service.subjects)
    }
    for extent in extents:
        if extent.source in by_source or extent.source in source_names():
            by_source.setdefault(extent.source, []).append(extent)
    for source, found in sorted(by_source.items()):
        declared = _declared(source)
        if declared is None:
            continue
        late = [extent for extent in found if extent.covered_until < due(declared.schedule, now)]
        if not found:
            yield f"{title(source)} has never been read."
        elif late:
            what = "" if len(late) == len(found) else f" for {_what(services, late, found)}"
            since = (
                max(extent.covered_until for extent in late)
                if not what
                else min(extent.covered_until for extent in late)
            )
            yield source_late(title(source), what.strip(), since, now, services.zone)


def title(source: str) -> str:
    """A source's name as people write it; as the file has it where that does not import.

    >>> title("statuscake"), title("pager_duty")
    ('StatusCake', 'pager duty')
    """
    declared = _declared(source)
    return declared.title if declared else source.replace("_", " ")


def due(schedule: str, now: datetime, patience: timedelta = LATE_AFTER) -> datetime:
    """Up to when a source should have been read: what is read more seldom is late only `patience` after it was due.

    >>> from datetime import UTC
    >>> [f"{due(cron, datetime(2026, 11, 22, 8, 47, tzinfo=UTC)):%d %H:%M}" for cron in ("30 5 1 * *", "*/5 * * * *")]
    ['01 05:30', '22 08:17']
    """
    from croniter import croniter

    ticks = croniter(schedule, now - patience)
    last: datetime = ticks.get_prev(datetime)
    return last if ticks.get_next(datetime) - last > patience else now - patience


def _declared(source: str) -> Source | None:
    """What a source is; None where its module does not import, of which `broken_sources` tells, or there is none."""
    try:
        return source_of(source) if source in source_names() else None
    except SourceError:
        return None


def _what(services: Services, late: list[Extent], found: list[Extent]) -> str:
    """The streams that are late, and whose, where not all of a stream's subjects are."""
    streams = sorted({extent.stream for extent in late})
    subjects = sorted({extent.subject for extent in late})
    everyone = {extent.subject for extent in found if extent.stream in streams}
    words = listed([stream.replace("_", " ") for stream in streams])
    if set(subjects) == everyone:
        return words
    return f"{words} of {listed([_label(services, late[0].source, subject) for subject in subjects])}"


def _label(services: Services, source: str, subject: str) -> str:
    labels = [each.label for each in services.services if subject in each.subjects.get(source, ())]
    return f"the {labels[0]}" if labels else subject
