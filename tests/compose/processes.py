"""Processes within a container: found by their command line and killed as a crash would, portably (no ps, no host)."""

from tests.compose.programs import Failed
from tests.compose.stack import Stack

# Runs within the container. Process 1 cannot be killed from inside; it is dumb-init, and goes when its child goes.
KILL = """
import os, pathlib, signal, sys
found = []
for place in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        words = (place / "cmdline").read_bytes().replace(b"\\0", b" ").decode(errors="replace")
        parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        continue
    if sys.argv[1] in words and "dumb-init" not in words and int(place.name) not in (1, os.getpid()):
        found.append((int(place.name), parent))
pids = {pid for pid, _ in found}
first = [pid for pid, parent in found if parent not in pids]
for pid in first:
    os.kill(pid, signal.SIGKILL)
print(*first)
"""


def kill_9(stack: Stack, container: str, words: str) -> str:
    """Kill the topmost processes of a container whose command line has `words`; return their ids. Raises Failed."""
    killed = stack.docker("exec", "--user", "0", container, "python3", "-c", KILL, words).strip()
    if not killed:
        raise Failed(f"no process with {words!r} in its command line in {container}")
    return killed


def restarts(stack: Stack, container: str) -> int:
    """Return how often the engine has started the container anew after its process ended."""
    count: int = stack.inspect(container)["RestartCount"]
    return count
