"""Cells of companies over several processes; what is done is kept, so that a run can be taken up again."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import multiprocessing
import multiprocessing.pool
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .record import Cell, Line, record, written

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / ".bellwether" / "benchmarks"
FIRST_SEED = {"null": 1_000_000, "planted": 2_000_000}
"""Of companies on which nothing was chosen: what was tried out, was tried on others."""
AT_ONCE = 5
THREADS = "OMP_NUM_THREADS"
AFTERWARDS = ("figures.py", "gate.py", "tables.py", "speed.py", "running.py")
"""Modules that change nothing about a company's line."""


def version() -> str:
    """Of the code that the figures come from."""
    digest = hashlib.sha256()
    for folder in ("plugins/bellwether/verdicts/stats", "benchmarks/companies"):
        modules = sorted((ROOT / folder).glob("*.py"))
        if not modules:
            raise FileNotFoundError(f"There is no module in {ROOT / folder}.")
        for path in modules:
            if path.name not in AFTERWARDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run(cells: dict[Cell, int], processes: int, folder: Path | None = None) -> Iterator[tuple[Cell, list[Line]]]:
    """Each cell with the lines of its companies, as it is done. `folder` keeps them."""
    done = {cell: _kept(folder, cell)[:number] for cell, number in cells.items()}
    begun, to_do = time.monotonic(), sum(number - len(done[cell]) for cell, number in cells.items())
    finished = 0
    with contextlib.ExitStack() as stack:
        each: Any = map
        if processes > 1:
            pool = stack.enter_context(_workers(processes))
            each = functools.partial(pool.imap, chunksize=AT_ONCE)
        for cell, number in cells.items():
            tasks = [(cell, seed) for seed in _seeds(cell, number)[len(done[cell]) :]]
            for line in each(_record, tasks):
                done[cell].append(line)
                _keep(folder, cell, line)
                finished += 1
                _say(cell, len(done[cell]), number, time.monotonic() - begun, finished, to_do)
            yield cell, done[cell]


def _workers(processes: int) -> multiprocessing.pool.Pool:
    """Processes of one thread each: matrices as small as these are only slowed down by more."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        return multiprocessing.get_context("spawn").Pool(processes)
    finally:
        if before is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = before


def _record(task: tuple[Cell, int]) -> Line:
    return record(*task)


def _seeds(cell: Cell, number: int) -> range:
    first = FIRST_SEED["planted" if cell.planted else "null"]
    return range(first, first + number)


def _path(folder: Path, cell: Cell) -> Path:
    moved = " moved" if cell.moved else ""
    return folder / (re.sub(r"[^a-zA-Z0-9]+", "-", cell.name + moved).lower() + ".jsonl")


def _kept(folder: Path | None, cell: Cell) -> list[Line]:
    path = _path(folder, cell) if folder else None
    if path is None or not path.exists():
        return []
    text = path.read_text()
    if not text.endswith("\n"):
        # The run was stopped in the middle of a line.
        text = text[: text.rfind("\n") + 1]
        path.write_text(text)
    return [json.loads(line) for line in text.splitlines()]


def _keep(folder: Path | None, cell: Cell, line: Line) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with _path(folder, cell).open("a") as file:
        file.write(written(line) + "\n")


def _say(cell: Cell, count: int, number: int, seconds: float, finished: int, to_do: int) -> None:
    if count % 20 and count != number:
        return
    left = seconds / finished * (to_do - finished)
    print(f"\r{cell.name}: {count}/{number}, {left / 60:.0f} min left   ", end="", file=sys.stderr, flush=True)
    if count == number:
        print(file=sys.stderr)
