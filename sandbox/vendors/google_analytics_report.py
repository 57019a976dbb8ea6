"""Making a report of what was asked: rows grouped by the dimensions, filtered, ordered, cut into a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from sandbox.limits import Limits
from sandbox.vendors.google_analytics_figures import METRICS, Counts, Figures, Property, add
from sandbox.vendors.google_analytics_filters import matching, ordered
from sandbox.vendors.google_analytics_request import TIME_DIMENSIONS, Ask

USERS = frozenset({METRICS.index("activeUsers"), METRICS.index("totalUsers")})
OTHER = "(other)"

Row = tuple[tuple[str, ...], Figures]
"""Dimension values and one count for each of METRICS."""


@dataclass
class Table:
    """The rows of a report before paging, with what its metadata must confess."""

    rows: list[Row]
    metadata: dict[str, Any] = field(default_factory=dict)


def report(ask: Ask, of: Property, counts: Counts, limits: Limits) -> dict[str, Any]:
    """The body of a runReport answer."""
    table = Table([], {"currencyCode": ask.body.get("currencyCode", of.currency), "timeZone": of.time_zone})
    for name, first, last in ask.ranges:
        rows = _grouped(ask, _by_minute(counts, of, first, last))
        rows = _sampled(rows, table, limits.google_sampling_events)
        table.rows += _of_range(ask, name, rows)
    if of.threshold:
        table.metadata["subjectToThresholding"] = True
        table.rows = [row for row in table.rows if row[1][0] >= of.threshold]
    _fold(table, limits.google_cardinality)
    return answer(ask, table, "analyticsData#runReport") | {"metadata": table.metadata}


def realtime(ask: Ask, of: Property, counts: Counts) -> dict[str, Any]:
    """The body of a runRealtimeReport answer."""
    table = Table([])
    for name, newest, oldest in ask.ranges:
        by_key = counts.lately(of, newest, oldest)
        if ask.dimensions:
            rows: list[Row] = [((f"{ago:02d}",), figures) for ago, figures in by_key.items()]
        else:
            rows = [((), _together(list(by_key.values())))] if by_key else []
        table.rows += _of_range(ask, name, rows)
    return answer(ask, table, "analyticsData#runRealtimeReport")


def answer(ask: Ask, table: Table, kind: str) -> dict[str, Any]:
    """Headers and one page; without rows, rows and rowCount are left out, as proto3 leaves out zeros."""
    dimensions = (*ask.dimensions, "dateRange") if len(ask.ranges) > 1 else ask.dimensions
    rows = ordered(ask, dimensions, matching(ask.body, dimensions, table.rows))
    body: dict[str, Any] = {"metricHeaders": [{"name": name, "type": "TYPE_INTEGER"} for name in ask.metrics]}
    if dimensions:
        body["dimensionHeaders"] = [{"name": name} for name in dimensions]
    columns = [METRICS.index(name) for name in ask.metrics]
    body |= _aggregates(ask, dimensions, rows, columns)
    if rows:
        page = rows[ask.offset : ask.offset + ask.limit]
        if page:
            body["rows"] = _encoded(page, len(dimensions), columns)
        body["rowCount"] = len(rows)
    return body | {"kind": kind}


def _of_range(ask: Ask, name: str, rows: list[Row]) -> list[Row]:
    return [((*key, name), figures) for key, figures in rows] if len(ask.ranges) > 1 else rows


def _by_minute(counts: Counts, of: Property, first: date, last: date) -> dict[str, Figures]:
    by_key: dict[str, Figures] = {}
    for number in range((last - first).days + 1):
        by_key |= counts.of_day(of, first + timedelta(days=number))
    return by_key


def _grouped(ask: Ask, minutes: dict[str, Figures]) -> list[Row]:
    if "dateHourMinute" in ask.dimensions:
        cuts = [TIME_DIMENSIONS[name] for name in ask.dimensions]
        return [(tuple([label[cut] for cut in cuts]), figures) for label, figures in minutes.items()]
    groups: dict[tuple[str, ...], list[Figures]] = {}
    for label, figures in minutes.items():
        key = tuple([label[TIME_DIMENSIONS[name]] for name in ask.dimensions])
        groups.setdefault(key, []).append(figures)
    return [(key, _together(by_key)) for key, by_key in groups.items()]


def _together(minutes: list[Figures]) -> Figures:
    """Events add up; users do not, for most of them are there in several minutes."""
    total = minutes[0]
    for figures in minutes[1:]:
        total = add(total, figures)
    if len(minutes) == 1:
        return total
    most = [max(column) for column in zip(*minutes, strict=True)]
    return tuple([max(most[n], count * 35 // 100) if n in USERS else count for n, count in enumerate(total)])


def _sampled(rows: list[Row], table: Table, most: int) -> list[Row]:
    events = sum(figures[-1] for _, figures in rows)
    if events <= most:
        return rows
    read = {"samplesReadCount": str(most), "samplingSpaceSize": str(events)}
    table.metadata.setdefault("samplingMetadatas", []).append(read)
    share = most / events
    return [(key, tuple([round(round(count * share) / share) for count in figures])) for key, figures in rows]


def _fold(table: Table, most: int) -> None:
    """Above the table's cardinality the rows with the fewest events become one, "(other)"."""
    if len(table.rows) <= most:
        return
    busiest = sorted(table.rows, key=lambda row: row[1][-1], reverse=True)
    folded = busiest[most - 1 :]
    other = (tuple([OTHER] * len(folded[0][0])), _together([figures for _, figures in folded]))
    table.rows = [*busiest[: most - 1], other]
    table.metadata["dataLossFromOtherRow"] = True


def _aggregates(ask: Ask, dimensions: tuple[str, ...], rows: list[Row], columns: list[int]) -> dict[str, Any]:
    makers = {
        "TOTAL": ("totals", _together),
        "MAXIMUM": ("maximums", _largest),
        "MINIMUM": ("minimums", _smallest),
    }
    made: dict[str, Any] = {}
    for name in ask.body.get("metricAggregations") or []:
        if name in makers and rows:
            key, make = makers[name]
            reserved = tuple(f"RESERVED_{name}" for _ in dimensions)
            made[key] = _encoded([(reserved, make([figures for _, figures in rows]))], len(reserved), columns)
    return made


def _largest(minutes: list[Figures]) -> Figures:
    return tuple([max(column) for column in zip(*minutes, strict=True)])


def _smallest(minutes: list[Figures]) -> Figures:
    return tuple([min(column) for column in zip(*minutes, strict=True)])


def _encoded(rows: Sequence[Row], width: int, columns: Sequence[int]) -> msgspec.Raw:
    """The rows as JSON text; no value needs escaping. As dicts, 10,000 would take tenths of a second."""
    parts = []
    if width:
        parts.append('"dimensionValues":[' + ",".join(['{"value":"%s"}'] * width) + "]")
    if columns:
        parts.append('"metricValues":[' + ",".join(['{"value":"%d"}'] * len(columns)) + "]")
    row = "{" + ",".join(parts) + "}"
    texts = [row % (*key, *[figures[column] for column in columns]) for key, figures in rows]
    return msgspec.Raw(f"[{','.join(texts)}]".encode())
