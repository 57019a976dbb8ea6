"""Counted rows into the warehouse: those of the days counted replace what was there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bellwether.arrow import pa
from bellwether.events.reports.tables import Report
from bellwether.sql import render
from bellwether.warehouse.database import Batch, Warehouse
from bellwether.window import EPOCH, Window

_FAR = timedelta(days=2)


class Loading:
    """Puts tables into a warehouse, and remembers how many rows each got.

    Rows are merged first and those that the days do not have any more dropped then: readers never miss a day. Killed
    in between, the next try drops them.
    """

    def __init__(self, warehouse: Warehouse, observed_at: datetime) -> None:
        self._warehouse = warehouse
        self._observed_at = observed_at
        self.rows: dict[str, int] = {}

    def put(self, report: Report, rows: pa.Table, days: set[int]) -> None:
        """Put a table's rows, which are all that the days have."""
        self.rows[report.table] = rows.num_rows
        self._warehouse.merge(Batch(report.table, report.key, rows.column_names, [rows]))
        statement = render("events/reports/drop_stale.sql", table=report.table, day=report.dates[0])
        with self._warehouse.transaction() as cursor:
            for first, last in _stretches(days):
                cursor.execute(statement, {"since": first, "until": last, "observed_at": self._observed_at})


def unsettled(warehouse: Warehouse) -> set[int]:
    """The days, since 1970, that were not settled when they were counted last."""
    return {_number(day) for (day,) in warehouse.select(render("events/reports/unsettled.sql"))}


def listened(warehouse: Warehouse, days: set[int]) -> list[Window]:
    """The stretches in which a collector listened, of all that touch the days in any zone."""
    if not days:
        return []
    span = {"since": EPOCH + timedelta(days=min(days)) - _FAR, "until": EPOCH + timedelta(days=max(days)) + 2 * _FAR}
    rows = warehouse.select(render("events/reports/listened.sql"), span)
    return [Window(start.astimezone(UTC), end.astimezone(UTC)) for start, end in rows]


def _stretches(days: set[int]) -> list[tuple[date, date]]:
    from bellwether.events.sessions.rebuild import merged

    return [(_date(start), _date(end - 1)) for start, end in merged([(day, day + 1) for day in days])]


def _date(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)


def _number(day: date) -> int:
    return (day - EPOCH.date()).days
