"""The message about a failed task or DAG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from bellwether.watch.alerts.message import Message


def failure(context: Mapping[str, Any]) -> Message:
    """The message about a failure, from the context of a callback.

    In a task's own process the context is complete. The callbacks of DAGs and of killed tasks run in the DAG
    processor: their context has no exception and no logical date, and may have no task.
    """
    task = context.get("task_instance") or context.get("ti")
    dag_id = getattr(task, "dag_id", None) or getattr(context.get("dag"), "dag_id", "a DAG")
    run_id = getattr(task, "run_id", None) or context.get("run_id", "not known")
    lines = [f"Run: {run_id}", _why(context)]
    if task is not None:
        lines[1:1] = [f"Task: {task.task_id}, try {task.try_number}"]
        lines += [f"Log: {task.log_url}"]
    return Message.of(f"bellwether: the DAG {dag_id} failed", "\n".join(lines))


def _why(context: Mapping[str, Any]) -> str:
    """The reason in our own words only: a library's error may contain a password."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        is_ours = type(error).__module__.startswith("bellwether.") or isinstance(error, AirflowFailException)
        return str(error) if is_ours else f"{type(error).__name__}. See the log."
    reason = context.get("reason") or error
    return f"Airflow reports: {reason}" if reason else "No exception was raised: it was killed, or its worker was lost."
