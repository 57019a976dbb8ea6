"""The package unpacked as MWAA unpacks it, where nothing of the checkout can be found, with MWAA's settings.

`tests/mwaa/run` does the same in MWAA's Python with what its image installs, and runs the DAGs.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from bellwether.sources import source_names
from bellwether.watch.alerts.channels import CHANNELS
from deploy.mwaa.package import package
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.company import make_tables
from tests.mwaa.environment import CONNECTIONS_PREFIX, documented_kwargs, keep, settings, unpack

CHECKOUT = Path(__file__).resolve().parents[2]
SINCE, UNTIL = datetime(2026, 11, 6, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
FILES = package()


@dataclass
class Container:
    """A laid-out MWAA and its Secrets Manager."""

    home: Path
    environment: dict[str, str]
    secrets: Any
    url: str

    def run(self, *words: str) -> Any:
        """What `inside.py` says, run from a folder elsewhere by a Python that knows nothing of the checkout."""
        done = subprocess.run(
            [sys.executable, str(self.home / "inside.py"), *words],
            env=self.environment, cwd="/", capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    home = unpack(FILES, tmp_path_factory.mktemp("mwaa"))
    shutil.copy(CHECKOUT / "tests" / "mwaa" / "inside.py", home)
    environment = settings(home, metadata_uri=f"sqlite:///{home}/metadata.db", secrets_url=url)
    # These two are in MWAA's image, not among the bundle's own requirements.
    for name in ("AIRFLOW__CORE__AUTH_MANAGER", "AIRFLOW__CORE__EXECUTOR", "AIRFLOW__METRICS__STATSD_ON"):
        del environment[name]
    client = boto3.client(
        "secretsmanager", region_name="eu-central-1", endpoint_url=url, aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(proxies={}),
    )  # fmt: skip
    yield Container(home, environment, client, url)
    server.stop()


@pytest.fixture(scope="module")
def looked(container: Container) -> Any:
    return container.run("look")


def test_every_dag_parses_where_mwaa_unpacks_it(looked: Any, container: Container) -> None:
    from airflow.dag_processing.dagbag import BundleDagBag

    dags = CHECKOUT / "dags"
    assert looked["errors"] == {}
    assert looked["dags"] == sorted(BundleDagBag(dags, bundle_path=dags, bundle_name="dags-folder").dags)
    assert {"warehouse", "verdicts", *source_names()} <= set(looked["dags"])


def test_every_sql_file_is_found_and_rendered_there(looked: Any, container: Container) -> None:
    assert looked["sql_folder"] == str(container.home / "plugins" / "include" / "sql")
    folder = CHECKOUT / "include" / "sql"
    assert sorted(looked["sql"]) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.sql"))
    assert all(looked["sql"].values())
    assert "github_commits" in looked["questions"]


def test_nothing_of_the_checkout_is_used_there(looked: Any, container: Container) -> None:
    assert looked["package"] == str(container.home / "plugins" / "bellwether" / "__init__.py")
    ours = [str(CHECKOUT / name) for name in ("plugins", "dags", "include", "deploy", "local", "sandbox", "tests")]
    found = [file for file in looked["files"] + looked["path"] if file.startswith(tuple(ours))]
    assert found == []
    assert any(file.startswith(str(container.home)) for file in looked["files"])


def test_a_source_s_tasks_run_there_with_connections_from_secrets_manager_and_leave_no_file(
    container: Container, warehouse: Any, lake: Any
) -> None:
    make_tables()
    credentials = Credentials.create("http://127.0.0.1:1")
    with serve(create_app(World(clock=Clock(UNTIL)), credentials, Limits.none())) as root:
        keep(
            container.secrets,
            {
                "AIRFLOW_CONN_LAKE": lake.connection,
                "AIRFLOW_CONN_WAREHOUSE": warehouse.connection,
                "AIRFLOW_CONN_GITHUB": connections(root, credentials)["AIRFLOW_CONN_GITHUB"],
            },
        )
        assert not [name for name in container.environment if name.startswith("AIRFLOW_CONN_") and "AWS" not in name]
        done = container.run("road", "github", json.dumps({"since": SINCE.isoformat(), "until": UNTIL.isoformat()}))
    assert done["loaded"]["commits"]["rows"] > 0
    counted = warehouse.query("select count(*) from github_commits")[0][0]
    assert counted == done["loaded"]["commits"]["rows"]
    assert done["written"] == []


def test_the_watch_on_files_sees_one_that_a_task_should_not_write(container: Container) -> None:
    path = str(container.home / "plugins" / "stray.txt")
    assert container.run("stray", path)["written"] == [path, f"{path}.too"]


def test_the_documented_settings_let_the_bundle_s_connections_through_and_no_defaults() -> None:
    kwargs = json.loads(documented_kwargs())
    assert kwargs["connections_prefix"] == CONNECTIONS_PREFIX
    pattern = kwargs["connections_lookup_pattern"]
    ours = ["lake", "warehouse", *source_names(), *(channel.conn_id for channel in CHANNELS)]
    assert [name for name in ours if not re.match(pattern, name)] == []
    assert not [name for name in ("aws_default", "postgres_default", "smtp_default", "") if re.match(pattern, name)]
