"""Airflow's own runs of DAGs, in a process of its own: python run_dags.py FOLDER, then lines of DAG and conf.

Before all else it says what the documentation's generated blocks would be, then to each line the states of the
run's tasks: `>>> ` and JSON, on a line of its own. What else is said there is Airflow's log.
"""

import json
import sys
from pathlib import Path
from typing import Any

from docs.generate import account_table, dag_table, load_dags, vendor_lines

ANSWER = ">>> "


def say(answer: Any) -> None:
    """One line for the parent."""
    print(f"\n{ANSWER}{json.dumps(answer)}", flush=True)  # noqa: T201  its parent reads it


def main(folder: Path) -> None:
    """Answer until there are no more lines."""
    dags = load_dags(folder)
    say({"dags": dag_table(dags), "accounts": account_table(), "vendors": vendor_lines()})
    for line in sys.stdin:
        dag_id, _, conf = line.partition(" ")
        for task in dags[dag_id].tasks:
            task.retries = 0
        done = dags[dag_id].test(run_conf=json.loads(conf))
        say({task.task_id: str(task.state) for task in done.get_task_instances()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
