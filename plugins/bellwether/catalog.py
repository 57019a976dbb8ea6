"""The table of DAGs in docs/sources.md, written from the DAGs themselves.

``python -m bellwether.catalog docs/sources.md`` writes it between the two marker lines; a test says when it is stale.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- dags: written by `make docs` -->", "<!-- end of dags -->"
_HEAD = "| DAG | what | schedule, UTC | stream | table, asset | reads again |\n| --- | --- | --- | --- | --- | --- |"


def table(dags: dict[str, Any]) -> str:
    """One line for each stream of each source's DAG, one for each other DAG, as Markdown."""
    return "\n".join([_HEAD, *(line for name in sorted(dags) for line in _lines(dags[name]))])


def replaced(text: str, dags: dict[str, Any]) -> str:
    """The text with the table between its markers written anew. Raises ValueError when they are missing."""
    block = f"{BEGIN}\n{table(dags)}\n{END}"
    new, count = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"The text should hold the lines '{BEGIN}' and '{END}' once.")
    return new


def load_dags(folder: Path) -> dict[str, Any]:
    """The DAGs of a folder by id. Raises ImportError with Airflow's message for a file that does not import."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise ImportError("\n".join(f"{file}: {error}" for file, error in bag.import_errors.items()))
    return dict(bag.dags)


def _lines(dag: Any) -> list[str]:
    about = (dag.doc_md or "").strip().split("\n")[0].rstrip(".")
    schedule = _schedule(dag)
    if not dag.has_task("load"):
        tables = ", ".join(f"`{outlet.name}`" for task in dag.tasks for outlet in task.outlets)
        return [f"| `{dag.dag_id}` | {about} | {schedule} | | {f'{tables} ' if tables else ''}| |"]
    streams = dag.get_task("load").streams
    first, *others = [_stream(dag.dag_id, stream) for stream in streams]
    return [f"| `{dag.dag_id}` | {about} | {schedule} | {first}", *(f"| | | | {other}" for other in others)]


def _schedule(dag: Any) -> str:
    """When a DAG runs, in words; for one that waits for tables, which."""
    waited_for = getattr(dag.timetable.asset_condition, "objects", ())
    if waited_for:
        return f"After a load of {', '.join(f'`{asset.name}`' for asset in waited_for)}"
    return getattr(dag.timetable, "description", "") or str(dag.schedule)


def _stream(source: str, stream: Any) -> str:
    hours = stream.lookback.total_seconds() / 3600
    again = "until closed" if stream.includes_previous else f"{hours:g} h" if hours else ""
    again = "as it stands" if stream.snapshot else "the present only" if stream.live else again
    again += f", {stream.ahead.days} d ahead" if stream.ahead else ""
    return f"{stream.name} | `{source}_{stream.name}` | {again} |"


def main() -> None:
    """Write the table into a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--dags", type=Path, default=Path("dags"))
    options = parser.parse_args()
    options.file.write_text(replaced(options.file.read_text(), load_dags(options.dags)))


if __name__ == "__main__":
    main()
