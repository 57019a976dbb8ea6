"""One task of a road, in a process that a test can kill: python run_task.py TASK SOURCE ROAD [JSON]."""

import json
import sys

from bellwether.operators.load import LoadOperator
from bellwether.operators.stage import StageOperator
from bellwether.sources import hook_of, operator_of


def run_task(task: str, source: str, road: str, given: str) -> None:
    """Run `extract` with params, or `stage` or `load` with what the task before returned."""
    lake, warehouse, handed = f"lake_{road}", f"warehouse_{road}", json.loads(given)
    if task == "extract":
        extract = operator_of(source)(task_id=task, lake_conn_id=lake, streams=handed.pop("streams"))
        extract.execute({"params": handed, "dag_run": None})
    elif task == "stage":
        StageOperator(task_id=task, hook_class=hook_of(source), extracted=handed, lake_conn_id=lake).execute({})
    else:
        LoadOperator(
            task_id=task,
            hook_class=hook_of(source),
            staged=handed,
            lake_conn_id=lake,
            warehouse_conn_id=warehouse,
        ).execute({})


if __name__ == "__main__":
    run_task(*sys.argv[1:])
