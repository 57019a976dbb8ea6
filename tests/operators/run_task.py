"""One task of a road, or `all` of them, in a process of its own: python run_task.py TASK SOURCE ROAD JSON."""

import json
import sys
from typing import Any

from bellwether.operators.api_to_s3 import operator_of
from bellwether.operators.load import LoadOperator
from bellwether.operators.stage import StageOperator
from bellwether.sources import hook_of, source_of


def run_task(task: str, source: str, road: str, handed: Any) -> Any:
    """Run `extract` with params, or `stage` or `load` with what the task before returned; `all` in turn."""
    lake, warehouse, streams = f"lake_{road}", f"warehouse_{road}", source_of(source).streams
    if task == "all":
        for each in ("extract", "stage", "load"):
            handed = run_task(each, source, road, handed)
        return handed
    if task == "extract":
        extract = operator_of(hook_of(source))(task_id=task, lake_conn_id=lake, streams=handed.pop("streams"))
        return extract.execute({"params": handed, "dag_run": None})
    if task == "stage":
        return StageOperator(task_id=task, streams=streams, extracted=handed, lake_conn_id=lake).execute({})
    load = LoadOperator(task_id=task, streams=streams, staged=handed, lake_conn_id=lake, warehouse_conn_id=warehouse)
    return load.execute({})


if __name__ == "__main__":
    run_task(*sys.argv[1:4], json.loads(sys.argv[4]))
