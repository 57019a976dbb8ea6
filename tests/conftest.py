"""Real services for the tests, and Airflow's environment, set before anything imports Airflow.

Fixtures (nothing is started before a test asks for it):

- `services`: one PostgreSQL and one SeaweedFS for the session, in a folder with a space in its name.
  `services.postgres.connect(database, services.port)` is a superuser's psycopg2 connection;
  `services.s3` is a boto3 client.
- `warehouse`: a fresh, empty database for one test. `warehouse.uri`, `warehouse.connect()` (psycopg2,
  autocommit), `warehouse.query("select …")` -> list of tuples. Airflow's connection `warehouse` points at it.
- `lake`: an empty bucket for one test. `lake.bucket`, `lake.client` (boto3), `lake.keys(prefix)`,
  `lake.read(key)`. Airflow's connection `lake` points at it.
- `with_tables`: an empty warehouse with the bundle's tables, to be copied: `services.new_warehouse(with_tables)`
  costs a tenth of making the tables.
- `five_weeks`: a warehouse with the bundle's tables and five weeks of a company in them, loaded once a session and
  never written to again: `services.new_warehouse(five_weeks)` copies it.
- `services.new_warehouse()` and `services.new_lake()` give the same as context managers, for fixtures of a
  wider scope; they leave Airflow's connections alone (`warehouse.connection`, `lake.connection` are values).
- `metadata`: Airflow's metadata database (SQLite, once a session), for tests that run DAGs with `dag.test()`.
  Everything that only needs connections and hooks works without it.
- `log_lines`: what hooks and libraries log while the test runs, at any level.

The folder of the session is `conftest.HOME`; Airflow's home is inside it.
"""

import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

# Read by Airflow when it is first imported, so they come before every other import.
HOME = Path(tempfile.mkdtemp(prefix="bellwether tests "))
HOME.chmod(0o711)

from local import environment  # noqa: E402
from local.passwords import Secrets  # noqa: E402

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "_AIRFLOW", "PYTHONDONTWRITE"))]:
    del os.environ[name]
AIRFLOW_HOME = HOME / "airflow"
os.environ |= environment.settings(
    AIRFLOW_HOME,
    metadata_uri=f"sqlite:///{AIRFLOW_HOME / 'metadata.db'}",
    secrets=Secrets.create().airflow,
    log_level="WARNING",
)
os.environ |= {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}

import psycopg2  # noqa: E402
import psycopg2.extensions  # noqa: E402
import pytest  # noqa: E402
import structlog  # noqa: E402
from xdist.scheduler import LoadFileScheduling  # noqa: E402

from local.services.ports import free_port, free_ports  # noqa: E402
from local.services.postgres import Postgres  # noqa: E402
from local.services.seaweedfs import USUAL_PORTS, SeaweedFS  # noqa: E402

pytest_plugins = ["tests.clock", "tests.fixtures.browser", "tests.fixtures.collector", "tests.fixtures.road"]

# What a crash of the machine would lose does not matter here.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LONGEST = (
    "tests/local/test_demo_whole.py",
    "tests/local/test_launcher.py",
    "tests/dags/test_demand.py",
    "tests/dags/test_runs.py",
    "tests/dags/test_verdicts_end_to_end.py",
    "tests/verdicts/page/test_browser.py",
    "tests/pages/test_app.py",
    "tests/verdicts/operators/test_verdicts.py",
    "tests/verdicts/operators/test_verdicts_later.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """A terminated session still stops its services."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


