"""Sentences about sources that have not been read for too long, one per source."""

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
    """A sentence for each source that should be read, but was not read recently.

    Data without a source module, such as files that users provide, are never late.
    """
    by_source: dict[str, list[Extent]] = {
        source: [] for service in services.services for source in sorted(service.subjects)
    }
    for extent in extents:
        if extent.source in by_source or extent.source in source_names():
            by_source.setdefault(extent.source, []).append(extent)
    for source, own in sorted(by_source.items()):
        declared = _declared(source)
        if declared is None:
            continue
        late = [extent for extent in own if extent.covered_until < due(declared.schedule, now)]
        if not own:
            yield f"{title(source)} has never been read."
        elif late:
            is_all = len(late) == len(own)
            part = "" if is_all else f"for {_late_part(services, late, own)}"
            ends = [extent.covered_until for extent in late]
            yield source_late(title(source), part, max(ends) if is_all else min(ends), now, services.zone)


def title(source: str) -> str:
    """A source's title; its module's name if the module does not import.

    >>> title("statuscake"), title("pager_duty")
    ('StatusCake', 'pager duty')
    """
    declared = _declared(source)
    return declared.title if declared else source.replace("_", " ")


def due(schedule: str, now: datetime, patience: timedelta = LATE_AFTER) -> datetime:
    """The time until which a source should have been read; a rarely read source is late `patience` after its due time.

    >>> from datetime import UTC
    >>> [f"{due(cron, datetime(2026, 11, 22, 8, 47, tzinfo=UTC)):%d %H:%M}" for cron in ("30 5 1 * *", "*/5 * * * *")]
    ['01 05:30', '22 08:17']
    """
    from croniter import croniter

    ticks = croniter(schedule, now - patience)
    last: datetime = ticks.get_prev(datetime)
    return last if ticks.get_next(datetime) - last > patience else now - patience


def _declared(source: str) -> Source | None:
    """A source's declaration; None if it does not exist, or if its module does not import (see `broken_sources`)."""
    try:
        return source_of(source) if source in source_names() else None
    except SourceError:
        return None


def _late_part(services: Services, late: list[Extent], own: list[Extent]) -> str:
    """The late streams, and the late subjects unless all of the streams' subjects are late."""
    streams = sorted({extent.stream for extent in late})
    subjects = sorted({extent.subject for extent in late})
    everyone = {extent.subject for extent in own if extent.stream in streams}
    words = listed([stream.replace("_", " ") for stream in streams])
    if set(subjects) == everyone:
        return words
    return f"{words} of {listed([_label(services, late[0].source, subject) for subject in subjects])}"


def _label(services: Services, source: str, subject: str) -> str:
    labels = [service.label for service in services.services if subject in service.subjects.get(source, ())]
    return f"the {labels[0]}" if labels else subject
