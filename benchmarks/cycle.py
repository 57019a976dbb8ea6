"""CPU seconds of one five-minute cycle of the DAGs under ``make up``: ``python benchmarks/cycle.py``.

Reads the CPU time of every process of Airflow, children that have ended included, over a whole period and over an
idle stretch inside it; what the DAGs cost is the one less the other.
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
IDLE = (200, 285)
"""Seconds into a period when nothing runs: after Postman's, before the next tick."""
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
    from local.stack import Stack

    running = Stack(tell=print).running()
    names = [name for name in running if name in ("api-server", "scheduler", "dag-processor", "triggerer")]
    if not names:
        raise SystemExit("Nothing to measure: `make up` first, and let its first runs end.")

    def reading() -> dict[str, float]:
        return {name: cpu_of_tree([running[name].process.pid]) for name in names}

    begin = (time.time() // PERIOD + 1) * PERIOD
    for number in range(options.cycles):
        start = begin + number * PERIOD
        moments = [start + seconds for seconds in (-10, IDLE[0], IDLE[1], PERIOD - 10)]
        before, idle_from, idle_to, after = [wait_until(moment) or reading() for moment in moments]
        at_rest = 0.0
        for name in names:
            a_second = (idle_to[name] - idle_from[name]) / (IDLE[1] - IDLE[0])
            at_rest += a_second * PERIOD
            print(f"{name:<14} {after[name] - before[name]:6.1f} CPU s in {PERIOD} s, {a_second:6.3f} a second idle")
        spent = sum(after.values()) - sum(before.values())
        print(f"the DAGs: {spent - at_rest:.1f} CPU s over an idle Airflow's {at_rest:.1f}", flush=True)


if __name__ == "__main__":
    main()
