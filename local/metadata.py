"""Airflow's metadata databases: created or migrated to the installed version once."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from local.services.process import ServiceError, failure
from local.state import Tell


def is_current(stamp: Path) -> bool:
    """Whether the database of `stamp` has the installed Airflow's version."""
    return stamp.exists() and stamp.read_text() == version("apache-airflow")


def note_current(stamp: Path) -> None:
    stamp.write_text(version("apache-airflow"))


def migrate(stamp: Path, env: Mapping[str, str], tell: Tell) -> None:
    """Run `airflow db migrate` in `env` unless `stamp` is current; ServiceError with its output."""
    if is_current(stamp):
        return
    tell("creating Airflow's metadata database")
    log = stamp.parent / "migrate.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        done = subprocess.run(command, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    if done.returncode != 0:
        raise ServiceError(failure("`airflow db migrate` failed", log))
    note_current(stamp)
