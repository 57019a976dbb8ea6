"""The status in sentences: the output of the bundle's own command, run with the stack's connections."""

import subprocess
import sys

from local.environment import CHECKOUT
from local.stack import Stack

COMMAND = "bellwether.watch.status"
SECONDS = 60
NEEDED = {"postgres", "seaweedfs", "sandbox"}


def in_words(stack: Stack) -> str:
    """The status from the warehouse and the lake; empty while the services do not run."""
    if not stack.running().keys() >= NEEDED:
        return ""
    env = stack.environment(once=True, log_level="ERROR") | {"PYTHONPATH": str(CHECKOUT / "plugins")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", COMMAND], env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"The status was not available within {SECONDS} seconds."
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["the command printed nothing"])[-1]
        return f"The status is not available: {last}"
    return done.stdout.strip()
