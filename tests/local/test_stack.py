"""The stack: who starts what, who stops it, and what a killed process leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest

from local.environment import CHECKOUT
from local.services.process import Process
from local.stack import Stack
from local.state import State, data_folder, locked, remove

NAMES = ["postgres", "seaweedfs", "sandbox"]


def sandbox(home: Path, *words: str) -> subprocess.Popen[str]:
    """Start `python -m local …` as another process."""
    env = {**os.environ, "BELLWETHER_HOME": str(home)}
    command = [sys.executable, "-m", "local", *words]
    return subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=-1, stderr=-1, stdin=-3, text=True)


def pids(stack: Stack) -> dict[str, int]:
    return {name: each.process.pid for name, each in stack.running().items()}


def test_whoever_comes_last_stops_what_the_first_started(home: Path) -> None:
    stack = Stack(home)
    assert stack.enter() == NAMES
    found = pids(stack)
    assert not stack.enter()
    with closing(psycopg2.connect(stack.warehouse_uri)):
        pass
    other = Process(os.getppid(), Process.of(os.getppid()).started_at)  # type: ignore[union-attr]
    state = State.load(stack.record)
    state.users.append(other)
    state.save(stack.record)
    stack.leave()
    assert pids(stack) == found
    state = State.load(stack.record)
    state.users = [Process.this()]
    state.save(stack.record)
    stack.leave()
    assert not stack.running()
    assert not stack.record.exists()


def test_what_up_keeps_stays_when_a_demo_leaves(home: Path) -> None:
    up, demo = Stack(home), Stack(home)
    up.enter(keep=True)
    assert demo.enter() == []
    demo.leave()
    assert list(demo.running()) == NAMES
    # `up` may come second, too.
    assert up.stop() == NAMES
    demo.enter()
    up.enter(keep=True)
    demo.leave()
    assert list(up.running()) == NAMES


def test_a_killed_component_is_started_again_and_the_others_are_not(home: Path) -> None:
    stack = Stack(home)
    stack.enter(keep=True)
    before = pids(stack)
    os.kill(before["postgres"], signal.SIGKILL)
    os.kill(before["sandbox"], signal.SIGKILL)
    time.sleep(0.2)
    assert list(stack.running()) == ["seaweedfs"]
    assert sorted(stack.enter(keep=True)) == ["postgres", "sandbox"]
    assert pids(stack)["seaweedfs"] == before["seaweedfs"]


def test_what_a_killed_demo_left_is_stopped_and_started_anew(home: Path) -> None:
    script = "import time; from local.stack import Stack\nStack().enter(); print('up', flush=True); time.sleep(60)"
    env = {**os.environ, "BELLWETHER_HOME": str(home)}
    with subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, env=env, stdout=-1, text=True) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "up\n"
        demo.kill()
    stack = Stack(home)
    left = pids(stack)
    assert list(left) == NAMES
    assert stack.enter() == NAMES
    assert not {*left.values()} & {*pids(stack).values()}


def test_a_record_of_another_life_is_not_believed(home: Path) -> None:
    stack = Stack(home)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lost = {"pid": stranger.pid, "started_at": 1_000_000.0, "ports": {"sql": 1}, "log": "x"}
    stack.record.write_text(json.dumps({"components": {"postgres": lost}, "users": [], "kept": True}))
    assert not stack.running()
    assert stack.stop() == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    stack.record.write_text("{half")
    assert not stack.running()


def test_two_starts_at_once_start_everything_once(home: Path) -> None:
    both = [sandbox(home, "services", "start") for _ in range(2)]
    said = [each.communicate(timeout=60)[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sum(text.count("starting postgres") for text in said) == 1
    assert list(Stack(home).running()) == NAMES


@pytest.mark.parametrize("name", ["postgres", "sandbox"])
def test_an_interrupted_start_leaves_nothing_running(home: Path, name: str) -> None:
    up = sandbox(home, "up")
    assert up.stderr is not None
    while f"starting {name}" not in up.stderr.readline():
        assert up.poll() is None
    up.send_signal(signal.SIGINT)
    said = up.communicate(timeout=60)[1]
    assert up.returncode == 130, said
    assert "stopping everything again" in said
    assert not Stack(home).running()
    commands = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if str(home) in command]


def test_the_shell_has_airflow_and_takes_its_services_along(home: Path) -> None:
    home.mkdir()
    (home / "once").mkdir()
    from importlib.metadata import version

    # The metadata database is another test's matter.
    (home / "once" / "migrated").write_text(version("apache-airflow"))
    env = {**os.environ, "BELLWETHER_HOME": str(home), "SHELL": "/bin/sh"}
    shown = '"$AIRFLOW_CONN_WAREHOUSE" "$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"'
    script = f"command -v airflow; printf '%s\\n' {shown}; exit 7"
    done = subprocess.run(
        [sys.executable, "-m", "local", "shell"],
        cwd=CHECKOUT,
        env=env,
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    airflow, warehouse, metadata = done.stdout.splitlines()
    assert done.returncode == 7
    assert Path(airflow) == Path(sys.executable).parent / "airflow"
    assert json.loads(warehouse)["schema"] == "warehouse"
    assert metadata == f"sqlite:///{home}/once/metadata.db"
    assert not Stack(home).running()


def test_env_can_be_evaluated_by_a_shell(home: Path) -> None:
    (home / "once").mkdir(parents=True)
    from importlib.metadata import version

    (home / "once" / "migrated").write_text(version("apache-airflow"))
    script = f'eval "$("{sys.executable}" -m local env)" && env -0'
    env = {**os.environ, "BELLWETHER_HOME": str(home), "AIRFLOW__CORE__FOREIGN": "1"}
    done = subprocess.run(["/bin/sh", "-c", script], cwd=CHECKOUT, env=env, capture_output=True, text=True, check=True)
    found = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    assert found["AIRFLOW_HOME"] == str(home / "once")
    assert "AIRFLOW__CORE__FOREIGN" not in found
    key = json.loads(found["AIRFLOW_CONN_GOOGLE_ANALYTICS"])["extra"]["keyfile_dict"]["private_key"]
    assert key.count("\n") > 10
    assert list(Stack(home).running()) == NAMES


def test_only_one_may_hold_a_lock(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        locked(tmp_path / "lock", said.append),
        pytest.raises(TimeoutError, match=f"process {os.getpid()} is at work"),
        locked(tmp_path / "lock", said.append, wait=0),
    ):
        pass
    with locked(tmp_path / "lock", said.append, wait=0):
        pass
    assert not said


def test_remove_takes_ours_and_leaves_theirs(home: Path) -> None:
    Stack(home)
    (home / "theirs").write_text("")
    remove(home)
    assert [each.name for each in home.iterdir()] == ["theirs"]
    (home / "theirs").unlink()
    remove(home)
    assert not home.exists()


def test_the_data_folder_is_the_checkouts_unless_told() -> None:
    assert data_folder({}) == CHECKOUT / ".bellwether"
    assert data_folder({"BELLWETHER_HOME": "/somewhere/../else"}) == Path("/else")
