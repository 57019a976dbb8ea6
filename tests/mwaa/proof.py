"""`tests/mwaa/run`: packs the bundle, makes MWAA's Python, lays the package out in it, and runs its DAGs.

Three proofs, each in the laid-out folder, with connections from a Secrets Manager and nothing of the checkout in reach:
every DAG parses and every SQL file renders; one DAG of each kind succeeds with `dag.test()`; the whole schedule runs
with a Celery worker of five tasks at once, whose memory is measured.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from deploy.mwaa.package import CHECKOUT, package
from local.signals import unwind
from local.stack import Stack
from tests.mwaa import fleet
from tests.mwaa.environment import keep, settings, unpack
from tests.mwaa.image import CONSTRAINTS, PIP_LIMIT_SECONDS, Installed, install

BEGAN = time.monotonic()
WEEKS = 5
SOURCES = ["github", "google_analytics", "postman", "statuscake"]
CITIES = ["weather", "flights", "wikipedia"]


class Requests(logging.Handler):
    """Counts the requests that Secrets Manager answers."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        if '"POST / HTTP' in record.getMessage():
            self.count += 1


REQUESTS = Requests()


class Failed(Exception):
    """A proof that did not hold."""


def main() -> int:
    arguments = parser().parse_args()
    unwind(tell)
    folder = Path(tempfile.mkdtemp(prefix="bellwether-mwaa-"))
    # PostgreSQL runs as a user of its own.
    folder.chmod(0o711)
    try:
        prove(folder, arguments)
    except (Failed, RuntimeError, TimeoutError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"tests/mwaa/run: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if arguments.keep:
            tell(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    tell("all of it held")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="tests/mwaa/run", description=(__doc__ or "").split("\n\n", 1)[1])
    made.add_argument("--python", default="python3.12", help="Python 3.12, as MWAA has (default: %(default)s)")
    made.add_argument("--constraints", default=CONSTRAINTS, help="file or URL (default: %(default)s)")
    made.add_argument("--keep", action="store_true", help="leave the folder, with venv and logs")
    made.add_argument("--only-schedule", action="store_true", help="leave out dag.test(): just the Celery worker")
    made.add_argument("--venv", type=Path, help="take this environment, made before with --keep")
    return made


def tell(line: str) -> None:
    sys.stdout.write(f"{time.monotonic() - BEGAN:6.1f} s  {line}\n")
    sys.stdout.flush()


def prove(folder: Path, arguments: argparse.Namespace) -> None:
    files = package()
    home = unpack(files, folder / "root")
    shutil.copy(CHECKOUT / "tests" / "mwaa" / "inside.py", home)
    tell(f"packed: plugins.zip {len(files['plugins.zip']):,} bytes")
    python = arguments.venv / "bin" / "python" if arguments.venv else None
    if python is None:
        installed = install(folder / "venv", arguments.python, arguments.constraints, home / "requirements.txt")
        tell_installed(installed)
        python = installed.python
    with services(folder / "services", python, home) as (environment, stack):
        look(python, home, environment)
        # Without the weeks that dag.test() loads there is nothing to give a verdict on.
        but = frozenset({"verdicts"} if arguments.only_schedule else ())
        if not arguments.only_schedule:
            stack.supply_rides(datetime.now(UTC))
            run_each(python, home, environment)
        metadata = stack.postgres.uri("airflow", stack.running()["postgres"].ports["sql"])
        fleet.prove(python, home, environment, metadata, tell, but)


def tell_installed(installed: Installed) -> None:
    tell(
        f"MWAA's image: {installed.image_bytes / 1e6:,.0f} MB in {installed.image_seconds:.0f} s (not on MWAA's clock)"
    )
    tell(
        f"requirements.txt by pip: {installed.ours_seconds:.0f} s of MWAA's {PIP_LIMIT_SECONDS}, "
        f"{installed.ours_bytes / 1e6:,.0f} MB, {installed.ours_packages} packages; pip check is clean"
    )


@contextmanager
def services(folder: Path, python: Path, home: Path) -> Iterator[tuple[dict[str, str], Stack]]:
    """PostgreSQL, SeaweedFS, the sandbox and a Secrets Manager that holds their connections."""
    stack = Stack(folder, tell)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server_log = logging.getLogger("werkzeug")
    server_log.handlers, server_log.propagate = [REQUESTS], False
    server_log.setLevel(logging.INFO)
    moto.start()
    url = "http://{}:{}".format(*moto.get_host_and_port())
    try:
        stack.enter()
        config = Config(proxies={})
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "eu-central-1"}
        client = boto3.client("secretsmanager", endpoint_url=url, config=config, **keys)
        keep(client, {**stack.own_connections(), **stack.vendor_connections()})
        environment = settings(home, metadata_uri=f"sqlite:///{home}/metadata.db", secrets_url=url)
        environment["PATH"] = f"{python.parent}:{environment['PATH']}"
        yield environment, stack
    finally:
        stack.leave()
        moto.stop()


def inside(python: Path, home: Path, environment: dict[str, str], *words: str) -> Any:
    """What `inside.py` says, run by MWAA's Python from a folder elsewhere."""
    log = home / "inside.log"
    with log.open("a") as errors:
        done = subprocess.run(
            [str(python), str(home / "inside.py"), *words],
            env=environment, cwd="/", stdout=subprocess.PIPE, stderr=errors, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Failed(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-2000:]}{log.read_text()[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def look(python: Path, home: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        [str(python), "-m", "airflow", "db", "migrate"], env=environment, cwd="/", check=True, capture_output=True
    )
    said = inside(python, home, environment, "look")
    outside = [file for file in said["files"] + said["path"] if file.startswith(str(CHECKOUT) + os.sep)]
    if said["errors"] or outside or not said["dags"] or not all(said["sql"].values()):
        raise Failed(f"parsing: {said['errors']}; of the checkout: {outside}; {len(said['dags'])} DAGs")
    tell(
        f"{len(said['dags'])} DAGs parsed in {said['parse_seconds']:.2f} s of CPU once Airflow is there "
        f"({said['import_seconds']:.1f} s of CPU), {len(said['sql'])} SQL files rendered: {', '.join(said['dags'])}"
    )


def run_each(python: Path, home: Path, environment: dict[str, str]) -> None:
    """One DAG of each kind: the sources over weeks, so that the verdicts have something to say; of cities, of late."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    window = {"since": (now - timedelta(weeks=WEEKS)).isoformat(), "until": now.isoformat()}
    late = window | {"since": (now - timedelta(days=2)).isoformat()}
    read = [*((source, window) for source in SOURCES), *((source, late) for source in CITIES)]
    yesterday, today = ({"as_of": (now - timedelta(days=days)).isoformat()} for days in (1, 0))
    for dag_id, conf in [("warehouse", {}), *read, ("verdicts", yesterday), ("demand", today)]:
        before = REQUESTS.count
        said = inside(python, home, environment, "run", dag_id, json.dumps(conf))
        if set(said["tasks"].values()) != {"success"} or said["written"]:
            raise Failed(f"{dag_id}: {said}\n{(home / 'inside.log').read_text()[-4000:]}")
        tell(
            f"dag.test() of {dag_id}: {len(said['tasks'])} tasks in {said['seconds']:.1f} s, "
            f"{said['cpu_seconds']:.1f} s of CPU, at most {said['peak_megabytes']:.0f} MB (all of Airflow is in it), "
            f"{REQUESTS.count - before} requests to Secrets Manager, no file outside of the temporary folder"
        )


if __name__ == "__main__":
    sys.exit(main())
