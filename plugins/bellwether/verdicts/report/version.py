"""The version of the code that computes a report: a digest of that code, and its numerical libraries' versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bellwether.include import include_folder

BUNDLE = Path(__file__).resolve().parents[2]
# The code that reads questions and signals and computes figures and verdicts, without code that presents or stores.
_CODE = (
    "services.py", "wall_clock.py", "window.py", "verdicts/questions", "verdicts/signals", "verdicts/stats",
    *(f"verdicts/report/{name}.py" for name in (
        "answering", "coverage_strips", "measurement", "naive", "report", "shown")),
)  # fmt: skip
_SQL = ("sql/signals", "sql/coverage")


def code_version(bundle: Path = BUNDLE, include: Path | None = None) -> str:
    """For instance `3f9c0a1b2c4d numpy-2.4.0 scipy-1.17.0`; it does not depend on the code's folder."""
    digest = hashlib.sha256()
    for root, path in computing(bundle, include or include_folder()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return " ".join([digest.hexdigest()[:12], *(f"{name}-{version(name)}" for name in ("numpy", "scipy"))])


def computing(bundle: Path, include: Path) -> Iterator[tuple[Path, Path]]:
    """The files that determine figures and verdicts, as pairs of root folder and path."""
    for root, names in ((bundle, _CODE), (include, _SQL)):
        for name in names:
            path = root / name
            files = sorted(path.rglob(f"*.{'py' if root == bundle else 'sql'}")) if path.is_dir() else [path]
            yield from ((root, file) for file in files)
