"""Airflow's environment: what is ours, what may be theirs, and what is kept out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local import environment
from local.dotenv import read as dotenv
from local.dotenv import warning
from local.environment import complete, inherited, owned
from local.passwords import Secrets

VENDORS = {"AIRFLOW_CONN_GITHUB": "sandbox's", "AIRFLOW_CONN_POSTMAN": "sandbox's"}
OURS = {"AIRFLOW_HOME": "/ours", "AIRFLOW_CONN_LAKE": "our lake", "AIRFLOW_CONN_WAREHOUSE": "our warehouse"}


def test_a_connection_of_ones_own_wins_over_the_sandboxs() -> None:
    outer = {"AIRFLOW_CONN_GITHUB": "from the shell", "AIRFLOW_CONN_POSTMAN": "from the shell"}
    found = complete(OURS, VENDORS, outer, {"AIRFLOW_CONN_POSTMAN": "from .env"})
    assert found["AIRFLOW_CONN_GITHUB"] == "from the shell"
    assert found["AIRFLOW_CONN_POSTMAN"] == "from .env"
    assert complete(OURS, VENDORS, {}, {})["AIRFLOW_CONN_GITHUB"] == "sandbox's"
    assert owned(VENDORS, {"AIRFLOW_CONN_GITHUB": "x"}, {}) == ["github"]


def test_a_foreign_shells_warehouse_never_gets_the_sandboxs_data() -> None:
    outer = {"AIRFLOW_CONN_WAREHOUSE": "production", "AIRFLOW_CONN_LAKE": "production"}
    found = complete(OURS, VENDORS, outer, {})
    assert found["AIRFLOW_CONN_WAREHOUSE"] == "our warehouse"
    assert found["AIRFLOW_CONN_LAKE"] == "our lake"


def test_a_warehouse_named_in_dotenv_is_taken_and_the_sandbox_left_out() -> None:
    own = {"AIRFLOW_CONN_WAREHOUSE": "theirs", "AIRFLOW_CONN_GITHUB": "theirs"}
    found = complete(OURS, VENDORS, {}, own)
    assert found["AIRFLOW_CONN_WAREHOUSE"] == "theirs"
    assert found["AIRFLOW_CONN_GITHUB"] == "theirs"
    assert "AIRFLOW_CONN_POSTMAN" not in found


def test_another_airflows_settings_are_dropped_and_the_rest_is_kept() -> None:
    foreign = {
        "AIRFLOW__CORE__DAGS_FOLDER": "/theirs",
        "AIRFLOW_HOME": "/theirs",
        "AIRFLOW_CONFIG": "/theirs",
    }
    kept = {"PATH": "/bin", "AIRFLOW_CONN_SLACK": "theirs", "AIRFLOW_VAR_X": "1"}
    assert inherited(foreign | kept | {"PYTHONDONTWRITEBYTECODE": "1"}) == kept


def test_our_lake_is_not_reached_with_somebodys_profile_or_through_a_proxy() -> None:
    outer = {"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_S3": "https://elsewhere", "no_proxy": "intranet"}
    found = complete(OURS, {}, outer, {})
    assert not found.keys() & {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3"}
    assert found["no_proxy"] == "intranet,127.0.0.1,localhost"
    assert found["NO_PROXY"] == "127.0.0.1,localhost"
    theirs = complete(OURS, {}, outer, {"AIRFLOW_CONN_LAKE": "theirs"})
    assert theirs["AWS_PROFILE"] == "work"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param('A={"conn_type": "http"}', '{"conn_type": "http"}', id="JSON"),
        pytest.param("""export A='{"a": "b c"}'""", '{"a": "b c"}', id="as a shell has it"),
        pytest.param('A="x \\" y"', 'x " y', id="escaped"),
        pytest.param(" A = http://host/?a=b ", "http://host/?a=b", id="with another ="),
        pytest.param("A=", "", id="empty"),
        pytest.param("A='$HOME ${B}'", "$HOME ${B}", id="no variable is put in"),
        pytest.param("A=b # a remark", "b", id="with a remark"),
    ],
)
def test_dotenv_is_read_as_people_write_it(tmp_path: Path, line: str, value: str) -> None:
    (tmp_path / ".env").write_text(f"# a comment\n\n{line}\n")
    assert dotenv(tmp_path) == {"A": value}


def test_a_line_that_is_no_setting_is_named_without_its_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nsecret token\n")
    with pytest.raises(ValueError, match=r"\.env:2: not of the form NAME=value$"):
        dotenv(tmp_path)
    assert dotenv(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o640, True), (0o604, True), (0o600, False)])
def test_a_dotenv_that_others_may_read_draws_a_warning_with_the_remedy(tmp_path: Path, mode: int, warned: bool) -> None:
    file = tmp_path / ".env"
    file.write_text("A=secret\n")
    file.chmod(mode)
    assert (f"chmod 600 {file}" in warning(tmp_path)) is warned
    assert "secret\n" not in warning(tmp_path)


def test_what_airflow_reads_is_what_we_said(tmp_path: Path) -> None:
    script = """
from airflow.configuration import conf
from airflow.sdk import BaseHook
print(
    conf.getint("workers", "execution_api_timeout"),
    conf.get("api", "host"),
    len(conf.get("api_auth", "jwt_secret")) >= 64,
    conf.get("core", "execution_api_server_url"),
    BaseHook.get_connection("lake").extra_dejson["endpoint_url"],
    BaseHook.get_connection("warehouse").get_uri(),
    conf.getboolean("core", "load_examples"),
    sep="|",
)
"""
    home = tmp_path / "a home"
    ours = environment.settings(
        home, metadata_uri=f"sqlite:///{home}/metadata.db", secrets=Secrets.create().airflow, api_port=8123
    )
    ours["AIRFLOW_CONN_LAKE"] = environment.lake("http://127.0.0.1:8333", "key", "secret")
    ours["AIRFLOW_CONN_WAREHOUSE"] = environment.warehouse("postgresql://me:p-_w@127.0.0.1:5432/house")
    env = complete(ours, {}, {"PATH": "/bin:/usr/bin"}, {})
    said = run_python(script, env).splitlines()[-1]
    assert said.split("|") == [
        "30",
        "127.0.0.1",
        "True",
        "http://127.0.0.1:8123/execution/",
        "http://127.0.0.1:8333",
        "postgres://me:p-_w@127.0.0.1:5432/house",
        "False",
    ]


def test_secrets_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = Secrets.load_or_create(file)
    assert Secrets.load_or_create(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(made.airflow["jwt"]) >= 64
    assert made.lake_secret_key not in repr(made)
    assert json.loads(file.read_text())["postgres"].keys() == {"postgres", "airflow", "warehouse"}


def run_python(script: str, env: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
