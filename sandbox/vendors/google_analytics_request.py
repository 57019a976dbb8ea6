"""Reading a report request as the GA4 Data API reads it: strictly, key by key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.answers import Refused
from sandbox.vendors.google_analytics_errors import invalid
from sandbox.vendors.google_analytics_figures import METRICS, Property

TIME_DIMENSIONS = {
    "date": slice(0, 8),
    "hour": slice(8, 10),
    "minute": slice(10, 12),
    "dateHour": slice(0, 10),
    "dateHourMinute": slice(0, 12),
}
REALTIME_DIMENSIONS = ("minutesAgo",)
REALTIME_METRICS = ("activeUsers", "screenPageViews", "eventCount")
SHARED_KEYS = frozenset(
    {
        "dimensions",
        "metrics",
        "dimensionFilter",
        "metricFilter",
        "limit",
        "metricAggregations",
        "orderBys",
        "returnPropertyQuota",
    }
)
REPORT_KEYS = SHARED_KEYS | {"property", "dateRanges", "offset", "currencyCode", "keepEmptyRows"}
REALTIME_KEYS = SHARED_KEYS | {"minuteRanges"}
DEFAULT_LIMIT = 10_000
EARLIEST = date(2015, 8, 14)
SCHEMA = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that has passed; `ranges` are (name, first, last), of days or of minutes ago."""

    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    limit: int
    offset: int
    ranges: tuple[tuple[str, Any, Any], ...]
    body: dict[str, Any] = field(repr=False)

    @property
    def days(self) -> int:
        """How many days a report covers, all ranges together."""
        return sum((last - first).days + 1 for _, first, last in self.ranges)


def read_report(body: bytes | dict[str, Any], of: Property, now: datetime, most: int) -> Ask:
    """A runReport request; raises Refused with Google's 400."""
    wanted = _object(body, REPORT_KEYS)
    ranges = wanted.get("dateRanges") or []
    if not 1 <= len(ranges) <= 4:
        raise Refused(invalid(f"Requests must have between 1 and 4 dateRanges; this one has {len(ranges)}."))
    today = now.astimezone(of.zone).date()
    return _ask(wanted, tuple(TIME_DIMENSIONS), METRICS, most, [
        (_named(one, number), *_days(one, today)) for number, one in enumerate(ranges)
    ])  # fmt: skip


def read_realtime(body: bytes, most: int) -> Ask:
    """A runRealtimeReport request; raises Refused with Google's 400."""
    wanted = _object(body, REALTIME_KEYS)
    ranges = wanted.get("minuteRanges") or [{}]
    if len(ranges) > 2:
        raise Refused(invalid("Requests are allowed up to 2 minute ranges."))
    return _ask(wanted, REALTIME_DIMENSIONS, REALTIME_METRICS, most, [
        (_named(one, number), *_minutes(one)) for number, one in enumerate(ranges)
    ])  # fmt: skip


def _object(body: bytes | dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    try:
        wanted = json.loads(body or b"{}") if isinstance(body, bytes) else body
    except ValueError as error:
        raise Refused(invalid("Invalid JSON payload received. Parsing terminated before end of input.")) from error
    if not isinstance(wanted, dict):
        raise Refused(invalid("Invalid JSON payload received. Root element must be a message."))
    for key in wanted:
        if key not in known:
            message = f'Invalid JSON payload received. Unknown name "{key}": Cannot find field.'
            raise Refused(invalid(message, key))
    return wanted


def _ask(
    wanted: dict[str, Any],
    dimensions: tuple[str, ...],
    metrics: tuple[str, ...],
    most: int,
    ranges: list[tuple[str, Any, Any]],
) -> Ask:
    asked_metrics = _names(wanted, "metrics", metrics, 10)
    asked_dimensions = _names(wanted, "dimensions", dimensions, 9)
    if not asked_metrics and not asked_dimensions:
        raise Refused(invalid("Requests must have at least one dimension or metric."))
    limit = _integer(wanted, "limit") or DEFAULT_LIMIT
    offset = _integer(wanted, "offset")
    return Ask(asked_dimensions, asked_metrics, min(limit, most), offset, tuple(ranges), wanted)


def _names(wanted: dict[str, Any], key: str, known: tuple[str, ...], most: int) -> tuple[str, ...]:
    names = tuple(one.get("name", "") for one in wanted.get(key) or [])
    if len(names) > most:
        raise Refused(invalid(f"Requests are limited to {most} {key}. This request has {len(names)}."))
    for name in names:
        if name not in known:
            message = f"Field {name} is not a valid {key.removesuffix('s')}."
            raise Refused(invalid(f"{message} For a list of valid dimensions and metrics, see {SCHEMA}"))
    return names


def _integer(wanted: dict[str, Any], key: str) -> int:
    """An int64, which JSON may carry as a number or as text."""
    value = wanted.get(key, 0)
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(invalid(f"Invalid value at '{key}' (TYPE_INT64), {json.dumps(value)}", key))
    if value < 0:
        raise Refused(invalid(f"The {key} must not be negative; the request has {value}."))
    return value


def _named(asked: dict[str, Any], number: int) -> str:
    name = str(asked.get("name") or f"date_range_{number}")
    if not re.fullmatch(r"[\w .:-]+", name) or (asked.get("name") and name.startswith(("date_range_", "RESERVED_"))):
        raise Refused(invalid(f"The name {name} of a range is not valid."))
    return name


def _days(asked: dict[str, Any], today: date) -> tuple[date, date]:
    first, last = _day(asked, "startDate", today), _day(asked, "endDate", today)
    if last < first:
        raise Refused(invalid(f"The startDate {first} is after the endDate {last}."))
    return first, last


def _day(asked: dict[str, Any], key: str, today: date) -> date:
    text = str(asked.get(key, ""))
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    if ago := re.fullmatch(r"(\d+)daysAgo", text):
        return today - timedelta(days=int(ago[1]))
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError as error:
        message = f"Invalid {key} in the date range: {text}. Use YYYY-MM-DD, today, yesterday or NdaysAgo."
        raise Refused(invalid(message)) from error
    if day < EARLIEST:
        raise Refused(invalid(f"The {key} {day} must be after 2015-08-13."))
    return day


def _minutes(asked: dict[str, Any]) -> tuple[int, int]:
    """(newest, oldest) in minutes ago."""
    oldest, newest = asked.get("startMinutesAgo", 29), asked.get("endMinutesAgo", 0)
    if not (isinstance(oldest, int) and isinstance(newest, int) and 0 <= newest <= oldest):
        raise Refused(invalid("The minute range is not valid: endMinutesAgo must not be before startMinutesAgo."))
    if oldest > 29:
        raise Refused(invalid("Standard properties can request the last 30 minutes: startMinutesAgo must be <= 29."))
    return newest, oldest
