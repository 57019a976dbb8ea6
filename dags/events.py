"""Product events, first job: what the collector left in the lake becomes clean events, sessions and first aggregates.

Every 15 minutes the segments that have not been read yet are read: those of the window's received days, and of the
week before it. Sessions are the same as if all events had come at once, however late one comes. Times, duplicates,
robots and identities are dealt with as docs/events.md says.

`since` and `until` name another window. `rebuild` makes every table anew from raw: after a change of a timezone, a gap
or an app code in include/events.toml.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param
from airflow.timetables.interval import CronDataIntervalTimetable

from bellwether.events.operators.collect import CollectEventsOperator
from bellwether.flow import OWNER
from bellwether.watch.alerts import Alert

TIME: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}

with DAG(
    dag_id="events",
    schedule=CronDataIntervalTimetable("*/15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    # After an outage of our own one run reads everything that is missing.
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=6),
        "on_failure_callback": Alert(),
    },
    params={
        "since": Param(None, **TIME, description="Start of the window, in place of the run's data interval."),
        "until": Param(None, **TIME, description="End of the window; not part of it."),
        "rebuild": Param(False, type="boolean", description="Make every table anew from raw, whatever was read."),
    },
    tags=["events"],
    doc_md=__doc__,
) as dag:
    CollectEventsOperator(task_id="collect", outlets=[Asset("events")])
