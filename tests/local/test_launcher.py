"""`make up` and `make down`, once, for real: Airflow's four components over the services."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from bellwether_events import Client
from local.airflow_api import AirflowApi
from local.environment import CHECKOUT
from local.history import AFTERWARDS, FILE, Progress
from local.launcher import HISTORY
from local.stack import Stack
from sandbox.ride_history import KEY

COMPONENTS = ["postgres", "seaweedfs", "sandbox", "collector", "api-server", "scheduler", "dag-processor", "triggerer"]


def sandbox(home: Path, *words: str) -> str:
    env = {**os.environ, "BELLWETHER_HOME": str(home)}
    command = [sys.executable, "-m", "local", *words]
    done = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def family(stack: Stack) -> list[psutil.Process]:
    leaders = [psutil.Process(each.process.pid) for each in stack.running().values()]
    return [member for leader in leaders for member in (leader, *leader.children(recursive=True))]


def test_up_and_down(home: Path) -> None:
    said = sandbox(home, "up")
    stack = Stack(home)
    assert [name for name in stack.running() if name != HISTORY] == COMPONENTS
    # The weeks before are loaded meanwhile; what is run over all of them waits.
    progress = Progress.read(home / FILE)
    assert progress
    assert progress.run_total == 2 * len(stack.vendors)
    assert re.search(r"^history     \d+ of \d+ runs over 8 weeks are loaded", said, re.MULTILINE)
    port = stack.running()["api-server"].ports["http"]
    password = stack.secrets.airflow["login"]
    assert f"http://127.0.0.1:{port}" in said
    assert password in said

    endpoint, tracking_id, secret = re.findall(r"^events +(\S+) +tracking id (\S+) +secret (\S+)$", said, re.MULTILINE)[
        0
    ]
    client = Client(endpoint, tracking_id, secret, app_code="com.acme.web", queue=home / "queue.db")
    assert client.flush(30)
    client.close()

    everybody = family(stack)
    listening = [each for member in everybody for each in member.net_connections() if each.status == "LISTEN"]
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}

    api = AirflowApi(f"http://127.0.0.1:{port}", password)
    dags = api.dags()
    assert {"warehouse", "verdicts", "demand", *stack.vendors} <= dags.keys()
    assert stack.read_lake(KEY).startswith(b"PAR1")
    assert {name for name, dag in dags.items() if dag["is_paused"]} <= {*AFTERWARDS}
    assert api.states("warehouse") == ["success"]

    # One that died is started again, and the others are left alone.
    before = {name: each.process.pid for name, each in stack.running().items()}
    os.kill(before["triggerer"], signal.SIGKILL)
    time.sleep(0.5)
    sandbox(home, "up")
    after = {name: each.process.pid for name, each in stack.running().items()}
    assert [name for name in before if before[name] != after.get(name) and name != HISTORY] == ["triggerer"]

    everybody += family(stack)
    sandbox(home, "down")
    assert not stack.running()
    assert not [each for each in everybody if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
