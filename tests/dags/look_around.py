"""A bundle of somebody's, looked at as Airflow and people do: python look_around.py FOLDER, then a line for each look.

To each line it answers `>>> ` and JSON: the ids of the DAGs, Airflow's import errors by file, the problems that the
DAG `health` tells, the status in words, and what the tasks raise that the line names (`create_tables`, `weather`).
"""

import json
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk.exceptions import AirflowFailException

from bellwether.places import read_cities
from bellwether.watch.health import HealthOperator
from bellwether.watch.status.status import status
from tests.watch.health.house import Store, Task

ANSWER = ">>> "
WINDOW = {"since": "2026-11-01T00:00:00Z", "until": "2026-11-01T01:00:00Z"}
TASKS = {"create_tables": ("warehouse", {}), "weather": ("weather", WINDOW)}


def problems() -> list[str]:
    """What `health` tells, which fails with it."""
    task = Task()
    with suppress(AirflowFailException):
        HealthOperator(task_id="look", late_minutes=30).execute({"ti": task, "asset_state_store": Store()})
    return list(task.pushed["problems"])


def raised(dag: Any, task_id: str, params: dict[str, str]) -> str:
    """What the task of a DAG fails with; nothing where it does not."""
    try:
        dag.get_task(task_id).execute({"params": params, "dag_run": None})
    except Exception:
        return traceback.format_exc()
    return ""


def look(folder: Path, tasks: list[str]) -> dict[str, Any]:
    """As the files are now."""
    read_cities.cache_clear()
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    errors = {Path(file).name: error for file, error in bag.import_errors.items()}
    first = {"create_tables": "create_tables", "weather": "extract"}
    return {
        "dags": sorted(bag.dags),
        "errors": errors,
        "problems": problems(),
        "status": status().text(),
        "raised": {name: raised(bag.dags[TASKS[name][0]], first[name], TASKS[name][1]) for name in tasks},
    }


if __name__ == "__main__":
    for line in sys.stdin:
        answer = json.dumps(look(Path(sys.argv[1]), line.split()))
        print(f"\n{ANSWER}{answer}", flush=True)  # noqa: T201  its parent reads it
