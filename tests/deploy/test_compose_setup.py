"""What `setup` leaves on the volumes for the services of docker-compose.yaml, and how an Airflow reads it."""

import configparser
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.compose.setup import VOLUMES, Setup
from deploy.compose.start import SOURCES, Known
from local.environment import CHECKOUT

MINE = '{"conn_type": "http", "password": "mine", "extra": {"repositories": ["me/site"]}}'
ASK = """
import json, sys
from airflow.configuration import conf
from airflow.sdk import BaseHook, Variable
found = {name: BaseHook.get_connection(name) for name in sys.argv[1:]}
print(json.dumps({
    "parallelism": conf.get("core", "parallelism"),
    "colour": Variable.get("colour"),
    "database": conf.get("database", "sql_alchemy_conn"),
    "connections": {name: [it.conn_type, it.host, it.password, it.extra_dejson] for name, it in found.items()},
}))
"""


def make(folder: Path, *, fleet: bool = False, **environ: str) -> Path:
    for name in VOLUMES:
        (folder / name).mkdir(exist_ok=True)
    Setup(folder, environ).make(fleet=fleet)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def connections(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "connections" / "connections.json").read_text())
    return found


def config(folder: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string((folder / "airflow" / "airflow.cfg").read_text())
    return parser


def test_a_second_start_finds_the_same_secrets(tmp_path: Path) -> None:
    first = files(make(tmp_path))
    assert len(first) >= 10
    assert files(make(tmp_path)) == first


def test_two_houses_share_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = files(make(tmp_path / "a")), files(make(tmp_path / "b"))
    assert [name for name in one if one[name] == other[name] and one[name] not in (b"{}", b"")] == []


def test_others_read_only_what_is_on_volumes_of_their_own(tmp_path: Path) -> None:
    for path in make(tmp_path).rglob("*"):
        # The lock beside the sandbox's credentials is empty.
        if path.is_file() and path.stat().st_size:
            shared = path.parent.name in ("postgres", "seaweedfs", "broker")
            assert stat.S_IMODE(path.stat().st_mode) == (0o444 if shared else 0o600), path


def test_all_is_connected_to_the_sandbox_and_our_own_stores(tmp_path: Path) -> None:
    made = connections(make(tmp_path))
    assert made.keys() == {*SOURCES, "lake", "warehouse", "events"}
    assert made["warehouse"]["password"] == (tmp_path / "postgres" / "warehouse").read_text()
    (identity,) = json.loads((tmp_path / "seaweedfs" / "s3.json").read_text())["identities"]
    keys = {"accessKey": made["lake"]["login"], "secretKey": made["lake"]["password"]}
    assert identity["credentials"] == [keys]
    account = json.loads((tmp_path / "sandbox" / "credentials.json").read_text())
    assert made["github"]["password"] == account["github_token"]
    assert Known(tmp_path).without() == []


def test_a_vendor_of_ones_own_takes_the_place_of_the_sandboxs(tmp_path: Path) -> None:
    made = connections(make(tmp_path, AIRFLOW_CONN_GITHUB=MINE))
    assert made.keys() == {*SOURCES, "lake", "warehouse", "events"}
    assert made["github"] == json.loads(MINE)
    known = Known(tmp_path)
    assert known.invented() == [name for name in SOURCES if name != "github"]
    assert not known.has_own_store()


@pytest.mark.parametrize("store", ["LAKE", "WAREHOUSE"])
def test_no_invented_vendor_is_connected_to_somebodys_own_store(tmp_path: Path, store: str) -> None:
    environ = {f"AIRFLOW_CONN_{store}": "postgresql://me@db/real", "AIRFLOW_CONN_GITHUB": MINE}
    made = connections(make(tmp_path, **environ))
    assert made.keys() == {"lake", "warehouse", "events", "github"}
    assert made[store.lower()] == "postgresql://me@db/real"
    assert Known(tmp_path).has_own_store()
    assert Known(tmp_path).invented() == []
    assert Known(tmp_path).without() == [name for name in SOURCES if name != "github"]


def test_without_the_sandbox_none_of_its_vendors_is_connected(tmp_path: Path) -> None:
    made = connections(make(tmp_path, SANDBOX="0", AIRFLOW_CONN_POSTMAN=MINE))
    assert made.keys() == {"lake", "warehouse", "events", "postman"}
    assert Known(tmp_path).without() == [n for n in SOURCES if n != "postman"]


def test_a_lake_left_out_must_be_named_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"SEAWEEDFS=0 leaves out the lake: set AIRFLOW_CONN_LAKE in \.env"):
        make(tmp_path, SEAWEEDFS="0")
    made = connections(make(tmp_path, SEAWEEDFS="0", AIRFLOW_CONN_LAKE='{"conn_type": "aws"}'))
    assert made["lake"] == {"conn_type": "aws"}


