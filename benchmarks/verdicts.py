"""What a verdict is worth: the statistics on simulated companies in which the truth is known, and what they cost.

    .venv/bin/python benchmarks/verdicts.py --short     a few companies of 8 weeks
    .venv/bin/python benchmarks/verdicts.py --write     all worlds, 8 and 26 weeks; the tables into benchmarks/README.md

Each company is asked the five questions by the product's own code and by what is usually done instead. The exit status
is 1 where a rate is not what it must be, and the cell is named. Companies already asked by the same code are kept in
.bellwether/benchmarks, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import os

# Before NumPy is there: what is measured is one core, and processes are what there are several of.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import re
import shutil
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "plugins")]

from benchmarks.companies import tables  # noqa: E402
from benchmarks.companies.figures import Lines  # noqa: E402
from benchmarks.companies.gate import failures  # noqa: E402
from benchmarks.companies.record import Cell  # noqa: E402
from benchmarks.companies.running import KEPT, run, version  # noqa: E402
from benchmarks.companies.speed import speed  # noqa: E402
from benchmarks.companies.worlds import WORLDS, planted  # noqa: E402

README = ROOT / "benchmarks" / "README.md"
CALIBRATION = ROOT / "plugins" / "bellwether" / "reports" / "pages" / "calibration.json"
BEGIN = "<!-- verdicts: written by `.venv/bin/python benchmarks/verdicts.py --write` -->"
END = "<!-- end of verdicts -->"
OTHER_SPANS = {4: 400, 5: 400, 6: 400, 7: 400, 52: 60}
"""Weeks, and null companies of each, of the seasonal world."""
NOT_PLANTED = ("white", "no seasonality", "kappa 1.6")
"""Worlds that are looked at for false positives only."""


def cells(worlds: list[str], weeks: list[int], nulls: int, truths: int, spans: bool) -> dict[Cell, int]:
    """How many companies of which cells, the quickest and most telling first."""
    wanted: dict[Cell, int] = {}
    for span in weeks:
        for world in worlds:
            wanted[Cell(world, span, moved=world == "seasonal")] = nulls
            if world not in NOT_PLANTED:
                few = WORLDS[world].outages is not None
                wanted |= {Cell(world, span, names, world == "seasonal"): truths for names in planted(span, few)}
    if spans:
        wanted |= {Cell("seasonal", span): number for span, number in OTHER_SPANS.items()}
    return {cell: number for cell, number in wanted.items() if number}


def page(lines: Lines, weeks: list[int], cost: str | None) -> str:
    """All tables as Markdown."""
    main = {cell: some for cell, some in lines.items() if cell.weeks in weeks}
    others = {cell: some for cell, some in lines.items() if cell.weeks not in weeks}
    numbers = [len(some) for cell, some in main.items() if not cell.planted]
    truths = [len(some) for cell, some in main.items() if cell.planted]
    parts = [
        f"{tables.LEGEND} {_between(numbers)} null and {_between(truths)} planted companies a cell.",
        "### False positives\n\n" + tables.false_positives(main),
        "### Planted links\n\n" + tables.power(main),
        "### Self-checks\n\n" + tables.checks(main),
    ]
    for cell, some in others.items():
        parts += ["### Other spans: false positives\n\n"] if cell == next(iter(others)) else []
        parts[-1] += f"- {cell.weeks} weeks ({len(some)} companies): " + tables.one_row({cell: some}) + "\n"
    if cost is not None:
        parts.append("### CPU seconds of one core: a year of five minutes, 10,000 reshuffles\n\n" + cost)
    return "\n\n".join(part.rstrip() for part in parts)


def write(text: str, lines: Lines) -> None:
    """The tables between the README's markers, and the short form for the report page."""
    block = f"{BEGIN}\n\n{text}\n\n{END}"
    pattern = f"{re.escape(BEGIN)}.*?{re.escape(END)}"
    new, count = re.subn(pattern, lambda _: block, README.read_text(), flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{README} should hold the lines '{BEGIN}' and '{END}' once.")
    README.write_text(new)
    short = tables.calibration(lines, datetime.now(UTC).date())
    CALIBRATION.write_text(json.dumps(short, indent=2) + "\n")


def main() -> int:
    """Parse the command line, measure, tell; 0 where the gate is passed."""
    options = _options()
    folder = KEPT / version()
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    wanted = cells(options.worlds, options.weeks, options.nulls, options.planted, options.spans)
    lines: Lines = {}
    for cell, some in run(wanted, options.processes, folder):
        lines[cell] = some
        print(f"\n{cell.name}, {len(some)} companies: {tables.one_row({cell: some})}", flush=True)
    cost = speed() if options.speed else None
    text = page(lines, options.weeks, cost)
    print(f"\n{text}\n")
    if options.write:
        write(text, lines)
    wrong = failures(lines)
    for failure in wrong:
        print(f"FAILED {failure}", file=sys.stderr)
    print("The gate is closed." if wrong else "The gate is passed.")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="40 null and 40 planted companies of 8 weeks, one world")
    parser.add_argument("--nulls", type=int, default=400, help="null companies a cell")
    parser.add_argument("--planted", type=int, default=200, help="planted companies a cell")
    parser.add_argument("--weeks", type=int, nargs="+", default=[8, 26])
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=list(WORLDS))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--spans", action=argparse.BooleanOptionalAction, default=True, help="also 4 to 7 weeks, a year"
    )
    parser.add_argument("--speed", action=argparse.BooleanOptionalAction, default=True, help="also what a year costs")
    parser.add_argument("--fresh", action="store_true", help="ask again what is kept from an earlier run")
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md and the report page's table")
    options = parser.parse_args()
    if options.short:
        options.nulls, options.planted, options.weeks, options.worlds = 40, 40, [8], ["seasonal"]
        options.spans = options.speed = False
    if options.speed and find_spec("pyunicorn") is None:
        parser.error("pyunicorn is not there to compare with. `.tools/uv/bin/uv pip install pyunicorn`, or --no-speed.")
    return options


def _between(numbers: list[int]) -> str:
    if not numbers:
        return "0"
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


if __name__ == "__main__":
    sys.exit(main())
