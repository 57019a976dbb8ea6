"""Step: what the stack takes of memory and processor when it has nothing to do but its schedule."""

import re
import time

from tests.compose.rest import Airflow
from tests.compose.stack import Stack

SECONDS = 120
# Seconds of processor time that a container has had: cgroup v2, else v1.
CPU = "grep usage_usec /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage"
UNITS = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}


def idle(stack: Stack) -> str:
    """Two minutes, begun when no run is under way; a run that the schedule starts meanwhile counts in."""
    airflow = Airflow(stack)
    stack.until("the end of every run", lambda: not _running(airflow), 300)
    names = {one["ID"]: one["Name"].split("-", 2)[2] for one in stack.containers()}
    before = {container: _cpu_seconds(stack, container) for container in names}
    began = time.monotonic()
    time.sleep(SECONDS)
    took = {container: _cpu_seconds(stack, container) - before[container] for container in names}
    wall = time.monotonic() - began
    memory = _memory(stack)
    for container, name in sorted(names.items(), key=lambda item: item[1]):
        stack.figures[f"idle: {name}"] = f"{memory[name]:.0f} MiB, {100 * took[container] / wall:.1f} % of a core"
    whole = f"{sum(memory.values()):.0f} MiB, {100 * sum(took.values()) / wall:.0f} % of a core"
    stack.figures["idle: all"] = whole
    return f"{whole} over {wall:.0f} s"


def _running(airflow: Airflow) -> list[str]:
    return [name for name in airflow.dags() for run in airflow.runs(name) if run["state"] in ("queued", "running")]


def _cpu_seconds(stack: Stack, container: str) -> float:
    said = stack.docker("exec", container, "sh", "-c", CPU).split()
    return int(said[1]) / 1e6 if len(said) > 1 else int(said[0]) / 1e9


def _memory(stack: Stack) -> dict[str, float]:
    """Return MiB by service and number, as `docker stats` counts: without the cache of files."""
    names = [one["Name"] for one in stack.containers()]
    said = stack.docker("stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}", *names)
    found = {}
    for line in said.splitlines():
        name, usage = line.split("\t")
        amount = re.match(r"([\d.]+)(\w+)", usage)
        assert amount, usage
        found[name.split("-", 2)[2]] = float(amount[1]) * UNITS[amount[2]]
    return found
