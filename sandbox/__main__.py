"""`python -m sandbox …`: the simulated vendors, and files as a company would bring them."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    arguments = _parser().parse_args(words)
    try:
        arguments.run(arguments)
    except (OSError, ValueError) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m sandbox", description="The simulated vendors of bellwether.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    text = "run the vendors in the foreground"
    serve = commands.add_parser("serve", help=text, description=text)
    serve.set_defaults(run=_serve)
    serve.add_argument("--port", type=int, default=0, help="default: a free one")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    serve.add_argument("--known-as", default="", metavar="URL", help="the root URL by which others reach it")
    serve.add_argument("--data", type=Path, required=True, help="the folder where the accounts are kept")
    serve.add_argument("--generous", action="store_true", help="with the rate limits of the demo's accounts")
    text = "write a history of the sandbox's rides, as a company would bring it, to a file"
    rides = commands.add_parser("rides", help=text, description=text)
    rides.set_defaults(run=_rides)
    rides.add_argument("--weeks", type=int, default=26, help="how far back from midnight UTC (default: %(default)s)")
    rides.add_argument("--out", type=Path, required=True, metavar="FILE", help="its name ends in .csv or .parquet")
    return top


# Each imports its part when it is called: the one needs no web server, the other no pandas.


def _serve(arguments: argparse.Namespace) -> None:
    from sandbox.limits import Limits
    from sandbox.server import run

    # uvicorn ends by itself on SIGTERM, and raises the signal again when it has.
    limits = Limits.generous() if arguments.generous else Limits()
    run(arguments.port, arguments.data, limits, host=arguments.host, known_as=arguments.known_as)


def _rides(arguments: argparse.Namespace) -> None:
    from sandbox.ride_history import write

    if arguments.weeks < 1:
        raise ValueError(f"--weeks must be at least 1, not {arguments.weeks}")
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    count = write(arguments.out, midnight - timedelta(weeks=arguments.weeks), midnight)
    print(f"{count:,} rows up to {midnight:%Y-%m-%d %H:%M} UTC in {arguments.out}", file=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("bellwether: interrupted", file=sys.stderr)
        sys.exit(130)
