"""`python -m deploy.mwaa …`: the commands behind `make package` and `make deploy`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.mwaa.errors import DeployError, explained
from deploy.mwaa.package import digest, package, write
from deploy.mwaa.upload import Choices, upload


def main(words: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    arguments = parser().parse_args(words)
    try:
        arguments.run(arguments)
    except DeployError as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bellwether: interrupted; what MWAA has begun goes on, and a second run completes it", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m deploy.mwaa", description="Bring bellwether to Amazon MWAA.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    text = "write plugins.zip, dags/, requirements.txt and SHA256SUMS; the same tree gives the same bytes"
    packing = commands.add_parser("package", help=text, description=text)
    packing.add_argument("--out", type=Path, default=Path("dist"), help="folder, replaced whole (default: %(default)s)")
    packing.set_defaults(run=_package)

    text = (
        "print the changes to an environment, and with --apply deploy them; a second run completes an interrupted run"
    )
    bringing = commands.add_parser("upload", help=text, description=text)
    bringing.add_argument("--bucket", type=_named, required=True, help="the bucket that the environment reads")
    bringing.add_argument("--environment", type=_named, required=True, help="the environment's name")
    bringing.add_argument("--region", help="default: that of the AWS profile, AWS_REGION or AWS_DEFAULT_REGION")
    bringing.add_argument(
        "--prefix",
        default="",
        help="folder of the bucket for plugins.zip and requirements.txt (default: where the environment has them, "
        "else the root); dags go where the environment reads them",
    )
    bringing.add_argument("--apply", action="store_true", help="do it; without, nothing is changed")
    bringing.add_argument("--prune", action="store_true", help="remove dags of an earlier deployment that are gone")
    bringing.add_argument(
        "--replace", action="store_true", help="put ours in place of somebody else's plugins.zip or requirements.txt"
    )
    bringing.add_argument("--poll-seconds", type=float, default=30, help="how often to ask (default: %(default)s)")
    bringing.add_argument("--patience-minutes", type=float, default=60, help="longest wait (default: %(default)s)")
    bringing.set_defaults(run=_upload)
    return top


def _named(word: str) -> str:
    if not word.strip():
        raise argparse.ArgumentTypeError("is empty: `make deploy BUCKET=… ENVIRONMENT=…`")
    return word


def _package(arguments: argparse.Namespace) -> None:
    files = package()
    write(files, arguments.out)
    for name, body in files.items():
        print(f"{digest(body)[:12]}  {len(body):>9,} bytes  {arguments.out / name}")


def _upload(arguments: argparse.Namespace) -> None:
    choices = Choices(
        bucket=arguments.bucket,
        environment=arguments.environment,
        region=arguments.region,
        prefix=arguments.prefix,
        apply=arguments.apply,
        prune=arguments.prune,
        replace=arguments.replace,
        poll_seconds=arguments.poll_seconds,
        patience_seconds=arguments.patience_minutes * 60,
    )
    with explained(choices.bucket, choices.environment):
        upload(package(), choices, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main())
