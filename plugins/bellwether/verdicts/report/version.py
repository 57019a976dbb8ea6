"""Which code made a report: a digest of all that decides its figures, and the libraries that it computes with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bellwether.sql import sql_folder

_VERDICTS = Path(__file__).resolve().parent.parent
_DECIDING = ("questions", "signals", "stats", "report/answering.py", "report/measurement.py", "report/naive.py")
_SQL = ("signals", "coverage")


def code_version() -> str:
    """For instance `3f9c0a1b2c4d numpy-2.4.0 scipy-1.17.0`; the same code gives the same, wherever it is installed."""
    digest = hashlib.sha256()
    for name, path in deciding_files():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return " ".join([digest.hexdigest()[:12], *(f"{name}-{version(name)}" for name in ("numpy", "scipy"))])


def deciding_files() -> Iterator[tuple[str, Path]]:
    """The files that decide a verdict, by name: Python of this package, and the SQL that reads signals and coverage."""
    for root, folders in ((_VERDICTS, _DECIDING), (sql_folder(), _SQL)):
        for place in (root / folder for folder in folders):
            files = [path for path in sorted(place.rglob("*")) if path.suffix in (".py", ".sql")]
            for path in files if place.is_dir() else [place]:
                yield path.relative_to(root).as_posix(), path
