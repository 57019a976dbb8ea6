"""Query the warehouse for the facts of the status: one method per fact, so that they fail independently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.services import Service, Services, SignalTable, statement
from bellwether.sql import render
from bellwether.warehouse.database import Warehouse
from bellwether.watch.status.spoken import WEEK, Down, merged
from bellwether.window import Window

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visits:
    """The last 24 hours: started visits, new visitors, the last minute with data, and the covered time."""

    visits: int
    new: int
    last: datetime | None
    covered: timedelta


@dataclass(frozen=True, slots=True)
class Extent:
    """The time until which a subject's stream is covered."""

    source: str
    stream: str
    subject: str
    covered_until: datetime


class Standing:
    """The facts in a warehouse at a time."""

    def __init__(self, services: Services, warehouse: Warehouse, now: datetime) -> None:
        self.services, self.now = services, now
        self._warehouse = warehouse

    def extents(self) -> list[Extent]:
        """The time until which each subject's stream is covered, at most now."""
        rows = self._warehouse.select(render("coverage/extent.sql"))
        return [Extent(source, stream, subject, min(last, self.now)) for source, stream, subject, _, last, _ in rows]

    def visits(self) -> Visits:
        """The visits of all properties of the services."""
        subjects = {subject for service in self._with("visitors") for subject in self._of(service, "google_analytics")}
        window = Window(self.now - DAY, self.now)
        rows = self._warehouse.select(render("status/visits.sql"), {"since": window.start, "until": window.end})
        ours = [row for row in rows if row[0] in subjects]
        covered = [self._covered(table, subject, window) for table in self._tables("visitors") for subject in subjects]
        return Visits(
            sum(int(row[1]) for row in ours),
            sum(int(row[2]) for row in ours),
            max((row[3] for row in ours), default=None),
            min(covered, default=timedelta()),
        )

    def outages(self, service: Service, table: SignalTable) -> list[Down]:
        """A service's outages of the last 7 days in a table."""
        subjects = self._of(service, table.source)
        rows = self._warehouse.select(statement(table), {"since": self.now - WEEK, "until": self.now})
        # Outages that began before the week and ended in it are returned in full.
        return merged([Down(start, end) for subject, start, end in rows if subject in subjects])

    def releases(self) -> Iterator[tuple[Service, str, datetime]]:
        """The last release of each service with releases."""
        rows = self._warehouse.select(render("status/releases.sql"), {"until": self.now})
        for repository, name, at in rows:
            for service in self.services.services:
                if repository in self._of(service, "github"):
                    yield service, name, at

    def _with(self, signal: str) -> tuple[Service, ...]:
        return self.services.having(signal)

    def _tables(self, signal: str) -> tuple[SignalTable, ...]:
        return self.services.tables_of(signal)

    def _of(self, service: Service, source: str) -> tuple[str, ...]:
        return service.subjects.get(source, ())

    def _covered(self, table: SignalTable, subject: str, window: Window) -> timedelta:
        """The time of the window for which a subject's stream is covered."""
        parameters = {"source": table.source, "stream": table.stream, "since": window.start, "until": window.end}
        rows = self._warehouse.select(render("coverage/covered.sql"), parameters | {"lookback_seconds": 0})
        spans = [end - start for owner, state, _, start, end in rows if (owner, state) == (subject, "covered")]
        return sum(spans, timedelta())
