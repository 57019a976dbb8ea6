"""The DAG of every source: extract, stage and load, on the source's schedule or for any window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param
from airflow.timetables.interval import CronDataIntervalTimetable

from bellwether.hooks.source import Source
from bellwether.operators.api_to_s3 import operator_of
from bellwether.operators.load import LoadOperator
from bellwether.operators.stage import StageOperator
from bellwether.sources import hook_of, source_module

OWNER = "bellwether"
CATCH_UP = timedelta(days=7)
"""How far back a scheduled run also reads time that was never covered, after an outage of our own."""

MOST_RUNS = 16
"""Of a source at once, by the schedule and by hand: runs may overlap, and Airflow counts both kinds together."""

_DEFAULT_ARGS = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "execution_timeout": timedelta(hours=6),
}
_TIME: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}
_PARAMS: dict[str, Any] = {
    "since": Param(None, **_TIME, description="Start of the window, in place of the run's data interval."),
    "until": Param(None, **_TIME, description="End of the window, exclusive."),
    "only_missing": Param(False, type="boolean", description="Skip time that is covered and will not change."),
    "from_raw": Param(False, type="boolean", description="Rebuild from the lake; the vendor is not asked."),
}


def ingest(source: Source) -> DAG:
    """The DAG that loads a source into the lake and the warehouse; its id is the source's name.

    Loading a table updates the asset of the table's name, which other DAGs can be scheduled on.
    """
    with DAG(
        dag_id=source.name,
        schedule=CronDataIntervalTimetable(source.schedule, timezone="UTC"),
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        # After an outage of our own a single run reads the missing time, instead of one run per interval.
        catchup=False,
        max_active_runs=MOST_RUNS,
        default_args=_DEFAULT_ARGS,
        params=_PARAMS,
        tags=["ingest"],
        doc_md=source_module(source.name).__doc__,
    ) as dag:
        extract = operator_of(hook_of(source.name))(task_id="extract", coverage_conn_id="warehouse", catch_up=CATCH_UP)
        stage = StageOperator(task_id="stage", streams=source.streams, extracted=extract.output)
        load = LoadOperator(
            task_id="load",
            streams=source.streams,
            staged=stage.output,
            outlets=[Asset(source.table(stream.name)) for stream in source.streams],
        )
        extract >> stage >> load
    return dag
