"""What there is to say of a task or a DAG that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from bellwether.watch.alerts.message import Message


def failure(context: Mapping[str, Any]) -> Message:
    """The message about a failure, from the context of a callback.

    In a task's own process the context is whole. A DAG's callback, and that of a task that was killed, run in
    the DAG processor: without an exception there, without a logical date, perhaps without a task.
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
    """What failed, in our own words only: what a library raises may hold a password."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        is_ours = type(error).__module__.startswith("bellwether.") or isinstance(error, AirflowFailException)
        return str(error) if is_ours else f"{type(error).__name__}. The log says why."
    reason = context.get("reason") or error
    return f"Airflow says: {reason}" if reason else "It raised nothing: it was killed, or its worker was lost."
