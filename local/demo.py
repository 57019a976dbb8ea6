"""The demo: loads weeks of the sandbox's history, forecasts the cities' demand, and answers the questions.

Airflow's `dag.test()` runs the DAGs in one process.
"""

import os
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from local import dotenv, environment
from local.dag_runs import PROGRESS, load_dags, succeed, windows
from local.services.process import ServiceError
from local.stack import Stack
from local.state import Tell, locked
from local.summary import covered_after, newest_forecast, summary

DEMAND_WORDS, DEMAND_PAGE = "demand/latest.txt", "demand/latest.html"


def demo(weeks: int, tell: Tell) -> int:
    """Start missing services, run the DAGs, print the table, stop started services; return the exit status."""
    if weeks < 1:
        raise ValueError(f"--weeks must be at least 1, not {weeks}")
    stack = Stack(tell=tell)
    with locked(stack.home / "demo.lock", tell, wait=0):
        try:
            stack.enter()
            for vendor in environment.owned(stack.vendor_connections(), os.environ, dotenv.read()):
                tell(f"{vendor}: with your own connection, not the sandbox's")
            env = stack.environment(once=True, log_level="WARNING")
            # The simulated data must go to our own services, whatever `.env` contains.
            env |= {**PROGRESS, **stack.own_connections()}
            stack.supply_rides(datetime.now(UTC))
            os.environ.clear()
            os.environ.update(env)
            return _run(stack, weeks, tell)
        finally:
            stack.leave()


def _run(stack: Stack, weeks: int, tell: Tell) -> int:
    tell("loading Airflow")
    dags = load_dags(tell)
    succeed(dags["warehouse"], {}, tell)
    history, present = windows(weeks, datetime.now(UTC))
    # Some streams have only present data. Once a day is enough: a second demo must change nothing.
    midnight = f"{present['until'][:10]}T00:00:00+00:00"
    wanted = [history] if covered_after(stack.warehouse_uri, midnight) else [history, present]
    read: list[tuple[str, dict[str, Any]]] = []
    shown: list[str] = []
    failures = []
    for window, name in product(wanted, (vendor for vendor in stack.vendors if vendor in dags)):
        tell(f"{name}: {window['since'][:16]} to {window['until'][:16]} UTC")
        try:
            read.append((name, _returned(succeed(dags[name], window, tell)["load"])))
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
    """Run the DAG `demand`; return the lines to print, and the number of rides read.

    It is as of the last weather forecast, so that a second demo of the day reuses it. Without a forecast, the text
    states the reason.
    """
    tell("demand: forecasting the cities' rides")
    tasks = succeed(dag, {"as_of": newest_forecast(stack.warehouse_uri) or midnight}, tell)
    returned = _returned(tasks["forecast"])
    words = stack.read_lake(returned.get("words", DEMAND_WORDS)).decode().rstrip()
    page = _copied(stack, returned.get("page", DEMAND_PAGE), "demand.html")
    read = {"records": _returned(tasks["rides"])["rows"], "seconds": tasks["rides"].duration or 0.0}
    return ["", words, "", f"The page on demand: {page}"], read


def _verdicts(stack: Stack, dag: Any, as_of: str, tell: Tell) -> list[str]:
    """Run the DAG `verdicts`, copy its page from the lake, and return the lines to print.

    Its report is of the day, so that a second demo of the day reuses it.
    """
    tell("verdicts: answering the questions")
    returned = _returned(succeed(dag, {"as_of": as_of}, tell)["publish"])
    page = _copied(stack, returned["page"], "report.html")
    lines = ["", stack.read_lake(returned["words"]).decode().rstrip(), "", f"The page: {page}"]
    api = stack.running().get("api-server")
    if api:
        lines.append(
            f"In Airflow: http://127.0.0.1:{api.ports['http']}/plugin/verdicts (of that Airflow's last report)"
        )
    return lines


def _copied(stack: Stack, key: str, name: str) -> Path:
    """Copy a page from the lake to the demo's folder."""
    page = stack.home / "demo" / name
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(stack.read_lake(key))
    return page


def _returned(task: Any) -> dict[str, Any]:
    """The task's XCom; empty if it was skipped."""
    return task.xcom_pull(task_ids=task.task_id) or {}
