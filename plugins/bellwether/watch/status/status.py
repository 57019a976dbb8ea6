"""The stack's status in a few independent sentences: a fact that is not available does not affect the others.

``python -m bellwether.watch.status`` prints them, with ``--json`` as JSON.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from bellwether.amounts import sentence_of
from bellwether.hooks.errors import BadConnection
from bellwether.include import IncludeError
from bellwether.lake.bucket import Lake
from bellwether.pages import registry
from bellwether.pages.registry import Page
from bellwether.pages.shelf import Shelf
from bellwether.services import Service, Services, read_services
from bellwether.sources import broken_sources
from bellwether.warehouse import connect
from bellwether.warehouse.database import is_missing_table
from bellwether.watch.status import spoken
from bellwether.watch.status.lateness import late_sources, title
from bellwether.watch.status.standing import Extent, Standing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """Sentences about a subject. ok: whether it is in order; None if that is unknown."""

    about: str
    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """The status at a time."""

    at: datetime
    lines: tuple[Line, ...]

    def text(self) -> str:
        """Plain text, a line per subject."""
        return "\n".join(line.text for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """`at`, `text`, and `lines` of `about`, `ok`, `text`."""
        return {"at": self.at.isoformat(), "text": self.text(), "lines": [asdict(line) for line in self.lines]}


def status(now: datetime | None = None) -> Status:
    """The status from the connections `warehouse` and `lake` and the bundle's services.toml."""
    now = now or datetime.now(UTC)
    try:
        services = read_services()
    except IncludeError as error:
        return Status(
            now, (Line("services", False, sentence_of(str(error))), *_broken_lines(), *_page_lines(now, "UTC"))
        )
    lines = [*_warehouse_lines(services, now), *_broken_lines(), *_page_lines(now, services.zone)]
    return Status(now, tuple(dict.fromkeys(lines)))


def _broken_lines() -> list[Line]:
    """A line for each source whose module does not import."""
    return [Line("sources", False, f"{title(name)} is not read: {error}") for name, error in broken_sources().items()]


def _warehouse_lines(services: Services, now: datetime) -> Iterator[Line]:
    try:
        standing = Standing(services, connect("warehouse"), now)
        extents = standing.extents()
    except Exception as error:
        yield _unavailable("warehouse", "The warehouse", error)
        return
    yield from _guarded("visits", "The visits", lambda: [_visits(standing)])
    for service in services.having("outages"):
        yield from _outage_lines(standing, service, extents)
    yield from _guarded("releases", "The releases", lambda: [_release(standing)])
    yield from _guarded("sources", "The sources", lambda: _sources(services, extents, now))


def _page_lines(now: datetime, zone: str) -> Iterator[Line]:
    """The sentences of the systems' latest pages."""
    for page in registry.find().pages:
        if page.kept:
            yield from _guarded(page.name, page.kept.subject, partial(_page_line, page, now, zone))


def _page_line(page: Page, now: datetime, zone: str) -> list[Line]:
    kept = page.kept
    assert kept
    spoken_page = Shelf(Lake(), kept).spoken()
    if spoken_page is None:
        return [Line(page.name, None, f"{kept.nothing}. The dag named {kept.dag} makes the first {kept.one}.")]
    at = spoken.when(spoken_page.as_of, now, zone).removeprefix("on ")
    return [Line(page.name, True, f"{kept.subject} {_verb(kept.subject)} of {at}. {spoken_page.text}".strip())]


def _visits(standing: Standing) -> Line:
    visits = standing.visits()
    zone = standing.services.zone
    text = spoken.visits(visits.visits, visits.new, visits.last, visits.covered, standing.now, zone)
    return Line("visits", None if visits.last is None else True, text)


def _outage_lines(standing: Standing, service: Service, extents: Iterable[Extent]) -> Iterator[Line]:
    """A line about the readable tables, and a line for each unreadable table."""
    downs, asked_until = [], []
    for table in standing.services.tables_of("outages", service.name):
        try:
            downs += standing.outages(service, table)
        except Exception as error:
            yield _unavailable(f"outages of {service.name}", f"What {table.name} says of the {service.label}", error)
            continue
        ours = service.subjects[table.source]
        asked_until += [
            extent.covered_until
            for extent in extents
            if (extent.source, extent.stream) == (table.source, table.stream) and extent.subject in ours
        ]
    last = max(asked_until, default=None)
    merged = spoken.merged(downs)
    text = spoken.outages(service.label, merged, last, standing.now, standing.services.zone)
    up = None if last is None else not any(down.end is None or down.end > last for down in merged)
    yield Line(f"outages of {service.name}", up, text)


def _release(standing: Standing) -> Line:
    latest = max(standing.releases(), key=lambda release: release[2], default=None)
    if latest is None:
        return Line("releases", None, "No release is known.")
    service, name, at = latest
    return Line("releases", True, spoken.release(name, service.label, at, standing.now, standing.services.zone))


def _sources(services: Services, extents: list[Extent], now: datetime) -> list[Line]:
    late = [Line("sources", False, text) for text in late_sources(services, extents, now)]
    if late:
        return late
    lately = all(now - extent.covered_until <= spoken.LATE_AFTER for extent in extents)
    when = "in the last half hour" if lately else "when they were last due"
    return [Line("sources", True, f"All sources were read {when}.")]


def _guarded(about: str, title: str, ask: Callable[[], list[Line]]) -> list[Line]:
    try:
        return ask()
    # Whatever a call raises, the other sentences are still reported.
    except Exception as error:
        return [_unavailable(about, title, error)]


def _unavailable(about: str, title: str, error: Exception) -> Line:
    """The problem in a sentence without secrets; the error itself is logged."""
    _log.warning("The status of %s is not available.", about, exc_info=error)
    if isinstance(error, BadConnection):
        reason = str(error)
    elif is_missing_table(error):
        reason = "Its table is missing; the dag named warehouse creates it"
    else:
        reason = "See the log for the reason"
    return Line(about, None, f"{title} {_verb(title)} not available at the moment. {sentence_of(reason)}")


def _verb(subject: str) -> str:
    return "are" if subject.endswith("s") and not subject.startswith("What") else "is"


def main(words: list[str] | None = None) -> None:
    """Print the status."""
    parser = argparse.ArgumentParser(prog="python -m bellwether.watch.status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(words)
    current = status()
    text = msgspec.json.encode(current.as_json()).decode() if options.json else current.text()
    sys.stdout.write(f"{text}\n")
