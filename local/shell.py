"""Airflow's environment for users: in a new shell, or as lines for their own shell."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local import metadata
from local.stack import Stack
from local.state import Tell

STAMP = "migrated"


def print_environment(tell: Tell, *, running: bool) -> None:
    """Print the differences from our own environment as `export` and `unset` lines; the services stay up."""
    stack = Stack(tell=tell)
    if stack.enter(keep=True):
        tell("the services stay up until `make down`")
    env = _environment(stack, tell, running=running)
    for name in sorted(os.environ.keys() - env.keys()):
        print(f"unset {name}")
    for name, value in sorted(env.items()):
        if os.environ.get(name) != value:
            print(f"export {name}={shlex.quote(value)}")


def open_shell(tell: Tell, *, running: bool) -> int:
    """Run the user's shell until it ends, then stop services that nobody else uses; return its exit status."""
    stack = Stack(tell=tell)
    try:
        stack.enter()
        env = _environment(stack, tell, running=running)
        tell("this shell has Airflow's environment (`airflow dags list`); `exit` stops what was started for it")
        # Ctrl-C is for programs in the shell. SIG_IGN is not used, because programs would inherit it.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        return subprocess.run([os.environ.get("SHELL") or "/bin/sh"], env=env, check=False).returncode
    finally:
        stack.leave()


def _environment(stack: Stack, tell: Tell, *, running: bool) -> Mapping[str, str]:
    env = stack.environment(once=not running)
    programs = str(Path(sys.executable).parent)
    if programs not in env.get("PATH", "").split(os.pathsep):
        env["PATH"] = os.pathsep.join([programs, env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = sys.prefix
    metadata.migrate(Path(env["AIRFLOW_HOME"]) / STAMP, env, tell)
    return env
