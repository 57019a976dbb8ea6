"""Rows of a company straight in the warehouse's tables, through the bundle's own merge: weeks in a second or two.

`Company(...)` is the sandbox's world as the sources would have loaded it; `put` writes rows of a test's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bellwether.arrow import pa
from bellwether.sql import render, sql_folder
from bellwether.warehouse import connect
from bellwether.warehouse.coverage import COLUMNS, KEY
from bellwether.warehouse.database import Batch
from sandbox.past import Past
from sandbox.vendors.statuscake_checks import CHECKS, periods
from sandbox.world import Clock, World

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
SMOKE = "1f0a61d2-70c1-4a30-a5b5-0dbf1c1f0001"
SUBJECTS = {
    "statuscake_periods": ("6710001", "6710002"),
    "google_analytics_traffic": ("250000001",),
    "github_releases": ("dogbreed/site", "dogbreed/api"),
    "github_commits": ("dogbreed/site", "dogbreed/api"),
    "github_deployments": ("dogbreed/site", "dogbreed/api"),
}
_TIME = pa.timestamp("us", tz="UTC")


def put(table: str, key: Sequence[str], rows: Iterable[Mapping[str, Any]], conn_id: str = "warehouse") -> None:
    """Merge rows into a table; all have the columns of the first."""
    found = [dict(row) for row in rows]
    if not found:
        return
    columns = tuple(found[0])
    arrays = {name: pa.array([row[name] for row in found]) for name in columns}
    typed = {
        name: values.cast(_TIME) if pa.types.is_timestamp(values.type) or pa.types.is_null(values.type) else values
        for name, values in arrays.items()
    }
    connect(conn_id).merge(Batch(table, tuple(key), columns, [pa.table(typed)]))


def cover(
    table: str,
    subject: str,
    start: datetime,
    end: datetime,
    *,
    observed_at: datetime | None = None,
    is_complete: bool = True,
    flags: str = "",
    conn_id: str = "warehouse",
) -> None:
    """A row of `coverage`, observed long after unless given, so that all is settled."""
    source, stream = table.rsplit("_", 1)
    values = (source, stream, subject, start, end, 1, 0, is_complete, flags, observed_at or end + timedelta(days=9))
    put("coverage", KEY, [dict(zip(COLUMNS, values, strict=True))], conn_id)


def outage(test: str, start: datetime, end: datetime | None, conn_id: str = "warehouse", **more: Any) -> None:
    """A row of statuscake_periods."""
    row = {"test_id": test, "started_at": start, "ended_at": end, "status": "down", "observed_at": UNTIL} | more
    put("statuscake_periods", ("test_id", "started_at"), [row], conn_id)


@dataclass
class Company:
    """The sandbox's world from `since` up to `until`, in the tables behind a connection."""

    weeks: float = 8
    until: datetime = UNTIL
    conn_id: str = "warehouse"
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.until - timedelta(weeks=self.weeks)
        self.seen_at = self.until + timedelta(days=3)
        self.world = World(clock=Clock(self.seen_at))

    def load(self, since: datetime | None = None, until: datetime | None = None) -> None:
        """Rows and coverage of a part of the time, or of all of it."""
        since, until = since or self.since, until or self.until
        for table, subjects in SUBJECTS.items():
            for subject in subjects:
                rows = getattr(self, f"_{table}")(subject, since, until)
                put(table, _keys(table), ({**row, "observed_at": self.seen_at} for row in rows), self.conn_id)
                cover(table, subject, since, until, observed_at=self.seen_at, conn_id=self.conn_id)

    def _statuscake_periods(self, test: str, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        check = next(check for check in CHECKS if check.id == test)
        for one in periods(check, Past(self.world)):
            if one.created_at < until and (one.ended_at is None or one.ended_at > since):
                status = "up" if one.is_up else "down"
                yield {"test_id": test, "started_at": one.created_at, "ended_at": one.ended_at, "status": status}

    def _google_analytics_traffic(self, of: str, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        for one in self.world.traffic(since, until):
            yield {"property_id": of, "at": one.at, "active_users": int(one[1]), "new_users": int(one[2])}

    def _github_releases(self, of: str, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        for one in self.world.releases(of, since, until):
            found = {"release_id": one.id, "tag_name": one.tag, "is_prerelease": one.prerelease}
            yield {"repository": of, **found, "published_at": one.published_at}

    def _github_commits(self, of: str, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        for one in self.world.commits(of, since, until):
            yield {"repository": of, "sha": one.sha, "committed_at": one.committed_at}

    def _github_deployments(self, of: str, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        for one in self.world.deployments(of, since, until):
            found = {"deployment_id": one.id, "environment": one.environment}
            yield {"repository": of, **found, "created_at": one.created_at}


def _keys(table: str) -> tuple[str, ...]:
    return {
        "statuscake_periods": ("test_id", "started_at"),
        "google_analytics_traffic": ("property_id", "at"),
        "github_releases": ("repository", "release_id"),
        "github_commits": ("repository", "sha"),
        "github_deployments": ("repository", "deployment_id"),
    }[table]


def make_tables(conn_id: str = "warehouse") -> None:
    """All of the bundle's tables."""
    for path in sorted((sql_folder() / "tables").glob("*.sql")):
        connect(conn_id).run(render(f"tables/{path.name}"))
