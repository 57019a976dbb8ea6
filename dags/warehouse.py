"""The warehouse's tables. Runs once by itself; run this dag again after adding a source.

Tables that are there stay as they are: a changed column is for whoever runs the warehouse to alter.
"""

from datetime import UTC, datetime

from airflow.sdk import DAG

from bellwether.flow import OWNER
from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.watch.alerts import Alert

with DAG(
    dag_id="warehouse",
    schedule="@once",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    default_args={"owner": OWNER, "retries": 3, "on_failure_callback": Alert()},
    tags=["warehouse"],
    doc_md=__doc__,
) as dag:
    CreateTablesOperator(task_id="create_tables")
