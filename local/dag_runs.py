"""Run DAGs over weeks at once with Airflow's `dag.test()` in this process, for the demo and for `up`."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local import metadata, signals
from local.services.process import ServiceError
from local.shell import STAMP
from local.state import Tell

# Show only errors of Airflow's log, and the progress of our operators.
PROGRESS = {
    "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "airflow.task.operators.bellwether=INFO,py.warnings=ERROR",
    "AIRFLOW__LOGGING__LOG_FORMAT": " " * 10 + "%(levelname)-7s  %(message)s",
}

# Google Analytics restates its figures for 48 hours, longer than all other sources.
RESTATED = timedelta(days=2)


def windows(weeks: int, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the params of the two runs of each source: weeks of history, and from there until `now`.

    History consists of whole UTC days, so that every demo of a day requests the same, and ends where no vendor
    restates it any more, so that a second demo finds it settled.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    settled = midnight - RESTATED

    def between(since: datetime, until: datetime, *, only_missing: bool) -> dict[str, Any]:
        # Always set: within a process Airflow's Param objects keep the values of the last run.
        return {"since": since.isoformat(), "until": until.isoformat(), "only_missing": only_missing}

    history = between(settled - timedelta(weeks=weeks), settled, only_missing=True)
    # As in scheduled runs: with the facts announced for the next days.
    return history, between(settled, now.replace(second=0, microsecond=0), only_missing=False)


def load_dags(tell: Tell) -> dict[str, Any]:
    """Return the DAGs by id and create the metadata database; ServiceError if a file does not import."""
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.utils.db import initdb

    stamp = Path(os.environ["AIRFLOW_HOME"]) / STAMP
    if not metadata.is_current(stamp):
        tell("creating Airflow's metadata database")
        initdb()
        metadata.note_current(stamp)
    folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise ServiceError("\n".join(f"{file} does not import:\n{error}" for file, error in bag.import_errors.items()))
    return dict(bag.dags)


def succeed(dag: Any, conf: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Run one DAG to its end and return its task instances by name; ServiceError unless it succeeds."""
    for task in dag.tasks:
        # Retries would delay the error by minutes, although all services run on this machine.
        task.retries = 0
    with _ticking(dag.dag_id, tell):
        run = dag.test(run_conf=conf)
    signals.check()
    tasks = {task.task_id: task for task in run.get_task_instances()}
    if run.state != "success":
        states = ", ".join(f"{name} {task.state}" for name, task in tasks.items())
        logs = os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]
        raise ServiceError(f"{dag.dag_id} did not succeed ({states}); its logs are in {logs}")
    return tasks


@contextmanager
def _ticking(name: str, tell: Tell, every: float = 5) -> Iterator[None]:
    """Print every few seconds that the run is still in progress."""
    done, began = threading.Event(), time.monotonic()

    def tick() -> None:
        while not done.wait(every):
            tell(f"{name}: running for {time.monotonic() - began:.0f} s")

    threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        done.set()
