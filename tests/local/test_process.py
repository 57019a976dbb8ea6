"""Programs in sessions of their own: known again, waited for, stopped with all they started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from local.services.process import Process, ServiceError, start, stop, wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
# A child in another session, which the signal to the group does not reach.
PARENT = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True);"
    "print(child.pid, flush=True); time.sleep(60)"
)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_is_known_again_by_its_record(tmp_path: Path) -> None:
    process = start(SLEEP, log=tmp_path / "log")
    again = Process.from_record(process.record())
    assert again == process
    assert again.is_alive()
    assert stop(again)
    assert not process.is_alive()
    assert not stop(again)


def test_a_stranger_with_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    process = start(SLEEP, log=tmp_path / "log")
    earlier = Process(process.pid, process.started_at - 60)
    assert not earlier.is_alive()
    assert not stop(earlier)
    assert process.is_alive()
    stop(process)


def test_a_process_of_before_the_last_start_of_the_machine_means_nothing() -> None:
    assert not stop(Process(os.getsid(0), psutil.boot_time() - 3600))


def test_what_it_started_is_stopped_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start([sys.executable, "-c", PARENT], log=log)
    until(lambda: log.read_text().strip())
    child = int(log.read_text())
    stop(process, patience=1)
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_children_of_a_killed_leader_are_found_by_their_session(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start([sys.executable, "-c", PARENT.replace(", start_new_session=True", "")], log=log)
    until(lambda: log.read_text().strip())
    child = Process.of(int(log.read_text()))
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not process.is_alive())
    assert child is not None
    assert child.is_alive()
    assert stop(process)
    assert not child.is_alive()


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start([sys.executable, "-c", STUBBORN + "time.sleep(60)"], log=log)
    until(lambda: log.read_text())
    began = time.monotonic()
    stop(process, patience=0.5)
    assert not process.is_alive()
    assert time.monotonic() - began < 5


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    process = Process.of(child.pid)
    assert process is not None
    until(lambda: not process.is_alive())
    child.wait()


def test_the_error_has_the_end_of_the_log_and_the_cause(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "print('one', flush=True); raise OSError('No space left on device')"
    process = start([sys.executable, "-c", script], log=log)
    with pytest.raises(ServiceError, match=r"(?s)the thing stopped.*the disk is full.*one.*No space left"):
        wait_until(lambda: False, name="the thing", process=process, log=log, seconds=20)


def test_waiting_has_an_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(SLEEP, log=log)
    with pytest.raises(ServiceError, match="did not get ready within 0 s"):
        wait_until(lambda: False, name="the thing", process=process, log=log, seconds=0.2)
    stop(process)


def test_the_log_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for word in ("first", "second"):
        process = start([sys.executable, "-c", f"print('{word}')"], log=log)
        until(lambda process=process: not process.is_alive())
    assert log.read_text() == "second\n"
    assert (tmp_path / "log.1").read_text() == "first\n"
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="cannot start /nowhere/weed"):
        start([Path("/nowhere/weed")], log=tmp_path / "log")
