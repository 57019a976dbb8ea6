"""Postman: monitors, and their runs as far as they can be seen.

API: https://learning.postman.com/docs/developer/postman-api/intro-api/. Key: an API key of a user who may view
the monitors. The extra may name ``monitors`` by their ids (all that the key may see unless given).

What bites:

- No endpoint lists a monitor's past runs. Each reading finds only the last one, so a run that came and went
  between two readings is never seen; the coverage then says so. Windows that ended over an hour ago are not
  asked about at all: the last run says nothing of them.
- ``POST /monitors/{id}/run`` would start a run and use up quota. It is never called.
- While a run goes on, ``lastRun`` may say failed with no failed assertion: a run counts once it has finished.
- 300 requests a minute for a user; a 429 tells the seconds to wait in ``RetryAfter``, without a hyphen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from bellwether.hooks.answer import Answer
from bellwether.hooks.api import ApiHook
from bellwether.hooks.limits import named_number, retry_after
from bellwether.hooks.paginators import Cursor
from bellwether.hooks.records import Page
from bellwether.hooks.source import Limit, Source
from bellwether.hooks.stream import WHOLE, Column, Stream
from bellwether.sources import operator_on_demand
from bellwether.window import Window

_LIST = Stream(
    name="list",
    path="/monitors",
    subject_column="account",
    params={"limit": 25},
    paginator=Cursor("meta.nextCursor"),
    records="monitors",
    key=(),
    columns=(),
)
MONITORS = Stream(
    name="monitors",
    path="/monitors/{subject}",
    subject_column="monitor_id",
    records="monitor",
    is_list=False,
    known_by="monitor.id",
    snapshot=True,
    slice=WHOLE,
    key=(),
    columns=(
        Column("uid"),
        Column("name"),
        Column("owner", parse=lambda owner: None if owner is None else str(owner)),
        Column("collection_uid", path="collectionUid"),
        Column("environment_uid", path="environmentUid"),
        Column("schedule_cron", path="schedule.cron"),
        Column("schedule_timezone", path="schedule.timezone"),
        Column("next_run_at", "timestamp", "schedule.nextRun"),
    ),
)
RUNS = Stream(
    name="runs",
    path="/monitors/{subject}",
    subject_column="monitor_id",
    records="monitor.lastRun",
    is_list=False,
    known_by="monitor.id",
    live=timedelta(hours=1),
    keeps=WHOLE,  # The last run is told however long ago it was; what it hides is worked out from the schedule.
    slice=WHOLE,
    key=("started_at",),
    columns=(
        Column("started_at", "timestamp", "startedAt", required=True),
        Column("finished_at", "timestamp", "finishedAt", required=True),
        Column("status"),
        Column("assertions_total", "integer", "stats.assertions.total"),
        Column("assertions_failed", "integer", "stats.assertions.failed"),
        Column("requests_total", "integer", "stats.requests.total"),
        Column("requests_failed", "integer", "stats.requests.failed"),
    ),
)

SOURCE = Source(
    name="postman",
    title="Postman",
    streams=(MONITORS, RUNS),
    base_url="https://api.getpostman.com",
    watched="monitors",
    listing=(_LIST, "id"),
    example='{"conn_type": "http", "password": "PMAK-KEY", "extra": {"monitors": ["1e6b6cb7-…"]}}',
    rights="an API key of a user who may view the monitors; without `monitors`, all that the key may see are read",
    limits=(Limit(300, 60.0),),
    # Between the ticks on which monitors start: on them, a new run goes on and has hidden the one before.
    schedule="3-59/5 * * * *",
    skips_missing=True,
)


class PostmanHook(ApiHook):
    """Reads the monitors named in the connection's extra, or all that the key may see."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """The key, in Postman's own header."""
        return {"X-Api-Key": self.service.secret()}

    def wait_asked(self, answer: Answer) -> float | None:
        """The seconds of a 429, under the names that Postman gives them."""
        if answer.status != 429:
            return None
        return named_number(answer, "RetryAfter", "X-RateLimit-RetryAfter") or retry_after(answer) or 1.0

    def page(self, stream: Stream, subject: str, window: Window, answer: Answer) -> Page:
        """As every hook; of runs, the finished one, with the stretch before it that was not seen."""
        page = super().page(stream, subject, window, answer)
        if stream is not RUNS or not page.records:
            return page
        try:
            run = msgspec.json.decode(page.records[0], type=_Run)
        except (msgspec.DecodeError, RecursionError):
            return page  # Staging rejects it and says why.
        before = _run_before(run.startedAt, answer.value("monitor.schedule"))
        if run.finishedAt:
            return _with_not_seen(page, window, before)
        # It goes on: a later reading may see it, this one saw neither it nor any run before it.
        not_seen = run.startedAt if run.startedAt in window else before
        return _with_not_seen(replace(page, records=[]), window, not_seen)


_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]


class _Run(msgspec.Struct):
    startedAt: _AWARE
    finishedAt: datetime | None = None


def _run_before(started_at: datetime, schedule: Any) -> datetime:
    """When the schedule has the run before this one; without one that can be read it may have been just before."""
    from croniter import croniter

    told = schedule if isinstance(schedule, dict) else {}
    cron, zone = told.get("cron"), _zone(told.get("timezone", "UTC"))
    if zone is None or not isinstance(cron, str) or not croniter.is_valid(cron):
        return started_at - timedelta(minutes=1)
    # A run starts some seconds after its time: from its own minute, the one before is meant.
    own_minute = started_at.astimezone(zone).replace(second=0, microsecond=0)
    before: datetime = croniter(cron, own_minute).get_prev(datetime)
    return before


def _zone(name: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, TypeError, OSError):
        return None


def _with_not_seen(page: Page, window: Window, last_not_seen: datetime) -> Page:
    """The page with what it cannot tell: anything up to the last run that was not seen."""
    if last_not_seen < window.start:
        return page
    its_minute = last_not_seen.replace(second=0, microsecond=0)
    not_seen = Window(window.start, min(window.end, its_minute + timedelta(minutes=1)))
    return replace(page, flags=page.flags | {"not_seen"}, not_seen=(not_seen,))


__getattr__ = operator_on_demand(PostmanHook)
