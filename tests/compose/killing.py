"""Steps: the scheduler, then a worker of the fleet, is killed by -9 in the middle of a run, and the run ends green."""

import time
from typing import Any

from tests.compose.processes import kill_9, restarts
from tests.compose.programs import Failed
from tests.compose.rest import Airflow
from tests.compose.stack import Stack

DAG = "statuscake"
# Eight weeks are long enough to be caught in the middle.
LONG = {"since": "2026-09-25T00:00:00Z", "until": "2026-11-20T00:00:00Z"}
UNDER_WAY_SECONDS = 3
GREEN_SECONDS = 900


def scheduler(stack: Stack) -> str:
    """With the LocalExecutor a task is the scheduler's child: killing the scheduler kills it, too."""
    airflow, run, task = _under_way(stack)
    container = _container(stack, "scheduler", task["hostname"])
    return _killed(airflow, run, container, "airflow scheduler")


def fleet(stack: Stack) -> str:
    """Down, and up with the profile: CeleryExecutor, broker, two workers, and the tasks run on these."""
    stack.compose("down", seconds=300)
    stack.profiles = ["fleet"]
    healthy = stack.up()
    workers = [one for one in stack.containers() if one["Service"] == "worker"]
    if len(workers) != 2:
        raise Failed(f"{len(workers)} workers, expected 2")
    stack.figures["the fleet, up to healthy"] = f"{healthy:.0f} s"
    return f"healthy after {healthy:.0f} s, {len(workers)} workers"


def worker(stack: Stack) -> str:
    """The worker that has the task is killed; another, or itself once restarted, ends the run."""
    airflow, run, task = _under_way(stack)
    container = _container(stack, "worker", task["hostname"])
    return _killed(airflow, run, container, "celery")


def _killed(airflow: Airflow, run: str, container: str, words: str) -> str:
    stack = airflow.stack
    before, began = restarts(stack, container), time.monotonic()
    pids = kill_9(stack, container, words)
    stack.until("the container's restart", lambda: restarts(stack, container) > before, 60)
    stack.until("every container healthy", stack.is_up, 180)
    airflow.await_end(DAG, run, GREEN_SECONDS)
    seconds = time.monotonic() - began
    tries = max(task["try_number"] for task in airflow.tasks(DAG, run))
    if tries < 2:
        raise Failed(f"{DAG} {run} ended green at its first try: the kill came too late to prove anything")
    stack.figures[f"kill -9 of `{words}` in mid-run, to the run's green end"] = f"{seconds:.0f} s"
    return f"process {pids} killed; green at try {tries}, {seconds:.0f} s later"


def _under_way(stack: Stack) -> tuple[Airflow, str, dict[str, Any]]:
    """Start a long run; return it with a task of it that has been running for a while."""
    airflow = Airflow(stack)
    run = airflow.trigger(DAG, LONG)
    stack.until(f"a running task of {run}", lambda: airflow.running_task(DAG, run), 180, every=0.3)
    time.sleep(UNDER_WAY_SECONDS)
    task = airflow.running_task(DAG, run)
    if not task:
        raise Failed(f"{DAG} {run} has no running task after {UNDER_WAY_SECONDS} s: it is too short to be caught")
    return airflow, run, task


def _container(stack: Stack, service: str, hostname: str) -> str:
    """Return the id of the container of `service` whose host name the task tells."""
    for container in stack.containers():
        if container["Service"] == service and stack.inspect(container["ID"])["Config"]["Hostname"] == hostname:
            found: str = container["ID"]
            return found
    raise Failed(f"the task runs on {hostname}, which is no {service}")
