"""ReportEventsOperator: the report tables of the days that have changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.warehouse import connect
from bellwether.window import WindowError, run_time, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from airflow.sdk import Context

    from bellwether.warehouse.database import Warehouse

_DAY = timedelta(days=1)


class ReportEventsOperator(BaseOperator):
    """Counts the report tables for the days that the triggering assets name, and those not settled yet.

    By hand, `since` and `until` name the days. The run's moment, its `as_of` param or when it was asked for, says what
    is settled. Returns rows by table.

    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    :param memory: the most that DuckDB takes, e.g. 512MB
    """

    def __init__(
        self, *, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", memory: str = "512MB", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id
        self.memory = memory

    def execute(self, context: Context) -> dict[str, int]:
        """Count and load, table by table."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.events.declared import EventsFileError, read_declared
        from bellwether.events.reports.load import unsettled

        lake, warehouse = Lake(self.lake_conn_id), connect(self.warehouse_conn_id, self.lake_conn_id)
        try:
            as_of, days, declared = run_time(context), days_of(context), read_declared()
        except (WindowError, EventsFileError) as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        rows = self._count(lake, warehouse, days | unsettled(warehouse), as_of, declared)
        for table, count in rows.items():
            self.log.info("%s: %d rows.", table, count)
        return rows

    def _count(
        self, lake: Lake, warehouse: Warehouse, days: set[int], as_of: datetime, declared: Any
    ) -> dict[str, int]:
        from bellwether.events.reports.count import count
        from bellwether.events.reports.load import Loading, listened
        from bellwether.events.reports.rejects import count_rejects

        wanted = {day + n for day in days for n in (-1, 0, 1)} | {_number(as_of.date())}
        loading = Loading(warehouse, as_of)
        count(lake, declared, wanted, as_of, listened(warehouse, wanted), loading.put, self.memory)
        count_rejects(lake, wanted, as_of, loading.put)
        return loading.rows


def days_of(context: Mapping[str, Any]) -> set[int]:
    """The days, since 1970, that a run is about: its params', else those of the assets that triggered it."""
    if any(context.get("params", {}).get(name) for name in ("since", "until")):
        span = window(context)
        return set(range(_number(span.start.date()), _number((span.end - timedelta(seconds=1)).date()) + 1))
    events = context.get("triggering_asset_events") or {}
    return {day for many in events.values() for event in many for day in _numbers(event.extra.get("days", ()))}


def _numbers(labels: Iterable[str]) -> set[int]:
    return {_number(date.fromisoformat(label)) for label in labels}


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()
