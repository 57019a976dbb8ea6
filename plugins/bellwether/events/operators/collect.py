"""CollectEventsOperator: segments of the collector into clean events, sessions, identities and aggregates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.warehouse import connect, coverage
from bellwether.window import WindowError, window

if TYPE_CHECKING:
    from airflow.sdk import Context

    from bellwether.window import Window

_TICK = timedelta(microseconds=1)


class CollectEventsOperator(BaseOperator):
    """Reads the segments of the window's received days, and of the week before, that have not been read yet.

    Says in the coverage ledger when a collector listened. Returns segments, lines, unreadable lines, rows and the
    local days of which anything has changed, which travel on as the extra of its asset. With the param `rebuild`
    everything is made anew from raw.

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

    def execute(self, context: Context) -> dict[str, Any]:
        """Read what is new, then say what was listened to."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.events.listening import heard

        lake = Lake(self.lake_conn_id)
        try:
            span = window(context)
        except WindowError as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        summary = self._read(lake, span, bool(context.get("params", {}).get("rebuild")))
        listened = heard(lake, span, datetime.now(UTC))
        connect(self.warehouse_conn_id, self.lake_conn_id).merge(coverage.batch([listened]))
        for outlet in self.outlets or ():
            context["outlet_events"][outlet].extra = {"days": summary["days"]}
        self.log.info("%(segments)d segments, %(lines)d lines, %(added)d rows of clean.", summary)
        return summary

    def _read(self, lake: Lake, span: Window, is_rebuild: bool) -> dict[str, Any]:
        from bellwether.events.declared import EventsFileError, read_declared
        from bellwether.events.run import CATCH_UP, DeclaredOtherwise, collect, rebuild_all
        from bellwether.events.work import day_label

        try:
            declared = read_declared()
            if is_rebuild:
                done = rebuild_all(lake, declared, self.memory)
            else:
                first, last = (span.start - CATCH_UP).date(), (span.end - _TICK).date()
                done = collect(lake, declared, first, last, self.memory)
        except (EventsFileError, DeclaredOtherwise) as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        return {
            "segments": done.segments,
            "lines": done.lines,
            "unreadable": done.unreadable,
            "added": done.added,
            "days": [day_label(day) for day in sorted(done.days)],
        }
