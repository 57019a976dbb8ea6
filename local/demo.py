"""The demo: every source over weeks of the sandbox's history, the cities' demand, and the questions' answers.

Airflow's `dag.test()` runs them, in one process.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from local import environment, metadata, signals
from local.services.process import ServiceError
from local.shell import STAMP
from local.stack import Stack
from local.state import Tell, locked
from local.summary import covered_after, newest_forecast, summary

# Of Airflow's log only what goes wrong, and what our operators say of their progress.
PROGRESS = {
    "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "airflow.task.operators.bellwether=INFO,py.warnings=ERROR",
    "AIRFLOW__LOGGING__LOG_FORMAT": " " * 10 + "%(levelname)-7s  %(message)s",
}

DEMAND_WORDS = "demand/latest.txt"
# Google Analytics takes longest: its figures change for 48 hours.
RESTATED = timedelta(days=2)


def demo(weeks: int, tell: Tell) -> int:
    """Start what does not run, run it, print the table, stop what was started; return the exit status."""
    if weeks < 1:
        raise ValueError(f"--weeks must be at least 1, not {weeks}")
    stack = Stack(tell=tell)
    with locked(stack.home / "demo.lock", tell, wait=0):
        try:
            stack.enter()
            for vendor in environment.owned(stack.vendor_connections(), os.environ, environment.dotenv()):
                tell(f"{vendor}: with your own connection, not the sandbox's")
            env = stack.environment(once=True, log_level="WARNING")
            # Its invented data goes to our own services, whatever else `.env` says.
            env |= {**PROGRESS, **stack.own_connections()}
            stack.supply_rides(datetime.now(UTC))
            os.environ.clear()
            os.environ.update(env)
            return _run(stack, weeks, tell)
        finally:
            stack.leave()


def windows(weeks: int, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the params of the two runs of each source: weeks of history, and from there until `now`.

    History is whole UTC days, so that every demo of one day asks for the same, and ends where no vendor
    restates it any more, so that a second demo finds all of it settled.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    settled = midnight - RESTATED

    def between(since: datetime, until: datetime, *, only_missing: bool) -> dict[str, Any]:
        # Said in any case: within one process Airflow's Param objects keep what the last run was given.
        return {"since": since.isoformat(), "until": until.isoformat(), "only_missing": only_missing}

    history = between(settled - timedelta(weeks=weeks), settled, only_missing=True)
    # As the schedule reads it: with what is announced for the next days.
    return history, between(settled, now.replace(second=0, microsecond=0), only_missing=False)


def _run(stack: Stack, weeks: int, tell: Tell) -> int:
    tell("loading Airflow")
    dags = _dags(tell)
    _succeed(dags["warehouse"], {}, tell)
    history, present = windows(weeks, datetime.now(UTC))
    # Some streams only tell of the present. Once a day is enough: a second demo is to change nothing.
    midnight = f"{present['until'][:10]}T00:00:00+00:00"
    wanted = [history] if covered_after(stack.warehouse_uri, midnight) else [history, present]
    read: list[tuple[str, dict[str, Any]]] = []
    shown: list[str] = []
    failures = []
    for window, name in product(wanted, (vendor for vendor in stack.vendors if vendor in dags)):
        tell(f"{name}: {window['since'][:16]} to {window['until'][:16]} UTC")
        try:
            read.append((name, _said(_succeed(dags[name], window, tell)["load"])))
        except ServiceError as error:
            failures.append(f"bellwether: {error}")
    try:
        shown, rides = _demand(stack, dags["demand"], midnight, tell)
        read.append(("rides", {"history": rides}))
    except ServiceError as error:
        failures.append(f"bellwether: {error}")
    print(summary(stack.warehouse_uri, read), *shown, sep="\n", flush=True)
    try:
        answers = _verdicts(stack, dags["verdicts"], midnight, tell)
    except ServiceError as error:
        answers = []
        failures.append(f"bellwether: {error}")
    print(*answers, *failures, sep="\n", flush=True)
    return 1 if failures else 0


def _demand(stack: Stack, dag: Any, midnight: str, tell: Tell) -> tuple[list[str], dict[str, float]]:
    """Run the DAG `demand`; return what to show of the cities, and how many rides were read.

    It is as of the last weather forecast, so that a second demo of the day finds it made. Where there is none, there
    is a note on why.
    """
    tell("demand: forecasting the cities' rides")
    tasks = _succeed(dag, {"as_of": newest_forecast(stack.warehouse_uri) or midnight}, tell)
    words = stack.read_lake(_said(tasks["forecast"]).get("words", DEMAND_WORDS)).decode().rstrip()
    return ["", words], {"records": _said(tasks["rides"])["rows"], "seconds": tasks["rides"].duration or 0.0}


def _verdicts(stack: Stack, dag: Any, as_of: str, tell: Tell) -> list[str]:
    """Run the DAG `verdicts`, copy its page out of the lake, and return what to show.

    Its report is of the day, so that a second demo of the day finds it made.
    """
    tell("verdicts: answering the questions")
    said = _said(_succeed(dag, {"as_of": as_of}, tell)["publish"])
    page = stack.home / "demo" / "report.html"
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(stack.read_lake(said["page"]))
    lines = ["", stack.read_lake(said["words"]).decode().rstrip(), "", f"The page: {page}"]
    api = stack.running().get("api-server")
    if api:
        lines.append(
            f"In Airflow: http://127.0.0.1:{api.ports['http']}/plugin/verdicts (of that Airflow's last report)"
        )
    return lines


def _dags(tell: Tell) -> dict[str, Any]:
    """Return the DAGs by id, with their metadata database made; ServiceError if a file does not import."""
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.utils.db import initdb

    stamp = Path(os.environ["AIRFLOW_HOME"]) / STAMP
    if not metadata.is_current(stamp):
        tell("making Airflow's metadata database")
        initdb()
        metadata.note_current(stamp)
    folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise ServiceError("\n".join(f"{file} does not import:\n{error}" for file, error in bag.import_errors.items()))
    return dict(bag.dags)


def _succeed(dag: Any, conf: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Run one DAG to its end and return its task instances by name; ServiceError unless it succeeds."""
    for task in dag.tasks:
        # Nobody should wait minutes for the second failure of something that runs on this machine.
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


def _said(task: Any) -> dict[str, Any]:
    """What a task returned; nothing if it was skipped."""
    return task.xcom_pull(task_ids=task.task_id) or {}


@contextmanager
def _ticking(name: str, tell: Tell, every: float = 5) -> Iterator[None]:
    """Say every few seconds that we are still at it."""
    done, began = threading.Event(), time.monotonic()

    def tick() -> None:
        while not done.wait(every):
            tell(f"{name}: at work for {time.monotonic() - began:.0f} s")

    threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        done.set()
