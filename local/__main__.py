"""`python -m local …`: the commands behind the Makefile's targets."""

import argparse
import os
import sys
import time
from collections.abc import Callable

from local import dotenv
from local.services.process import ServiceError
from local.signals import unwind

BEGAN = time.monotonic()


def main(words: list[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    os.umask(0o077)
    unwind(tell)
    try:
        if text := dotenv.warning():
            tell(text)
        return int(arguments.run(arguments) or 0)
    except (ServiceError, TimeoutError, ValueError) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bellwether: interrupted", file=sys.stderr)
        return 130


def tell(line: str) -> None:
    """Print a line of progress with the seconds since the start."""
    print(f"{time.monotonic() - BEGAN:6.1f} s  {line}", file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m local", description="Start, use and stop bellwether's own services.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int | None], text: str) -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=text, description=text)
        subparser.set_defaults(run=run)
        return subparser

    demo = command("demo", _demo, "load the sandbox's history in a single process and show the results")
    demo.add_argument("--weeks", type=int, default=8, help="how far back to read (default: %(default)s)")
    command("up", _up, "start the services and Airflow, and leave them running")
    command("history", _history, "load the eight weeks before `up`; `up` starts this in the background")
    command("down", _down, "stop everything that runs")
    command("status", _status, "list what runs, its ports and logs, and the status in sentences")
    for name, run, text in (
        ("env", _env, "print the environment for Airflow as lines a shell can evaluate; starts the services"),
        ("shell", _shell, "open a shell in which airflow works; starts the services"),
    ):
        subparser = command(name, run, text)
        subparser.add_argument(
            "--running", action="store_true", help="use the metadata database of `up`, not a SQLite file"
        )
    vendors = command(
        "sandbox", _sandbox, "run the simulated vendors in the foreground, with accounts kept in the data folder"
    )
    vendors.add_argument("--port", type=int, default=0, help="default: a free one")
    services = command("services", _services, "start or stop PostgreSQL, SeaweedFS and the sandbox")
    services.add_argument("verb", choices=["start", "stop"])
    command("redshift-check", _redshift_check, "try the load path on the warehouse and the lake that .env names")
    command("clean", _clean, "stop everything and remove the data folder's contents")
    return top


# Commands import their modules when they are called: `sandbox` starts a second faster without the others.


def _demo(arguments: argparse.Namespace) -> int:
    from local.demo import demo

    return demo(arguments.weeks, tell)


def _up(arguments: argparse.Namespace) -> None:
    from local.launcher import up

    up(tell)


def _history(arguments: argparse.Namespace) -> None:
    from local.launcher import load_history

    load_history(tell)


def _down(arguments: argparse.Namespace) -> None:
    from local.launcher import down
    from local.state import data_folder

    stopped = down(tell) if data_folder().exists() else []
    print(f"stopped {', '.join(stopped)}" if stopped else "nothing runs")


def _status(arguments: argparse.Namespace) -> None:
    from local.launcher import history_words
    from local.stack import Stack
    from local.words import in_words

    stack = Stack(tell=tell)
    running = stack.running()
    for name, component in running.items():
        ports = " ".join(f"{port}:{number}" for port, number in component.ports.items() if not port.endswith("grpc"))
        print(f"{name:<14} process {component.process.pid:<8} {ports:<56} {component.log}")
    if not running:
        print("nothing runs")
        return
    if "api-server" in running:
        print(f"{'history':<14} {history_words(stack)}")
    if words := in_words(stack):
        print(f"\n{words}")


def _env(arguments: argparse.Namespace) -> None:
    from local.shell import print_environment

    print_environment(tell, running=arguments.running)


def _shell(arguments: argparse.Namespace) -> int:
    from local.shell import open_shell

    return open_shell(tell, running=arguments.running)


def _sandbox(arguments: argparse.Namespace) -> None:
    from local.state import data_folder
    from sandbox.limits import Limits
    from sandbox.server import run

    run(arguments.port, data_folder() / "sandbox", Limits())


def _services(arguments: argparse.Namespace) -> None:
    from local.stack import Stack

    stack = Stack(tell=tell)
    if arguments.verb == "stop":
        stack.stop()
    elif not stack.enter(keep=True):
        tell("all services run already")


def _redshift_check(arguments: argparse.Namespace) -> int:
    import subprocess

    from local.environment import CHECKOUT
    from local.state import data_folder

    env = {"PYTHONPATH": str(CHECKOUT / "plugins"), "AIRFLOW_HOME": str(data_folder() / "check")}
    command = [sys.executable, "-m", "bellwether.warehouse.check"]
    return subprocess.run(command, env={**os.environ, **dotenv.read(), **env}, check=False).returncode


def _clean(arguments: argparse.Namespace) -> None:
    from local.launcher import down
    from local.state import data_folder, remove

    if data_folder().exists():
        down(tell)
        remove(data_folder())


if __name__ == "__main__":
    status = main()
    if "airflow" in sys.modules:
        # Python needs 3 s to unload Airflow's modules; everything that was started has been stopped by now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
