"""Health: red while something that is meant to be covered is not, or warehouse or lake cannot be reached.

Every five minutes it reads from the table `coverage` up to when each stream of each source was read. A stream is late
`late_minutes` after it was due; the Airflow Variable `health_late_minutes` sets other minutes for a source, or null to
leave it out. A source without a connection, or whose DAG is paused, is not watched. One whose module does not
import has no DAG; it is named, with its file.

People are told by Slack, mail or SNS (connections `alert_slack`, `alert_mail`, `alert_sns`) when the problems change,
when all is well again, and once a day while they last: see docs/notifications.md.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Asset, Param

from bellwether.flow import OWNER
from bellwether.watch.health import HealthOperator
from bellwether.watch.status.spoken import LATE_AFTER

with DAG(
    dag_id="health",
    # Two minutes after the sources begin, so that what they do in time is seen as such. It has no window: it is
    # about the moment it runs at.
    schedule="2-59/5 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        # For when Airflow itself falters; what is found not well fails at once.
        "retries": 1,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=4),
    },
    params={
        "late_minutes": Param(
            int(LATE_AFTER.total_seconds() // 60),
            type="integer",
            minimum=1,
            description="How many minutes may go by without anybody looking.",
        )
    },
    tags=["health"],
    doc_md=__doc__,
) as dag:
    HealthOperator(task_id="look", outlets=[Asset("health")])