def test_a_connection_that_is_not_json_is_named_without_its_text(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^AIRFLOW_CONN_GITHUB in \.env is not valid JSON$"):
        make(tmp_path, AIRFLOW_CONN_GITHUB='{"password": "hidden",}')


def test_a_service_s_volume_has_the_secrets_of_that_service_only(tmp_path: Path) -> None:
    """The superuser's password, the lake's key and a vendor's token: on which volumes they stand."""
    make(tmp_path, AIRFLOW_CONN_GITHUB=MINE)
    secrets = json.loads((tmp_path / "secrets" / "secrets.json").read_text())
    lake_key = (tmp_path / "seaweedfs" / "key.pem").read_bytes()

    def volumes(secret: str | bytes) -> set[str]:
        wanted = secret.encode() if isinstance(secret, str) else secret
        return {name.split("/")[0] for name, content in files(tmp_path).items() if wanted in content}

    assert volumes(secrets["postgres"]["postgres"]) == {"secrets", "postgres"}
    assert volumes(secrets["postgres"]["warehouse"]) == {"secrets", "postgres", "connections"}
    assert volumes(secrets["lake_secret_key"]) == {"secrets", "seaweedfs", "connections", "pages", "collector"}
    assert volumes(secrets["airflow"]["login"]) == {"secrets", "login"}
    assert volumes(lake_key) == {"seaweedfs"}
    assert volumes((tmp_path / "secrets" / "broker").read_text()) == {"secrets", "broker"}
    assert volumes('"password": "mine"') == {"connections"}


def test_secrets_of_an_earlier_version_are_taken_over(tmp_path: Path) -> None:
    make(tmp_path)
    login = (tmp_path / "login" / "passwords.json").read_bytes()
    (tmp_path / "secrets" / "secrets.json").rename(tmp_path / "airflow" / "secrets.json")
    (tmp_path / "airflow" / "connections.json").write_text("{}")
    make(tmp_path)
    assert (tmp_path / "login" / "passwords.json").read_bytes() == login
    assert [path.name for path in (tmp_path / "airflow").iterdir()] == ["airflow.cfg"]


def test_a_fleet_runs_its_tasks_by_celery_and_a_house_without_one_does_not(tmp_path: Path) -> None:
    fleet = config(make(tmp_path, fleet=True))
    assert fleet["core"]["executor"] == "CeleryExecutor"
    assert int(fleet["core"]["parallelism"]) > 2 * int(fleet["celery"]["worker_concurrency"])
    password = (tmp_path / "broker" / "valkey.conf").read_text().split()[1]
    assert fleet["celery"]["broker_url"] == f"redis://:{password}@broker:6379/0"
    alone = config(make(tmp_path))
    assert alone["core"]["executor"] == "LocalExecutor"
    assert "celery" not in alone


def test_the_address_has_the_port_that_is_published(tmp_path: Path) -> None:
    assert config(make(tmp_path, AIRFLOW_PORT="9090"))["api"]["base_url"] == "http://127.0.0.1:9090"


def test_an_airflow_reads_it_and_what_is_set_in_dotenv_wins(tmp_path: Path) -> None:
    make(tmp_path, AIRFLOW_CONN_GITHUB=MINE, AIRFLOW__CORE__PARALLELISM="7", AIRFLOW_VAR_COLOUR="100% red")
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW_CONFIG": str(tmp_path / "airflow" / "airflow.cfg"),
    }
    command = [sys.executable, "-c", ASK, "github", "statuscake", "warehouse"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["parallelism"], said["colour"]) == ("7", "100% red")
    assert said["database"].endswith("@postgres:5432/airflow")
    assert said["connections"]["github"][2] == "mine"
    conn_type, host, _, extra = said["connections"]["statuscake"]
    assert (conn_type, host) == ("http", "http://sandbox:8400/statuscake/v1")
    assert extra["requests_per_second"] > 5
    assert said["connections"]["warehouse"][:2] == ["postgres", "postgres"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "airflow").write_text("in the way")
    command = [sys.executable, "-m", "deploy.compose.setup", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert str(tmp_path / "airflow") in done.stderr
    assert "Traceback" not in done.stderr


def test_the_collector_gets_the_lake_and_hashes_of_secrets_only(tmp_path: Path) -> None:
    make(tmp_path)
    text = (tmp_path / "collector" / "connections.json").read_text()
    assert json.loads(text).keys() == {"lake", "events"}
    assert json.loads((tmp_path / "login" / "events.json").read_text())["secret"] not in text


def test_tracking_ids_of_one_s_own_replace_the_one_that_was_made(tmp_path: Path) -> None:
    own = '{"conn_type": "generic", "extra": {"trackings": {"acme": {"secrets": ["%s"]}}}}' % ("0" * 64)
    make(tmp_path, AIRFLOW_CONN_EVENTS=own)
    assert json.loads((tmp_path / "collector" / "connections.json").read_text())["events"] == json.loads(own)
