"""Start a program in a session of its own, identify it again later, wait for it, and stop it with its children."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Phrases in a service's log if it cannot start, with the hints to print.
HINTS = {
    "No space left on device": "the disk is full",
    "address already in use": "another program took the port meanwhile; start again to use another one",
    "Cannot allocate memory": "the machine has no memory left",
}


class ServiceError(RuntimeError):
    """A service could not be started, reached or stopped; the text names it, the reason and its log."""


@dataclass(frozen=True)
class Process:
    """A program that we started, identified by pid and start time, because pids are reused."""

    pid: int
    started_at: float
    child: subprocess.Popen[bytes] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def this(cls) -> "Process":
        """Return the running interpreter."""
        return cls(os.getpid(), psutil.Process().create_time())

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Process":
        return cls(int(record["pid"]), float(record["started_at"]))

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Return the process that has `pid` now."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return cls(pid, psutil.Process(pid).create_time())
        return None

    def command(self) -> str:
        """Return its command line; empty if it has ended or belongs to another user."""
        with contextlib.suppress(psutil.Error):
            return " ".join(psutil.Process(self.pid).cmdline())
        return ""

    def record(self) -> dict[str, Any]:
        return {"pid": self.pid, "started_at": self.started_at}

    def is_alive(self) -> bool:
        """Whether it still runs; zombies and other processes with a reused pid do not count."""
        if self.child is not None and self.child.poll() is not None:
            return False
        process = self.find()
        return process is not None and _runs(process)

    def find(self) -> psutil.Process | None:
        """Return the process, even as a zombie; None if it has ended or its pid was reused."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            # Setting the system clock moves the start time slightly.
            return process if abs(process.create_time() - self.started_at) < 3 else None
        return None


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Mapping[str, Any] | None = None,
) -> Process:
    """Start `command` in its own session with a new log (the previous log is kept as `<log>.1`).

    `account` are the `user`, `group`, `extra_groups` of `subprocess.Popen`. Raises ServiceError if the
    program cannot be executed.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            # Only the owner may read its files, whatever modes the program chooses.
            umask=0o077,
            **(account or {}),
        )
    except OSError as error:
        raise ServiceError(f"cannot start {command[0]}: {error}") from error
    finally:
        os.close(descriptor)
    known = Process.of(child.pid)
    return Process(child.pid, known.started_at if known else time.time(), child)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C and similar signals until the end of the block, so that no started process is lost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {kind: signal.signal(kind, lambda number, frame: held.append(number)) for kind in INTERRUPTS}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
        for number in held:
            signal.raise_signal(number)


def wait_until(
    healthy: Callable[[], bool],
    *,
    name: str,
    process: Process,
    log: Path,
    seconds: float,
    waiting: Callable[[float], None] = lambda elapsed: None,
) -> None:
    """Wait until `healthy()`; ServiceError with the log's tail if the process ends, or after `seconds`."""
    began = time.monotonic()
    while not healthy():
        elapsed = time.monotonic() - began
        if not process.is_alive():
            raise ServiceError(failure(f"{name} stopped while it was starting", log))
        if elapsed > seconds:
            raise ServiceError(failure(f"{name} did not get ready within {seconds:.0f} s", log))
        waiting(elapsed)
        time.sleep(0.05)


def failure(what: str, log: Path, lines: int = 15) -> str:
    """Return `what`, the cause if the log contains a known phrase, and the log's last lines."""
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
    causes = [hint for phrase, hint in HINTS.items() if phrase.lower() in tail.lower()]
    head = ": ".join([what, *causes[:1]])
    return f"{head}.\nEnd of {log}:\n{tail or '(empty)'}"


def stop(process: Process, *, first: signal.Signals = signal.SIGTERM, patience: float = 5.0) -> bool:
    """Stop `process` and its descendants: `first` to its group, after `patience` seconds SIGKILL to the rest.

    Returns whether anything had to be stopped. A reused pid is not signalled.
    """
    family = _family(process)
    if not family:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, first)
    _wait(process, family, patience)
    for member in {*family, *_family(process)}:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    _wait(process, family, 2)
    return True


def _wait(process: Process, family: list[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(_runs(member) for member in family) and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.child is not None:
        process.child.poll()


def _family(process: Process) -> list[psutil.Process]:
    """The process and its descendants, or the remaining members of its session if it has ended."""
    if process.is_alive():
        leader = psutil.Process(process.pid)
        return [leader, *leader.children(recursive=True)]
    if process.started_at < _system_began() or (process.find() is None and psutil.pid_exists(process.pid)):
        return []
    left = [member for member in psutil.process_iter() if _session(member.pid) == process.pid]
    return [member for member in left if _runs(member)]


def _session(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return os.getsid(pid)
    return None


def _system_began() -> float:
    """The start time of this machine or container: pids recorded before it are invalid."""
    began = psutil.boot_time()
    with contextlib.suppress(psutil.Error):
        began = max(began, psutil.Process(1).create_time())
    return began
