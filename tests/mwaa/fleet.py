"""The schedule on a Celery worker that takes five tasks at once, as a worker of an mw1.small does, and its memory."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg2

from local.services.ports import free_port
from local.stack import answers

Tell = Callable[[str], None]
AT_ONCE = 5
LONGEST_SECONDS = 600
# What a process calls itself in which a task runs.
_TASK = "airflow worker -- "


@dataclass
class Memory:
    """Megabytes (PSS: shared pages are counted once among those who share them), the largest seen, and CPU seconds.

    :param tasks: by process of a task its peak RSS
    :param cpu: by process of a task the CPU seconds it took, as last seen
    :param at_once: by number of tasks at once, of the worker and all that runs in it
    """

    tasks: dict[int, float] = field(default_factory=dict)
    at_once: dict[int, float] = field(default_factory=dict)
    cpu: dict[int, float] = field(default_factory=dict)

    def sample(self, worker: psutil.Process) -> None:
        total, tasks = 0.0, 0
        for process in [worker, *worker.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                seen = process.memory_full_info()
                total += seen.pss / 1e6
                if " ".join(process.cmdline()).startswith(_TASK):
                    tasks += 1
                    self.tasks[process.pid] = _peak(process.pid)
                    self.cpu[process.pid] = sum(process.cpu_times()[:2])
        self.at_once[tasks] = max(self.at_once.get(tasks, 0.0), total)


def _peak(pid: int) -> float:
    """The largest RSS that a process has had so far, as Linux tells it; its end is like psutil's NoSuchProcess."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        raise psutil.NoSuchProcess(pid) from None
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def prove(
    python: Path, home: Path, environment: dict[str, str], metadata: str, tell: Tell, but: frozenset[str]
) -> None:
    """Run what is due until every DAG but those has succeeded once, and tell what the worker took."""
    port = free_port()
    postgres = metadata.replace("postgresql://", "postgresql+psycopg2://")
    environment = environment | {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres,
        # In the place of SQS.
        "AIRFLOW__CELERY__BROKER_URL": f"sqla+{postgres}",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{postgres}",
        "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(AT_ONCE),
        "AIRFLOW__CELERY__WORKER_AUTOSCALE": f"{AT_ONCE},{AT_ONCE}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        # Celery refuses root otherwise.
        "C_FORCE_ROOT": "true",
    }
    run = [str(python), "-m", "airflow"]
    subprocess.run([*run, "db", "migrate"], env=environment, cwd="/", check=True, capture_output=True)
    tell("metadata in PostgreSQL; starting api-server, dag-processor, worker, scheduler")
    with started(home, environment, [*run, "api-server"]) as api:
        _until(lambda: answers(f"http://127.0.0.1:{port}/execution/health", seconds=20), api)
        with (
            started(home, environment, [*run, "dag-processor"]),
            started(home, environment, [*run, "celery", "worker", "--skip-serve-logs"]) as worker,
            started(home, environment, [*run, "scheduler", "--skip-serve-logs"]),
        ):
            memory = Memory()
            try:
                _watch(worker, metadata, memory, tell, but)
            finally:
                tell_memory(memory, tell)


def _watch(worker: subprocess.Popen[bytes], metadata: str, memory: Memory, tell: Tell, but: frozenset[str]) -> None:
    tree, began = psutil.Process(worker.pid), time.monotonic()
    done: dict[str, str] = {}
    while len(done) < 2 or any(state != "success" for dag_id, state in done.items() if dag_id not in but):
        if time.monotonic() - began > LONGEST_SECONDS or worker.poll() is not None:
            raise TimeoutError(f"not every DAG succeeded in {LONGEST_SECONDS} s: {done}")
        memory.sample(tree)
        now = _states(metadata)
        for dag_id in now:
            if now[dag_id] != done.get(dag_id):
                tell(f"{dag_id}: {now[dag_id]}")
        done = now
        time.sleep(0.5)


def _states(metadata: str) -> dict[str, str]:
    """Of each DAG the state of its best run so far."""
    with closing(psycopg2.connect(metadata)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select dag.dag_id, coalesce(max(run.state) filter (where run.state = 'success'), max(run.state), 'none') "
            "from dag left join dag_run run using (dag_id) group by 1"
        )
        return dict(cursor.fetchall())


def tell_memory(memory: Memory, tell: Tell) -> None:
    if not memory.tasks:
        tell(f"no process called '{_TASK}…' was seen below the worker")
        return
    peaks = sorted(memory.tasks.values())
    middle, cpu = peaks[len(peaks) // 2], sorted(memory.cpu.values())[len(peaks) // 2]
    tell(
        f"{len(peaks)} tasks, an interpreter each: {peaks[0]:.0f} to {peaks[-1]:.0f} MB (RSS), median {middle:.0f}; "
        f"median {cpu:.1f} CPU s"
    )
    for tasks in sorted(memory.at_once):
        tell(f"the worker with {tasks} tasks at once: {memory.at_once[tasks]:.0f} MB in all")


@contextmanager
def started(home: Path, environment: dict[str, str], command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A part of Airflow for the time of the block, in a group of its own."""
    name = next(word for word in reversed(command) if not word.startswith("--"))
    log = home / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, cwd="/", stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while not ready():
        if process.poll() is not None or time.monotonic() - began > 120:
            raise TimeoutError("the api-server did not come up")
        time.sleep(0.5)
