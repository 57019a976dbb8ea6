"""Product events, second job: report tables for the people who own a product, by its own days.

Runs after each run of the DAG `events` that succeeded, for the days that it names, and for those that have not settled
yet: three days after its end a day's figures are settled; what comes later still counts. Funnels, expected features and
time zones stand in include/events.toml; docs/events.md says what the tables mean.

By hand, `since` and `until` name the days, and `as_of` the moment that says what is settled.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param

from bellwether.events.operators.report import ReportEventsOperator
from bellwether.events.reports.tables import ALL
from bellwether.flow import OWNER
from bellwether.watch.alerts import Alert

TIME: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}

with DAG(
    dag_id="event_reports",
    schedule=[Asset("events")],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    # One at a time: of two that count the same day, the later one knows more.
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": Alert(),
    },
    params={
        "since": Param(None, **TIME, description="First of the days, in place of those that changed."),
        "until": Param(None, **TIME, description="End of the days; not part of them."),
        "as_of": Param(None, **TIME, description="The moment that says what is settled; the run's own unless given."),
    },
    tags=["events"],
    doc_md=__doc__,
) as dag:
    ReportEventsOperator(task_id="report", outlets=[Asset(report.table) for report in ALL])
