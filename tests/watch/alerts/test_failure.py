"""What is said of a failure, by a callback in a task's process, and by one in the DAG processor."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import structlog

from bellwether.hooks.errors import BadConnection
from bellwether.watch.alerts import Alert
from bellwether.watch.alerts.failure import failure
from tests.watch.alerts import ears

DAGS = Path(__file__).parents[3] / "dags"
TASK = SimpleNamespace(
    dag_id="verdicts", task_id="signals", run_id="manual__1", try_number=3, log_url="http://airflow.example/log"
)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ears.Slack]:
    with ears.slack() as made:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", made.connection)
        yield made


def test_it_says_which_task_of_which_run_failed_why_and_where_the_log_is() -> None:
    told = failure({"ti": TASK, "exception": BadConnection("The Airflow connection 'lake' names no bucket.")})
    assert told.subject == "bellwether: the DAG verdicts failed"
    assert told.text.splitlines() == [
        "Run: manual__1",
        "Task: signals, try 3",
        "The Airflow connection 'lake' names no bucket.",
        "Log: http://airflow.example/log",
    ]


def test_what_a_library_raises_is_left_to_the_log_for_it_may_hold_a_password() -> None:
    told = failure({"ti": TASK, "exception": ValueError("invalid dsn: postgresql://loader:PASSWORD@db")})
    assert "PASSWORD" not in told.text
    assert "ValueError. See the log." in told.text


def test_a_dag_that_failed_by_itself_is_told_with_airflow_s_reason(bag: Any, slack: ears.Slack) -> None:
    from airflow.callbacks.callback_requests import DagCallbackRequest
    from airflow.dag_processing.processor import _execute_dag_callbacks

    dag = bag.dags["warehouse"]
    dag.on_failure_callback = Alert()
    request = DagCallbackRequest(
        filepath="warehouse.py", bundle_name="dags-folder", bundle_version=None,
        dag_id="warehouse", run_id="scheduled__1", is_failure_callback=True, msg="timed_out",
    )  # fmt: skip
    _execute_dag_callbacks(bag, request, structlog.get_logger())
    assert slack.texts == ["bellwether: the DAG warehouse failed\nRun: scheduled__1\nAirflow reports: timed_out"]


def test_a_task_that_was_killed_is_told_by_the_dag_processor(bag: Any, slack: ears.Slack) -> None:
    from airflow.callbacks.callback_requests import TaskCallbackRequest
    from airflow.dag_processing.processor import _execute_task_callbacks

    killed = {
        "id": uuid4(), "dag_id": "verdicts", "task_id": "answer", "run_id": "asset_triggered__1", "try_number": 2,
        "map_index": -1, "dag_version_id": uuid4(), "pool_slots": 1, "queue": "default", "priority_weight": 1,
    }  # fmt: skip
    request = TaskCallbackRequest(
        filepath="verdicts.py", bundle_name="dags-folder", bundle_version=None, ti=killed, msg="killed externally",
        task_callback_type="failed",
    )  # fmt: skip
    _execute_task_callbacks(bag, request, structlog.get_logger())
    (text,) = slack.texts
    assert text.startswith("bellwether: the DAG verdicts failed\nRun: asset_triggered__1\nTask: answer, try 2\n")
    assert "No exception was raised: it was killed" in text
    assert "/dags/verdicts/runs/asset_triggered__1/tasks/answer?try_number=2" in text


@pytest.fixture
def bag() -> Any:
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(DAGS, bundle_path=DAGS, bundle_name="dags-folder")
