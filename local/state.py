"""The data folder, and its record of running components and their users."""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.environment import CHECKOUT
from local.passwords import write_private
from local.services.binaries import shelter
from local.services.process import Process

Tell = Callable[[str], None]


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the absolute data folder: $BELLWETHER_HOME, else `.bellwether` in the checkout."""
    chosen = environ.get("BELLWETHER_HOME")
    return Path(chosen).expanduser().resolve() if chosen else CHECKOUT / ".bellwether"


def make_folder(home: Path) -> None:
    """Create `home` if it does not exist; an existing folder keeps its mode."""
    if not home.exists():
        home.mkdir(parents=True)
        # PostgreSQL's user must be able to pass through root's folder without reading it.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


@dataclass(frozen=True)
class Component:
    """A running program; {"s3": 8333} are its ports."""

    process: Process
    ports: dict[str, int]
    log: str


@dataclass
class State:
    """The components in the order they were started, their users, and whether they outlive them (`make up`)."""

    components: dict[str, Component] = field(default_factory=dict)
    users: list[Process] = field(default_factory=list)
    kept: bool = False

    @classmethod
    def load(cls, file: Path) -> "State":
        """Return the state in `file`, without users that have ended."""
        try:
            record = json.loads(file.read_text())
            state = cls.from_record(record)
        except (OSError, ValueError, KeyError, TypeError):
            return cls()
        state.users = [user for user in state.users if user.is_alive()]
        return state

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "State":
        components = {
            name: Component(Process.from_record(entry), dict(entry["ports"]), entry["log"])
            for name, entry in record["components"].items()
        }
        return cls(components, [Process.from_record(user) for user in record["users"]], bool(record["kept"]))

    def save(self, file: Path) -> None:
        """Write the record, or remove it if there is no component."""
        if not self.components:
            file.unlink(missing_ok=True)
            return
        components = {
            name: {**component.process.record(), "ports": component.ports, "log": component.log}
            for name, component in self.components.items()
        }
        users = [user.record() for user in self.users]
        record = {"components": components, "users": users, "kept": self.kept}
        write_private(file, json.dumps(record, indent=2))


@contextmanager
def locked(file: Path, tell: Tell, *, wait: float = 300) -> Iterator[None]:
    """Hold an exclusive lock on `file`, at most until the process ends; TimeoutError after `wait` seconds."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, tell, wait)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, tell: Tell, wait: float) -> None:
    deadline, is_reported = time.monotonic() + wait, False
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode() or "unknown"
            if time.monotonic() >= deadline:
                raise TimeoutError(f"process {holder} is at work in the same data folder") from None
            if not is_reported:
                tell(f"waiting for process {holder}, which is at work in the same data folder")
                is_reported = True
        time.sleep(0.1)


def remove(home: Path) -> None:
    """Remove our files in `home` and its shelter, and `home` itself if it is then empty."""
    for name in (
        "airflow",
        "once",
        "postgres",
        "seaweedfs",
        "sandbox",
        "logs",
        "demo",
        "docs",
        "artefacts",
        "benchmarks",
    ):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in ("secrets.json", "stack.json", "history.json", "stack.lock", "up.lock", "demo.lock"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(shelter(home), ignore_errors=True)
    with contextlib.suppress(OSError):
        home.rmdir()
