"""Credentials are made once and kept to their owner; connections carry them; budgets count."""

import json
import shlex
import stat
from dataclasses import asdict

from sandbox.connections import connections, exports
from sandbox.credentials import Credentials
from sandbox.limits import Budget
from sandbox.vendors import VENDORS


def test_credentials_are_made_once_for_their_owner_only(tmp_path):
    folder = tmp_path / "data of the sandbox"
    made = Credentials.load_or_create(folder, "http://127.0.0.1:1")
    again = Credentials.load_or_create(folder, "http://127.0.0.1:2")
    assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600
    assert again.github_token == made.github_token
    assert again.service_account["token_uri"] == "http://127.0.0.1:2/google_analytics/token"


def test_credentials_of_an_older_sandbox_are_kept_and_completed(tmp_path):
    made = asdict(Credentials.load_or_create(tmp_path, "http://127.0.0.1:1"))
    older = {name: value for name, value in made.items() if not name.endswith("_key") or name == "postman_key"}
    assert len(older) < len(made)
    (tmp_path / "credentials.json").write_text(json.dumps(older))
    completed = Credentials.load_or_create(tmp_path, "http://127.0.0.1:1")
    assert {name: value for name, value in asdict(completed).items() if name in older} == older
    assert len(completed.weather_key) == 32
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:1") == completed


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
