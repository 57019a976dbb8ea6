"""StatusCake: uptime tests, their up and down periods, the alerts sent and the checks made.

API: v1, https://developers.statuscake.com. Token: any API key of the account (User details, API keys); keys
have no narrower permissions. The extra may name ``tests`` by their ids (all of the account's unless given) and
``requests_per_second`` (5, what every account is allowed).

What bites:

- Lists about one test come newest first and name the next page themselves.
- ``after`` compares a period's start, so an outage that began before a window and ended inside it would never
  come back. Periods follow each other without a gap: the one before the window is read too, which is the one
  that was still open, and so every period is read again until it has closed.
- An open period has no ``ended_at`` and no ``duration``; durations are milliseconds. A check whose target
  gave no answer at all has neither location, performance nor status code.
- A test that is paused looks at nothing, and its last period stays open: what comes after ``last_tested_at`` is not
  seen. That a test was paused once is told nowhere.
- Alerts tell who was told, after the test's own delays; they are no list of outages.
- A turned-down token is 401 or 403. 5 requests a second and 60 a minute (more on larger plans) for all of an
  account's keys; a 429 tells the seconds to wait. A test deleted meanwhile is skipped, and the log says so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from bellwether.hooks.answer import Answer
from bellwether.hooks.api import ApiHook
from bellwether.hooks.cut import peeker
from bellwether.hooks.errors import ApiError, NotAuthorized, QuotaExhausted
from bellwether.hooks.limits import number, retry_after
from bellwether.hooks.paginators import JsonLink, PageNumber
from bellwether.hooks.records import Page
from bellwether.hooks.request import Request
from bellwether.hooks.source import Limit, Source
from bellwether.hooks.stream import WHOLE, Column, Stream
from bellwether.sources import operator_on_demand
from bellwether.window import EPOCH, Window

_DELAY = timedelta(hours=1)
"""Tests confirm what they saw before they tell of it."""


_ANY_TIME = Window(EPOCH, EPOCH + timedelta(days=1))
_tested_at = peeker("last_tested_at")


def _before(window: Window) -> dict[str, int]:
    return {"before": int(window.end.timestamp())}


def _between(window: Window) -> dict[str, int]:
    # Whether "after" is inclusive is not documented; a second more does no harm.
    return {"after": int(window.start.timestamp()) - 1, **_before(window)}


TESTS = Stream(
    name="tests",
    path="/uptime",
    subject_column="account",
    params={"limit": 100, "page": 1},
    paginator=PageNumber("metadata.page_count"),
    records="data",
    moves=True,
    snapshot=True,
    slice=WHOLE,
    lists_all=True,
    key=("test_id",),
    columns=(
        Column("test_id", path="id", required=True),
        Column("name"),
        Column("website_url"),
        Column("test_type"),
        Column("check_rate_seconds", "integer", "check_rate"),
        Column("is_paused", "boolean", "paused"),
        Column("status"),
        Column("uptime_percent", "number", "uptime"),
        Column("tags", "json"),
    ),
)
PERIODS = Stream(
    name="periods",
    path="/uptime/{subject}/periods",
    subject_column="test_id",
    params={"limit": 100},
    window_params=_before,
    paginator=JsonLink("links.next"),
    records="data",
    cursor="created_at",
    newest_first="created_at",
    includes_previous=True,
    lookback=_DELAY,
    slice=timedelta(days=28),
    key=("started_at",),
    columns=(
        Column("started_at", "timestamp", "created_at", required=True),
        Column("ended_at", "timestamp"),
        Column("status", required=True),
        Column("duration_ms", "integer", "duration"),
    ),
)
ALERTS = Stream(
    name="alerts",
    path="/uptime/{subject}/alerts",
    subject_column="test_id",
    params={"limit": 100},
    window_params=_between,
    paginator=JsonLink("links.next"),
    records="data",
    cursor="triggered_at",
    lookback=_DELAY,
    slice=timedelta(days=28),
    key=("alert_id",),
    columns=(
        Column("alert_id", path="id", required=True),
        Column("triggered_at", "timestamp", required=True),
        Column("status"),
        Column("status_code", "integer"),
    ),
)
HISTORY = Stream(
    name="history",
    path="/uptime/{subject}/history",
    subject_column="test_id",
    params={"limit": 100},
    window_params=_between,
    paginator=JsonLink("links.next"),
    records="data",
    cursor="created_at",
    lookback=_DELAY,
    key=("checked_at", "location"),
    columns=(
        Column("checked_at", "timestamp", "created_at", required=True),
        # Part of the key, and absent when the target did not answer.
        Column("location", parse=lambda location: location or ""),
        Column("performance_ms", "integer", "performance"),
        Column("status_code", "integer"),
    ),
)

SOURCE = Source(
    name="statuscake",
    title="StatusCake",
    streams=(TESTS, PERIODS, ALERTS, HISTORY),
    base_url="https://api.statuscake.com/v1",
    watched="tests",
    listing=(TESTS, "id"),
    example='{"conn_type": "http", "password": "TOKEN", "extra": {"tests": ["6123456"]}}',
    rights="an API key of the account (keys have no narrower rights); without `tests`, all tests are read",
    limits=(Limit(5, 1.0, "requests_per_second"), Limit(60, 60.0)),
    concurrency=4,
    skips_missing=True,
)


class StatusCakeHook(ApiHook):
    """Reads the tests named in the connection's extra, or all of the account's."""

    source = SOURCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asking = threading.Lock()
        self._paused: frozenset[str] | None = None

    def request_limits(self) -> tuple[tuple[int, float], ...]:
        """What the account's plan allows; the per-minute limit of larger plans is the vendor's to tell."""
        a_second, a_minute = super().request_limits()
        return (a_second, a_minute) if a_second[0] <= 5 else (a_second,)

    def wait_asked(self, answer: Answer) -> float | None:
        """Seconds until the limit is reset: ``x-ratelimit-reset`` counts down to it."""
        if answer.status != 429:
            return None
        return number(answer.headers.get("x-ratelimit-reset")) or retry_after(answer) or 1.0

    def turned_down(self, answer: Answer) -> bool:
        """A bad token is a 401, or a 403 with a header that tells it from a missing permission."""
        return answer.status == 401 or answer.headers.get("x-ext-authz") == "denied"

    def read(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        """As every hook; of a test that is paused the window is not seen from its last look on."""
        unseen = None if stream is TESTS else self._unseen(subject, window)
        for page in super().read(stream, subject, window):
            yield page.blind_to(unseen) if unseen else page

    def _unseen(self, test: str, window: Window) -> Window | None:
        if test not in self._paused_tests():
            return None
        request = Request("GET", f"{self.service.base_url}/uptime/{test}")
        try:
            (record,) = self.sender.send(request).records("data", is_list=False)
            tested_at = _tested_at(record)
        except (NotAuthorized, QuotaExhausted):
            raise
        except (ApiError, msgspec.MsgspecError, ValueError, OverflowError, OSError, RecursionError):
            tested_at = None
        since = max(window.start, tested_at) if tested_at else window.start
        return Window(since, window.end) if since < window.end else None

    def _paused_tests(self) -> frozenset[str]:
        """The account's tests that are paused now, asked for once."""
        with self._asking:
            if self._paused is None:
                pages = self.read(TESTS, "account", _ANY_TIME)
                self._paused = frozenset(test for page in pages for record in page.records for test in _paused(record))
            return self._paused

    def named_subjects(self, stream: Stream) -> list[str] | None:
        """The account for its list of tests, each test for all else."""
        return ["account"] if stream is TESTS else super().named_subjects(stream)


class _Test(msgspec.Struct):
    id: str | int
    paused: bool = False


def _paused(record: bytes) -> list[str]:
    try:
        test = msgspec.json.decode(record, type=_Test)
    except (msgspec.DecodeError, RecursionError):
        return []  # Staging rejects it and says why.
    return [str(test.id)] if test.paused else []


__getattr__ = operator_on_demand(StatusCakeHook)
