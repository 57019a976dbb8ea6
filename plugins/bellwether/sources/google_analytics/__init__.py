"""Google Analytics 4: traffic by the minute, and the last half hour as it happens.

API: Data API v1beta, https://developers.google.com/analytics/devguides/reporting/data/v1. Credentials: a service
account's key file, added to each property as Viewer, scope ``analytics.readonly``. The extra holds the key file
as ``keyfile_dict`` and names the ``properties`` by their numbers.

What bites:

- Figures come in over hours and are restated for 48 h: two days are read again each time.
- Times are the property's own and carry no offset. When clocks are set back, both hours share a name: their
  sum stands at the first, and the coverage calls both incomplete (``folded_hour``).
- Users are not additive: minutes cannot be summed to a day's users.
- Small figures may be left out (``thresholded``), large ranges sampled (``sampled``), rare rows thrown
  together (``other_row``); the coverage carries these doubts.
- Tokens are counted by property, hour and day. An hourly or daily limit stops the run with a clear error.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bellwether.hooks.answer import Answer
from bellwether.hooks.api import ApiHook
from bellwether.hooks.limits import retry_after
from bellwether.hooks.paginators import Offset
from bellwether.hooks.records import Page
from bellwether.hooks.request import Request
from bellwether.hooks.service_account import ServiceAccountToken
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.sources import operator_on_demand
from bellwether.sources.google_analytics.reports import OTHER, Report, folded_hours, minute_in_utc, read_report
from bellwether.window import Window

_SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
_ROWS_A_PAGE = 100_000
_REALTIME_REACH = timedelta(minutes=29)
"""The minutes that runRealtimeReport tells of, for properties that are not Analytics 360."""


def _metrics(**names: str) -> tuple[Column, ...]:
    """Columns for metrics, which come as text."""
    return tuple(Column(column, "integer", metric) for column, metric in names.items())


_TRAFFIC_METRICS = _metrics(
    active_users="activeUsers",
    new_users="newUsers",
    total_users="totalUsers",
    sessions="sessions",
    page_views="screenPageViews",
    events="eventCount",
)
_REALTIME_METRICS = _metrics(active_users="activeUsers", page_views="screenPageViews", events="eventCount")


def _report(dimension: str, metrics: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "dimensions": [{"name": dimension}],
        "metrics": [{"name": metric.source_path} for metric in metrics],
        "orderBys": [{"dimension": {"dimensionName": dimension}}],
        "limit": _ROWS_A_PAGE,
        "returnPropertyQuota": True,
    }


TRAFFIC = Stream(
    name="traffic",
    path="/v1beta/properties/{subject}:runReport",
    subject_column="property_id",
    method="POST",
    params=_report("dateHourMinute", _TRAFFIC_METRICS),
    paginator=Offset("rowCount"),
    cursor="at",
    lookback=timedelta(hours=48),
    slice=timedelta(days=14),
    key=("at",),
    columns=(Column("at", "timestamp", required=True), *_TRAFFIC_METRICS),
)
REALTIME = Stream(
    name="realtime",
    path="/v1beta/properties/{subject}:runRealtimeReport",
    subject_column="property_id",
    method="POST",
    params=_report("minutesAgo", _REALTIME_METRICS),
    cursor="at",
    live=timedelta(minutes=25),
    keeps=_REALTIME_REACH,
    key=("at",),
    columns=(Column("at", "timestamp", required=True), *_REALTIME_METRICS),
)


def _minute(record: dict[str, str], zone: ZoneInfo) -> datetime | None:
    return minute_in_utc(record["dateHourMinute"], zone)


def _minutes_before(now: datetime, record: dict[str, str]) -> datetime | None:
    minutes = record["minutesAgo"]
    return now - timedelta(minutes=int(minutes)) if minutes.isdecimal() else None


SOURCE = Source(
    name="google_analytics",
    title="Google Analytics 4",
    streams=(TRAFFIC, REALTIME),
    base_url="https://analyticsdata.googleapis.com",
    watched="properties",
    example=(
        '{"conn_type": "http", "extra": {"properties": ["123456789"], "keyfile_dict": '
        '{"client_email": "…", "private_key": "…", "token_uri": "https://oauth2.googleapis.com/token"}}}'
    ),
    rights="the key file of a service account whose address is a Viewer of each property",
    credentials="keyfile_dict",
)


class GoogleAnalyticsHook(ApiHook):
    """Reads the properties named in the connection's extra."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """The service account's access token."""
        return {"Authorization": f"Bearer {self._token.get(self.session())}"}

    def reauthorize(self) -> bool:
        """A token may be revoked before its time."""
        self._token.forget()
        return True

    def wait_asked(self, answer: Answer) -> float | None:
        """Too many requests at once pass in half a minute; a used-up budget of tokens with the hour."""
        if answer.status != 429:
            return None
        return retry_after(answer) or (30.0 if b"oncurrent" in answer.body else 1800.0)

    def first_request(self, stream: Stream, subject: str, window: Window) -> Request:
        """The report, for the days that the window touches in the property's own time zone."""
        request = super().first_request(stream, subject, window)
        if stream is REALTIME or request.body is None:
            return request
        zone = self._zone(subject, request)
        last = window.end - timedelta(microseconds=1)
        days = {"startDate": f"{window.start.astimezone(zone):%F}", "endDate": f"{last.astimezone(zone):%F}"}
        return replace(request, body=request.body | {"dateRanges": [days]})

    def page(self, stream: Stream, subject: str, window: Window, answer: Answer) -> Page:
        """Rows with their headers put back and their time in UTC."""
        report = read_report(answer)
        self._watch_quota(subject, report)
        now = answer.observed_at.replace(second=0, microsecond=0)
        records, flags = [], set(report.flags)
        for record in report.records():
            at = _minutes_before(now, record) if stream is REALTIME else _minute(record, report.zone)
            if at is None and OTHER in record.values():
                flags.add("other_row")
                continue
            records.append(msgspec.json.encode({"at": at, "timeZone": report.metadata.timeZone, **record}))
        not_seen = [] if stream is REALTIME else folded_hours(window, report.zone)
        flags |= {"folded_hour"} if not_seen else set()
        return Page(records, Reading(subject, answer.observed_at), frozenset(flags), tuple(not_seen))

    @cached_property
    def _token(self) -> ServiceAccountToken:
        return ServiceAccountToken(self.service, _SCOPE)

    @cached_property
    def _zones(self) -> dict[str, ZoneInfo]:
        return {}

    def _zone(self, subject: str, request: Request) -> ZoneInfo:
        """The property's time zone, which only a report tells: one row of yesterday is asked for once."""
        if subject not in self._zones:
            days = [{"startDate": "yesterday", "endDate": "yesterday"}]
            body = (request.body or {}) | {"dateRanges": days, "limit": 1}
            self._zones[subject] = read_report(self.sender.send(replace(request, body=body))).zone
        return self._zones[subject]

    def _watch_quota(self, subject: str, report: Report) -> None:
        spent = [name for name, quota in report.propertyQuota.items() if quota.remaining <= 0]
        if spent and report.rows:
            self.log.warning("Property %s has used up %s; further reports will be refused.", subject, spent)


__getattr__ = operator_on_demand(GoogleAnalyticsHook)
