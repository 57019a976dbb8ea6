"""CPU seconds of one five-minute cycle of all source DAGs under ``make up``: ``python benchmarks/cycle.py``.

Reads the CPU time of every process of Airflow, children that have ended included, before and after whole cycles,
and the same over an idle stretch between two cycles; prints both, and the time to parse the DAGs.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PERIOD = 300
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_tree(roots: list[int]) -> float:
    """CPU seconds of processes, of all that descend from them, and of their children that have ended."""
    fields: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # Parent; user and system time, its own and that of children it has waited for.
        fields[int(folder.name)] = int(words[1]), sum(int(word) for word in words[11:15]) / TICKS
    wanted = set(roots)
    while found := {pid for pid, (parent, _) in fields.items() if parent in wanted} - wanted:
        wanted |= found
    return sum(fields[pid][1] for pid in wanted if pid in fields)


def wait_until(moment: float) -> None:
    """Sleep until a time, and say so."""
    print(f"until {time.strftime('%H:%M:%S', time.gmtime(moment))} UTC …", file=sys.stderr, flush=True)
    time.sleep(max(0.0, moment - time.time()))


def main() -> None:
    """Measure whole cycles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=1)
    options = parser.parse_args()
    from sandbox.stack import Stack

    running = Stack(tell=print).running()
    names = [name for name in running if name in ("api-server", "scheduler", "dag-processor", "triggerer")]
    if not names:
        raise SystemExit("Nothing to measure: `make up` first, and let its first runs end.")

    def reading() -> dict[str, float]:
        return {name: cpu_of_tree([running[name].process.pid]) for name in names}

    # A cycle: from 30 s before the runs begin to 120 s after. Idle: the 120 s after that.
    begin = (time.time() // PERIOD + 1) * PERIOD
    for number in range(options.cycles):
        start = begin + number * PERIOD
        wait_until(start - 20)
        before = reading()
        wait_until(start + 130)
        after = reading()
        wait_until(start + 250)
        idle = reading()
        for name in names:
            cycle, rest = after[name] - before[name], (idle[name] - after[name]) / 120
            print(f"{name:<14} {cycle:6.1f} CPU s in 150 s with the runs, {rest:6.3f} a second without")
        spent = sum(after.values()) - sum(before.values())
        at_rest = (sum(idle.values()) - sum(after.values())) / 120 * 150
        print(f"the four DAGs: {spent - at_rest:.1f} CPU s over an idle Airflow's {at_rest:.1f} in 150 s", flush=True)


if __name__ == "__main__":
    main()
