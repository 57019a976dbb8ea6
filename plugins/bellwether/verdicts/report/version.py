"""Which code made a report: a digest of what computes its figures, and the libraries that it computes with."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_COMPUTING = ("stats", "signals", "report/answering.py", "report/sides.py")


def code_version() -> str:
    """For instance `3f9c0a1b2c4d numpy-2.4.0 scipy-1.17.0`; the same code gives the same, wherever it lies."""
    digest = hashlib.sha256()
    for name in _COMPUTING:
        place = _PACKAGE / name
        for path in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return " ".join([digest.hexdigest()[:12], *(f"{name}-{version(name)}" for name in ("numpy", "scipy"))])
