"""Really starts docker-compose.yaml, unmodified, and tries it: up, runs, kills, down and up again, what it costs.

Needs Docker (DOCKER_HOST, or as root Debian's docker.io, for a daemon of its own) and `make .venv/.synced`. Images that
no registry has for us are built as stand-ins; tests/compose/README.md says what these do not prove.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tests.compose import costing, flowing, killing, seeing, standins, starting
from tests.compose.composer import composer
from tests.compose.engine import Engine
from tests.compose.programs import ROOT, Failed, environment, tail
from tests.compose.stack import Stack, free_port

Step = Callable[[Stack], str]
STEPS: dict[str, Step] = {
    "config": starting.config,
    "build": starting.build,
    "lacking": starting.lacking,
    "up": starting.up,
    "ports": starting.ports,
    "login": starting.login,
    "dags": flowing.dags,
    "rows": flowing.rows,
    "browser": seeing.browser,
    "idle": costing.idle,
    "scheduler": killing.scheduler,
    "again": flowing.again,
    "fleet": killing.fleet,
    "worker": killing.worker,
}


def arguments() -> argparse.Namespace:
    shown = "\n".join(f"  {name:10} {(step.__doc__ or '').splitlines()[0]}" for name, step in STEPS.items())
    parser = argparse.ArgumentParser(
        prog="tests/compose/run",
        description=__doc__,
        epilog=f"steps:\n{shown}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS), metavar="STEP", help="run only these")
    parser.add_argument(
        "--home", type=Path, default=ROOT / ".bellwether/compose", help="where images and data are kept"
    )
    parser.add_argument("--stand-ins", action="store_true", help="build stand-ins without asking a registry first")
    parser.add_argument("--keep", action="store_true", help="leave the stack and the daemon running")
    parser.add_argument(
        "--stop", action="store_true", help="stop what --keep left running, remove its data, and do no step"
    )
    return parser.parse_args()


def main() -> int:
    chosen = arguments()
    home = chosen.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    engine = None if os.environ.get("DOCKER_HOST") else Engine(home)
    stack = None
    try:
        if engine:
            say(f"dockerd {engine.start()}, data in {home}")
        stack = _stack(engine)
        return 0 if chosen.stop else _steps(stack, chosen, home)
    except (Failed, KeyboardInterrupt) as stopped:
        say(str(stopped) or "interrupted")
        return 1
    finally:
        if stack:
            _table(stack.figures)
        if chosen.stop or not chosen.keep:
            _stop(stack, engine)


def _stack(engine: Engine | None) -> Stack:
    if (ROOT / ".env").exists():
        raise Failed("the steps are about a checkout without .env: move yours aside")
    env = environment(**({"DOCKER_HOST": engine.host} if engine else {}))
    artefacts = Path(os.environ.get("CI_ARTEFACTS") or ROOT / ".bellwether/artefacts")
    artefacts.mkdir(parents=True, exist_ok=True)
    return Stack(composer(), env, artefacts)


def _steps(stack: Stack, chosen: argparse.Namespace, home: Path) -> int:
    standins.provide(home, stack.env, say, never_pull=chosen.stand_ins)
    say(f"stand-ins: {', '.join(standins.are_stand_ins(stack.env)) or 'none'}")
    stack.env["AIRFLOW_PORT"] = str(stack.published() or free_port(8080))
    for name in chosen.steps:
        began = time.monotonic()
        try:
            said = STEPS[name](stack)
        except Failed as failed:
            say(f"{name}: FAILED after {time.monotonic() - began:.0f} s: {failed}")
            say(tail(stack.compose("logs", "--no-color", "--tail", "25"), 200))
            return 1
        say(f"{name}: {said} ({time.monotonic() - began:.0f} s)")
    return 0


def _stop(stack: Stack | None, engine: Engine | None) -> None:
    if stack:
        try:
            stack.profiles = ["fleet"]
            stack.compose("down", "--volumes", "--remove-orphans", "--timeout", "10", seconds=180)
        except Failed as failed:
            say(str(failed))
    if engine:
        engine.stop()


def _table(figures: dict[str, str]) -> None:
    if figures:
        say("\n| what | measured |\n| --- | --- |")
        say("\n".join(f"| {what} | {amount} |" for what, amount in figures.items()))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
