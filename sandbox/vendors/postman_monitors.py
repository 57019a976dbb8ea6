"""Postman monitors over the world's API: when each runs by its cron and how the latest run went."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from sandbox.answers import timestamp
from sandbox.world import World

OWNER = 26018044
FIRST_DIGITS = "1f0a61d2-70c1-4a30-a5b5-0dbf1c1f000"


@dataclass(frozen=True, slots=True)
class Monitor:
    """A collection run by the clock; an inactive one keeps the run it had when it was stopped."""

    id: str
    name: str
    cron: str
    requests: int
    assertions: int
    seconds: int
    timezone: str = "UTC"
    stopped_at: datetime | None = None

    @property
    def uid(self) -> str:
        """The owner's id and the monitor's."""
        return f"{OWNER}-{self.id}"

    def is_active(self, now: datetime) -> bool:
        """Whether it still runs at `now`."""
        return self.stopped_at is None or now < self.stopped_at


MONITORS = (
    Monitor(FIRST_DIGITS + "1", "API smoke", "*/5 * * * *", 6, 14, 21),
    Monitor(FIRST_DIGITS + "2", "API full", "0 * * * *", 58, 171, 190),
    Monitor(FIRST_DIGITS + "3", "API contract", "30 2 * * 1-5", 33, 92, 75, "Europe/Berlin"),
    Monitor(
        FIRST_DIGITS + "4", "API v0 (retired)", "0 */6 * * *", 12, 20, 40,
        stopped_at=datetime(2026, 2, 16, 9, 12, tzinfo=UTC),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `finished_at` is None while it goes on. Failures are only known once it has finished."""

    started_at: datetime
    finished_at: datetime | None
    failed_requests: int
    failed_assertions: int


def latest_run(monitor: Monitor, world: World, triggered_at: datetime | None = None) -> Run | None:
    """The run that began last, by the cron or by hand; None before the first."""
    now = world.clock.now()
    if not monitor.is_active(now) and monitor.stopped_at is not None:
        scheduled = _before(monitor, monitor.stopped_at)
    else:
        scheduled = _before(monitor, now)
    started = max(scheduled, triggered_at) if triggered_at else scheduled
    return run_at(monitor, world, started) if started >= world.BEGINNING else None


def run_at(monitor: Monitor, world: World, started_at: datetime) -> Run:
    """The run that began then, as far as it has come: it fails where the API was out meanwhile."""
    chance = zlib.crc32(f"{monitor.id} {started_at.isoformat()}".encode())
    lasting = timedelta(seconds=monitor.seconds * (80 + chance % 60) // 100, milliseconds=chance % 1000)
    finished_at = started_at + lasting
    if finished_at > world.clock.now():
        return Run(started_at, None, 0, 0)
    out = timedelta()
    for outage in world.outages("api", started_at, finished_at):
        out += min(outage.ended_at or finished_at, finished_at) - max(outage.started_at, started_at)
    if not out:
        return Run(started_at, finished_at, 0, 0)
    share = out / lasting
    requests = max(1, round(monitor.requests * share))
    return Run(started_at, finished_at, requests, max(1, round(monitor.assertions * share)))


def next_run(monitor: Monitor, now: datetime) -> datetime:
    """When the cron comes round again."""
    local = now.astimezone(ZoneInfo(monitor.timezone))
    tick: datetime = croniter(monitor.cron, local).get_next(datetime)
    return tick.astimezone(UTC)


def _before(monitor: Monitor, moment: datetime) -> datetime:
    # get_prev looks strictly before, so a run that begins this very second needs the second added.
    local = (moment + timedelta(seconds=1)).astimezone(ZoneInfo(monitor.timezone))
    tick: datetime = croniter(monitor.cron, local).get_prev(datetime)
    return tick.astimezone(UTC)


def listed_body(monitor: Monitor, now: datetime) -> dict[str, Any]:
    """The monitor as the list has it."""
    return {
        "id": monitor.id,
        "name": monitor.name,
        "active": monitor.is_active(now),
        "uid": monitor.uid,
        "owner": OWNER,
        "collectionUid": f"{OWNER}-{_uuid(monitor, 'collection')}",
        "environmentUid": f"{OWNER}-{_uuid(monitor, 'environment')}",
    }


def detail_body(monitor: Monitor, world: World, triggered_at: datetime | None = None) -> dict[str, Any]:
    """The monitor with its schedule and its latest run, the only one the service ever tells."""
    now = world.clock.now()
    body = listed_body(monitor, now) | {
        "notificationLimit": 3,
        "options": {"followRedirects": True, "requestDelay": 0, "requestTimeout": 15000, "strictSSL": True},
        "notifications": {
            "onError": [{"email": "oncall@dog.breed"}],
            "onFailure": [{"email": "oncall@dog.breed"}],
        },
        "distribution": [{"region": "eu-central"}],
        "retry": {"attempts": 0},
        "schedule": {"cron": monitor.cron, "timezone": monitor.timezone},
    }
    if monitor.is_active(now):
        body["schedule"]["nextRun"] = _milliseconds(next_run(monitor, now))
    run = latest_run(monitor, world, triggered_at)
    if run is not None:
        body["lastRun"] = last_run_body(monitor, run)
    return body


def last_run_body(monitor: Monitor, run: Run) -> dict[str, Any]:
    """A run; one still going says "failed" with nothing failed and has no end (postman-app-support #4107)."""
    body: dict[str, Any] = {"status": "failed", "startedAt": _milliseconds(run.started_at)}
    if run.finished_at is None:
        return body | {"stats": {"assertions": {"total": 0, "failed": 0}, "requests": {"total": 0}}}
    failed = run.failed_requests or run.failed_assertions
    body |= {"status": "failed" if failed else "success", "finishedAt": _milliseconds(run.finished_at)}
    requests: dict[str, int] = {"total": monitor.requests}
    if failed or run.started_at.minute % 2:
        requests["failed"] = run.failed_requests
    assertions = {"total": monitor.assertions, "failed": run.failed_assertions}
    return body | {"stats": {"assertions": assertions, "requests": requests}}


def _milliseconds(moment: datetime) -> str:
    return f"{timestamp(moment)[:-1]}.{moment.microsecond // 1000:03d}Z"


def _uuid(monitor: Monitor, what: str) -> str:
    number = f"{zlib.crc32(f'{what} {monitor.id}'.encode()):08x}"
    return f"{number}-4c2e-4f6b-9d1a-{number}{monitor.id[-4:]}"
