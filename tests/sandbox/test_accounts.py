"""Credentials are made once and kept to their owner; connections carry them; budgets count."""

import json
import shlex
import signal
import stat
import subprocess
import sys

import pytest

from local.environment import CHECKOUT
from sandbox.connections import connections, exports
from sandbox.credentials import Credentials
from sandbox.limits import Budget, Limits
from sandbox.vendors import VENDORS


def test_credentials_are_made_once_for_their_owner_only(tmp_path):
    folder = tmp_path / "data of the sandbox"
    made = Credentials.load_or_create(folder, "http://127.0.0.1:1")
    again = Credentials.load_or_create(folder, "http://127.0.0.1:2")
    assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600
    assert again.github_token == made.github_token
    assert again.service_account["token_uri"] == "http://127.0.0.1:2/google_analytics/token"


def test_credentials_of_an_older_sandbox_are_kept_and_completed(tmp_path):
    made = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1").as_dict()
    older = {name: value for name, value in made.items() if not name.endswith("_key") or name == "postman_key"}
    assert len(older) < len(made)
    (tmp_path / "credentials.json").write_text(json.dumps(older))
    completed = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1")
    assert {name: value for name, value in completed.as_dict().items() if name in older} == older
    assert len(completed.weather_key) == 32
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:1") == completed


LOAD = """
import os, sys
from pathlib import Path
from sandbox import credentials
if sys.argv[2] == "die while writing":
    credentials.os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
print(credentials.Credentials.load_or_create(Path(sys.argv[1]), "http://127.0.0.1:1").github_token)
"""


def load(folder, how=""):
    """`load_or_create` in a process of its own, which may be killed just before the file is in its place."""
    words = [sys.executable, "-c", LOAD, str(folder), how]
    return subprocess.Popen(words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def test_processes_that_start_at_once_all_get_the_same_credentials(tmp_path):
    processes = [load(tmp_path) for _ in range(6)]
    said = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0] * 6
    assert said == {json.loads((tmp_path / "credentials.json").read_text())["github_token"] + "\n"}


def test_a_process_that_is_killed_while_it_writes_leaves_the_way_free_and_what_was_there(tmp_path):
    kept = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1").as_dict()
    older = {name: value for name, value in kept.items() if name != "weather_key"}
    (tmp_path / "credentials.json").write_text(json.dumps(older))
    killed = load(tmp_path, "die while writing")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert json.loads((tmp_path / "credentials.json").read_text()) == older
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:1").github_token == kept["github_token"]


@pytest.mark.parametrize("rest", ["", "{", '{"github_token": "ghp', "[]"])
def test_a_file_without_its_end_is_made_anew(tmp_path, rest):
    (tmp_path / "credentials.json").write_text(rest)
    made = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1")
    assert made.github_token.startswith("ghp_")
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:1") == made


def test_what_is_complete_is_read_and_never_written(tmp_path):
    made = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1")
    file = tmp_path / "credentials.json"
    before = file.stat()
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:2").github_token == made.github_token
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_limit_that_no_vendor_has_is_refused():
    assert Limits(github_page=7).github_page == 7
    with pytest.raises(TypeError, match="github_pages"):
        Limits(github_pages=7)


def test_credentials_do_not_show_themselves(credentials):
    assert not any(secret in repr(credentials) for secret in credentials.secrets)


def test_connections_are_json_a_shell_can_export(credentials):
    made = connections("http://127.0.0.1:9", credentials, statuscake={"requests_per_second": 50})
    assert json.loads(made["AIRFLOW_CONN_STATUSCAKE"])["extra"] == {"requests_per_second": 50}
    assert json.loads(made["AIRFLOW_CONN_GITHUB"])["password"] == credentials.github_token
    keyfile = json.loads(made["AIRFLOW_CONN_GOOGLE_ANALYTICS"])["extra"]["keyfile_dict"]
    assert keyfile["token_uri"].startswith("http://127.0.0.1:9/")
    words = shlex.split(exports(made))
    assert words.count("export") == len(made) == len(VENDORS)
    assert f"AIRFLOW_CONN_POSTMAN={made['AIRFLOW_CONN_POSTMAN']}" in words


def test_a_budget_is_whole_again_in_the_next_window():
    now = [120.25]
    budget = Budget(2, 60, lambda: now[0])
    budget.spend()
    budget.spend()
    assert (budget.remaining, budget.reset_seconds) == (0, 60)
    now[0] = 180.0
    assert (budget.remaining, budget.spent) == (2, 0)