class OneProcessForRealPorts(LoadFileScheduling):
    """A file goes to one process, and all of tests/local to the same: its programs start on the usual ports."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/local" if nodeid.startswith("tests/local/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneProcessForRealPorts:
    """How `pytest -n 2` shares the tests out."""
    return OneProcessForRealPorts(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: a process that comes to one of them last would leave the others waiting."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@dataclass(frozen=True)
class Warehouse:
    """A database of its own."""

    uri: str

    @property
    def name(self) -> str:
        return self.uri.rsplit("/", 1)[1]

    @property
    def connection(self) -> str:
        """Airflow's connection to it, as JSON."""
        return environment.warehouse(self.uri)

    def connect(self) -> psycopg2.extensions.connection:
        connection = psycopg2.connect(self.uri)
        connection.autocommit = True
        return connection

    def query(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run one statement; return its rows, [] for one without."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def clear(self) -> None:
        """Delete all rows, which is quicker than truncate: that makes new files for every table."""
        tables = self.query("select tablename from pg_tables where schemaname = 'public'")
        self.query("; ".join(f"delete from {table}" for (table,) in tables))


@dataclass(frozen=True)
class Lake:
    """A bucket of its own."""

    bucket: str
    client: Any
    connection: str

    def keys(self, prefix: str = "") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def empty(self) -> None:
        """Delete all objects, and the folders that SeaweedFS keeps and lists after the last object in them has gone."""
        keys = self.keys()
        folders = {f"{parent}/" for key in keys for parent in map(str, PurePosixPath(key).parents) if parent != "."}
        names = [*keys, *sorted(folders, key=len, reverse=True)]
        for first in range(0, len(names), 1000):
            wanted = [{"Key": name} for name in names[first : first + 1000]]
            self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": wanted})

    def read(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body


@dataclass(frozen=True)
class Services:
    """The session's PostgreSQL, listening on `port`, and SeaweedFS, its S3 on `s3_port`."""

    postgres: Postgres
    port: int
    seaweedfs: SeaweedFS
    s3_port: int
    numbers: Iterator[int] = field(default_factory=count)
    empty_lakes: list[Lake] = field(default_factory=list)

    @property
    def s3(self) -> Any:
        return self.seaweedfs.client(self.s3_port)

    @contextmanager
    def new_warehouse(self, like: Warehouse | None = None) -> Iterator[Warehouse]:
        """An empty database, or a copy of one to which nobody is connected."""
        template = like.name if like else "template1"
        name = f"warehouse_{next(self.numbers)}"
        with (
            closing(self.postgres.connect("postgres", self.port)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(f"create database {name} owner warehouse template {template}")
            try:
                server = self.postgres.uri("warehouse", self.port).rsplit("/", 1)[0]
                yield Warehouse(f"{server}/{name}")
            finally:
                cursor.execute(f"drop database {name} with (force)")

    @contextmanager
    def new_lake(self) -> Iterator[Lake]:
        """An empty bucket, which is used again: the first object in a new one takes SeaweedFS half a second."""
        lake = self.empty_lakes.pop() if self.empty_lakes else self._make_lake()
        yield lake
        lake.empty()
        self.empty_lakes.append(lake)

    def _make_lake(self) -> Lake:
        bucket, client = f"lake-{next(self.numbers)}", self.s3
        client.create_bucket(Bucket=bucket)
        keys = self.seaweedfs.access_key, self.seaweedfs.secret_key
        return Lake(bucket, client, environment.lake(f"http://127.0.0.1:{self.s3_port}", *keys, bucket=bucket))


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    from tests.clock import machine_time

    secrets = Secrets.create()
    postgres = Postgres(HOME, secrets.postgres, settings=HASTY)
    seaweedfs = SeaweedFS(HOME, secrets.lake_access_key, secrets.lake_secret_key)
    port, ports = free_port(), free_ports(dict.fromkeys(USUAL_PORTS))
    database = postgres.start(port)
    try:
        with machine_time():
            store = seaweedfs.start(ports)
        try:
            yield Services(postgres, port, seaweedfs, ports["s3"])
        finally:
            seaweedfs.stop(store, ports)
    finally:
        postgres.stop(database)


@pytest.fixture
def warehouse(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    with services.new_warehouse() as made:
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", made.connection)
        yield made


@pytest.fixture(scope="session")
def with_tables(services: Services) -> Iterator[Warehouse]:
    from tests.company import make_tables

    with services.new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WITH_TABLES", made.connection)
        make_tables("with_tables")
        yield made


@pytest.fixture(scope="session")
def five_weeks(services: Services, with_tables: Warehouse) -> Iterator[Warehouse]:
    from tests.company import Company

    with services.new_warehouse(with_tables) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_FIVE_WEEKS", made.connection)
        Company(weeks=5, conn_id="five_weeks").load()
        yield made


@pytest.fixture
def lake(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    with services.new_lake() as made:
        monkeypatch.setenv("AIRFLOW_CONN_LAKE", made.connection)
        yield made


@pytest.fixture(scope="session")
def metadata() -> None:
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    before, lines = structlog.get_config(), []

    def keep(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        lines.append(str(event))
        raise structlog.DropEvent

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    every_level = structlog.make_filtering_bound_logger(logging.DEBUG)
    structlog.configure(processors=[keep], wrapper_class=every_level, cache_logger_on_first_use=False)
    root, keeping = logging.getLogger(), Keeping()
    level = root.level
    root.addHandler(keeping)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(level)
    root.removeHandler(keeping)
    structlog.configure(**before)
