"""What runs inside the laid-out container: `inside.py look`, `inside.py run DAG CONF`, `inside.py road SOURCE PARAMS`.

It prints one line of JSON, and knows nothing of the checkout: Airflow puts the plugins folder on the path, and the
bundle is imported from there.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = Path(os.environ["AIRFLOW_HOME"])
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Airflow's own: its logs, its metadata, and the bytecode of what it imports; or a temporary file.
NOT_OURS = (str(HOME / "logs"), str(HOME / "airflow.cfg"), str(HOME / "metadata.db"), tempfile.gettempdir(), "/dev/")


class Watch:
    """Notes what is opened for writing, made or moved outside of the folders that tasks may use."""

    def __init__(self) -> None:
        self.written: set[str] = set()
        sys.addaudithook(self._see)

    def _see(self, event: str, details: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = details
            written = any(letter in mode for letter in "wax+") if mode else bool((flags or 0) & WRITING)
        else:
            path, written = details[0] if details else "", event in ("os.mkdir", "os.rename", "os.symlink", "os.link")
        if written and isinstance(path, str) and "__pycache__" not in path and not path.endswith(".pyc"):
            place = os.path.abspath(path)  # noqa: PTH100  pathlib itself raises audit events
            if not place.startswith(NOT_OURS):
                self.written.add(place)


def look() -> dict[str, Any]:
    """Parse every DAG and render every SQL file."""
    from airflow.plugins_manager import get_import_errors

    loaded = time.process_time()
    dags, errors = parse()
    parsed = time.process_time()
    import bellwether
    from bellwether.sql import sql_folder
    from bellwether.verdicts.questions import needed_tables, read

    return {
        "dags": sorted(dags),
        "errors": {**errors, **get_import_errors()},
        "package": bellwether.__file__,
        "sql": {name: len(text) for name, text in rendered(sql_folder()).items()},
        "sql_folder": str(sql_folder()),
        "questions": sorted(needed_tables(read())),
        "files": sorted({str(getattr(module, "__file__", None)) for module in list(sys.modules.values())}),
        "path": sys.path,
        "import_seconds": loaded,
        "parse_seconds": parsed - loaded,
    }


def parse() -> tuple[dict[str, Any], dict[str, str]]:
    """The DAGs and the errors, as the DAG processor finds them."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(HOME / "dags", bundle_path=HOME / "dags", bundle_name="dags-folder")
    return bag.dags, bag.import_errors


def rendered(folder: Path) -> dict[str, str]:
    """Every SQL file with identifiers in it, which are found by trying."""
    from jinja2 import UndefinedError

    from bellwether.sql import render

    found = {}
    for name in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")):
        names: dict[str, Any] = {}
        while name not in found:
            try:
                found[name] = render(name, **names)
            except UndefinedError as missing:
                word = str(missing).split("'")[1]
                if word in names:
                    raise
                names[word] = ["repository", "sha"] if word in ("key", "columns", "times") else "github_commits"
    return found


def run(dag_id: str, conf: str) -> dict[str, Any]:
    """Run a DAG with `dag.test()`: each task's state, and what was written where it should not be."""
    dag = parse()[0][dag_id]
    for task in dag.tasks:
        task.retries = 0
    watch = Watch()
    began, cpu = time.monotonic(), time.process_time()
    done = dag.test(run_conf=json.loads(conf) or None)
    return {
        "tasks": {task.task_id: str(task.state) for task in done.get_task_instances()},
        "written": sorted(watch.written),
        "seconds": time.monotonic() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def road(dag_id: str, params: str) -> dict[str, Any]:
    """Run a source's three tasks one after the other without Airflow's database: what `load` says."""
    dag = parse()[0][dag_id]
    watch = Watch()
    extract, stage, load = (dag.get_task(name) for name in ("extract", "stage", "load"))
    stage.extracted = extract.execute({"params": json.loads(params), "dag_run": None})
    load.staged = stage.execute({})
    return {"loaded": load.execute({}), "written": sorted(watch.written)}


def stray(path: str) -> dict[str, Any]:
    """Write where a task should not, and where it may: whether the watch tells them apart."""
    watch = Watch()
    Path(path).write_text("stray")
    with tempfile.TemporaryFile() as allowed:
        allowed.write(b"allowed")
    os.close(os.open(f"{path}.too", os.O_CREAT | os.O_WRONLY))
    return {"written": sorted(watch.written)}


if __name__ == "__main__":
    said = {"look": look, "run": run, "road": road, "stray": stray}[sys.argv[1]](*sys.argv[2:])
    print("\n" + json.dumps(said), flush=True)  # noqa: T201
    # Python takes seconds to take Airflow's modules apart.
    os._exit(0)
