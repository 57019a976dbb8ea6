"""What the documentation says of DAGs and accounts, written from the DAGs and the sources themselves.

``python -m docs.generate FILE…`` (``make docs``) writes each block anew that stands between its two marker lines in one
of the files: `dags`, a table of DAGs, streams and tables; `accounts`, a table of the sources' connections; `vendors`,
a line for each connection as ``.env.example`` has it. A test says when one is stale.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bellwether.hooks.source import Source
from bellwether.hooks.stream import Stream
from bellwether.sources import source_names, source_of

DAGS = "<!-- dags: written by `make docs` -->", "<!-- end of dags -->"
ACCOUNTS = "<!-- accounts: written by `make docs` -->", "<!-- end of accounts -->"
VENDORS = "# vendors: written by `make docs`", "# end of vendors"
_DAGS_HEAD = ("DAG", "what", "schedule, UTC", "stream", "table, asset", "reads again")
_ACCOUNTS_HEAD = ("connection", "for example", "permissions to ask for", "limits that its extra may change")


def blocks(dags: dict[str, Any]) -> dict[tuple[str, str], Callable[[], str]]:
    """By its two marker lines, what is to stand in each block."""
    return {DAGS: lambda: dag_table(dags), ACCOUNTS: account_table, VENDORS: vendor_lines}


def replaced(text: str, dags: dict[str, Any]) -> str:
    """The text with its blocks written anew. Raises ValueError for one that has no block, or a half one."""
    count = 0
    for (begin, end), write in blocks(dags).items():
        if (text.count(begin), text.count(end)) not in ((0, 0), (1, 1)):
            raise ValueError(f"The text should hold the lines '{begin}' and '{end}' once.")
        if begin in text:
            block = f"{begin}\n{write()}\n{end}"
            text = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: block, text, flags=re.DOTALL)  # noqa: B023
            count += 1
    if not count:
        raise ValueError(f"The text should hold one of the lines {', '.join(begin for begin, _ in blocks(dags))}.")
    return text


def has_block(text: str) -> bool:
    """Whether a text has a block that is written from here."""
    return any(begin in text for begin, _ in (DAGS, ACCOUNTS, VENDORS))


def dag_table(dags: dict[str, Any]) -> str:
    """One line for each stream of each source's DAG, one for each other DAG, as Markdown."""
    return "\n".join([*_head(_DAGS_HEAD), *(line for name in sorted(dags) for line in _lines(dags[name]))])


def account_table() -> str:
    """One line for each source, as Markdown."""
    return "\n".join([*_head(_ACCOUNTS_HEAD), *(_account(source_of(name)) for name in source_names())])


def vendor_lines() -> str:
    """A connection to start from for each source, out of use, as a shell reads it."""
    examples = {name: source_of(name).example.replace("'", "'\\''") for name in source_names()}
    return "\n".join(f"#AIRFLOW_CONN_{name.upper()}='{example}'" for name, example in examples.items())


def load_dags(folder: Path) -> dict[str, Any]:
    """The DAGs of a folder by id. Raises ImportError with Airflow's message for a file that does not import."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise ImportError("\n".join(f"{file}: {error}" for file, error in bag.import_errors.items()))
    return dict(bag.dags)


def _head(titles: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(titles)} |", f"| {' | '.join(['---'] * len(titles))} |"]


def _account(source: Source) -> str:
    options = [f"`{limit.option}` ({limit.count})" for limit in source.limits if limit.option]
    return f"| `{source.name}` | `{source.example}` | {source.rights} | {', '.join(options)} |"


def _lines(dag: Any) -> list[str]:
    about = (dag.doc_md or "").strip().split("\n")[0].rstrip(".")
    schedule = _schedule(dag)
    if not dag.has_task("load"):
        tables = ", ".join(f"`{outlet.name}`" for task in dag.tasks for outlet in task.outlets)
        return [f"| `{dag.dag_id}` | {about} | {schedule} | | {f'{tables} ' if tables else ''}| |"]
    source = source_of(dag.dag_id)
    first, *others = [_stream(source, stream) for stream in source.streams]
    return [f"| `{dag.dag_id}` | {about} | {schedule} | {first}", *(f"| | | | {other}" for other in others)]


def _schedule(dag: Any) -> str:
    """When a DAG runs, in words; for one that waits for tables, which."""
    waited_for = getattr(dag.timetable.asset_condition, "objects", ())
    if waited_for:
        return f"After a load of {', '.join(f'`{asset.name}`' for asset in waited_for)}"
    return getattr(dag.timetable, "description", "") or str(dag.schedule)


def _stream(source: Source, stream: Stream) -> str:
    hours = stream.lookback.total_seconds() / 3600
    again = "until closed" if stream.includes_previous else f"{hours:g} h" if hours else ""
    again = "as it stands" if stream.snapshot else "the present only" if stream.live else again
    again += f", {stream.ahead.days} d ahead" if stream.ahead else ""
    return f"{stream.name} | `{source.table(stream.name)}` | {again} |"


def main(words: Sequence[str] | None = None) -> None:
    """Write the blocks into the files that have one."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--dags", type=Path, default=Path("dags"))
    options = parser.parse_args(words)
    dags = load_dags(options.dags)
    for file in options.files:
        text = file.read_text(encoding="utf-8")
        if has_block(text):
            file.write_text(replaced(text, dags), encoding="utf-8")


if __name__ == "__main__":
    main()
