"""Erase: users and devices are removed from everything that is kept of product events, with a receipt.

`tracking` names the product, `users` the ids by which events name people, `instances` the path parts of requests that
name devices. Their events go from raw and from what was refused, also those from before and between that came from a
device while they were signed in there; where somebody else's event names them, the name goes. Then every table is made
anew from raw, and the report tables are counted anew. What comes of them later is left out, too.

The receipt, in the task's log and in the lake's `state/receipts/`, says what was rewritten, and of whom only how many.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param

from bellwether.events.operators.erase import EraseEventsOperator
from bellwether.flow import OWNER
from bellwether.watch.alerts import Alert

NAMES: dict[str, Any] = {"type": "array", "items": {"type": "string", "minLength": 1}}

with DAG(
    dag_id="erase",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=12),
        "on_failure_callback": Alert(),
    },
    params={
        "tracking": Param(None, type=["null", "string"], description="The tracking id of the product's events."),
        "users": Param([], **NAMES, description="Ids by which events name the people to be erased."),
        "instances": Param([], **NAMES, description="Path parts of requests, which name devices, to be erased."),
    },
    tags=["events"],
    doc_md=__doc__,
) as dag:
    EraseEventsOperator(task_id="erase", outlets=[Asset("events")])
