"""`plugins.zip`, `dags/` and `requirements.txt` for Amazon MWAA: the same tree gives the same bytes.

MWAA unpacks `plugins.zip` into `/usr/local/airflow/plugins`, which is on `sys.path` of every process, copies the
bucket's `dags/` to `/usr/local/airflow/dags`, and carries nothing else: `include/` travels inside `plugins.zip`, so
that the SQL and the code that reads its columns are of one version.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from deploy.mwaa.errors import DeployError

CHECKOUT = Path(__file__).resolve().parents[2]
PLUGINS, REQUIREMENTS, DAGS, SUMS = "plugins.zip", "requirements.txt", "dags/", "SHA256SUMS"

_HIDDEN_BUT_WANTED = ".airflowignore"
_LEFT_OUT = {"__pycache__"}
# The earliest time in a zip file.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o100644
# MWAA searches every line for this, including comments, and adds Airflow's constraints only if it is missing
# (user_requirements.py of aws/amazon-mwaa-docker-images).
_CONSTRAINT = re.compile(r"-c |--constraint ")


def package(checkout: Path = CHECKOUT) -> dict[str, bytes]:
    """The files for MWAA by path below the bucket, in order of the paths. Raises DeployError."""
    files = {
        PLUGINS: _zipped({**_tree(checkout / "plugins"), **_tree(checkout / "include", "include/")}),
        REQUIREMENTS: _requirements(checkout / "requirements.txt"),
        **_tree(checkout / "dags", DAGS),
    }
    return dict(sorted(files.items()))


def digest(body: bytes) -> str:
    """The SHA-256 of a body, as in SHA256SUMS and in the bucket's metadata."""
    return hashlib.sha256(body).hexdigest()


def write(files: dict[str, bytes], out: Path) -> None:
    """Write a package and its SHA256SUMS into a folder and replace an older package. Raises DeployError."""
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
        fresh = Path(beside) / "new"
        for name, body in {**files, SUMS: sums(files)}.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(body)
        if out.exists():
            out.rename(Path(beside) / "old")
        shutil.move(fresh, out)


def sums(files: dict[str, bytes]) -> bytes:
    """SHA256SUMS in the format of `sha256sum --check`."""
    return "".join(f"{digest(body)}  {name}\n" for name, body in files.items()).encode()


def _check_replaceable(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise DeployError(f"{out} is a file. Pass a folder with --out.")
    ours = {PLUGINS, REQUIREMENTS, DAGS.rstrip("/"), SUMS}
    others = sorted({path.name for path in out.iterdir()} - ours) if out.exists() else []
    if others:
        raise DeployError(
            f"{out} holds other things ({', '.join(others[:3])}) and would be replaced whole. Pass --out."
        )


def _tree(folder: Path, prefix: str = "") -> dict[str, bytes]:
    if not folder.is_dir():
        raise DeployError(f"There is no {folder}. Run this from a whole checkout.")
    return {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name != _HIDDEN_BUT_WANTED
        if path.name in _LEFT_OUT or path.suffix == ".pyc" or hidden:
            continue
        if path.is_symlink():
            raise DeployError(f"{path} is a symbolic link, which MWAA would not follow. Put the file there itself.")
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip without compression: zlib's output differs between versions, and MWAA accepts up to 1 GB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _MODE << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _requirements(file: Path) -> bytes:
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if _CONSTRAINT.search(line):
            raise DeployError(
                f"{file}:{number} reads as a constraint, even in a comment: MWAA would then leave out Airflow's own "
                "constraints. Say it in other words."
            )
    return file.read_bytes()
