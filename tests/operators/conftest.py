"""The road through our operators against a running sandbox, real services at both ends.

- `sandbox`: the vendors, their clock standing at `NOW`; `sandbox.connect("github", repositories=[…])` points
  Airflow's connection at them.
- `new_road("github", streams=[…])`: a road of its own: a fresh lake and a fresh warehouse with its tables.
- `clean("github", since, until)`: the rows that one undisturbed run of that window leaves.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from bellwether.flow import CATCH_UP
from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.operators.load import LoadOperator
from bellwether.operators.stage import StageOperator
from bellwether.sources import hook_of, operator_of
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.house import House
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World

NOW = datetime(2026, 11, 20, 12, 3, 30, tzinfo=UTC)
NO_LIMITS = Limits(
    statuscake_per_second=10_000,
    statuscake_per_minute=10_000,
    postman_per_minute=10_000,
    github_per_hour=1_000_000,
    github_points_per_minute=1_000_000,
    google_tokens_per_day=10_000_000,
    google_tokens_per_hour=10_000_000,
    google_tokens_per_project_per_hour=10_000_000,
)
IN_A_HURRY = {"backoff_seconds": 0.01, "patience_seconds": 2, "timeout_seconds": 30}
NUMBERS = count()

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Sandbox:
    """One running sandbox and Airflow's connections to it."""

    root: str
    house: House
    monkeypatch: pytest.MonkeyPatch | None = None

    def connect(self, source: str, **extra: Any) -> None:
        """Set the source's connection in the environment; `password` replaces the right one."""
        rate = {"requests_per_second": 10_000} if source == "statuscake" else {}
        extras: Any = {source: IN_A_HURRY | rate | extra}
        name = f"AIRFLOW_CONN_{source.upper()}"
        assert self.monkeypatch
        self.monkeypatch.setenv(name, connections(self.root, self.house.credentials, **extras)[name])

    def misbehave(self, vendor: str, kind: str, **asked: Any) -> None:
        asked |= {"vendor": vendor, "kind": kind}
        requests.post(f"{self.root}/_sandbox/misbehave", json=asked, timeout=10).raise_for_status()

    def behave(self) -> None:
        self.house.misbehaviours.clear()

    def asked(self, path: str = "") -> list[dict[str, Any]]:
        """The requests so far whose path contains this."""
        return [request for request in self.house.requests if path in request["path"]]

    def set_clock(self, now: datetime) -> None:
        self.house.world.clock.frozen = now


@dataclass
class Road:
    """A source's three operators, with a lake and a warehouse of their own."""

    source: str
    warehouse: Any
    lake: Any
    name: str
    streams: list[str] | None = None
    manifests: list[str] = field(default_factory=list)

    def context(self, since: Any, until: Any, *, scheduled: bool = False, **params: Any) -> Any:
        """What Airflow hands a task: as by the schedule, or as started by hand with params."""
        if scheduled:
            run: dict[str, Any] = {"data_interval_start": since, "data_interval_end": until}
            return run | {"params": params, "dag_run": SimpleNamespace(run_type="scheduled")}
        return {"params": {"since": str(since), "until": str(until), **params}, "dag_run": None}

    def extract(self, context: Any) -> Any:
        return operator_of(self.source)(
            task_id="extract",
            streams=self.streams,
            lake_conn_id=f"lake_{self.name}",
            ledger_conn_id=f"warehouse_{self.name}",
            catch_up=CATCH_UP,
        ).execute(context)

    def stage(self, extracted: Any) -> Any:
        return StageOperator(
            task_id="stage",
            hook_class=hook_of(self.source),
            extracted=extracted,
            lake_conn_id=f"lake_{self.name}",
        ).execute({})

    def load(self, staged: Any) -> Any:
        return LoadOperator(
            task_id="load",
            hook_class=hook_of(self.source),
            staged=staged,
            lake_conn_id=f"lake_{self.name}",
            warehouse_conn_id=f"warehouse_{self.name}",
        ).execute({})

    def run(self, since: Any, until: Any, **how: Any) -> Any:
        """Extract, stage and load; returns what `load` says."""
        extracted = self.extract(self.context(since, until, **how))
        self.manifests = extracted["manifests"]
        return self.load(self.stage(extracted))

    @property
    def tables(self) -> list[str]:
        return [f"{self.source}_{name}" for name in self.streams or hook_of(self.source).streams_by_name()]

    def rows(self, *, but_observed_at: bool = False) -> Rows:
        """All that the source's tables and the ledger hold, by table."""
        found: Rows = {}
        for table in [*self.tables, "coverage"]:
            columns = self.warehouse.query(
                "select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns "
                "where table_name = %s and column_name <> %s",
                (table, "observed_at" if but_observed_at else ""),
            )[0][0]
            found[table] = sorted(self.warehouse.query(f"select {columns} from {table}"), key=repr)
        return found

    def truncate(self) -> None:
        self.warehouse.query(f"truncate {', '.join([*self.tables, 'coverage'])}")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    credentials = Credentials.create("http://127.0.0.1:1")
    app = create_app(World(clock=Clock(NOW)), credentials, NO_LIMITS)
    with serve(app) as root:
        yield Sandbox(root, app.state.house)


@pytest.fixture
def sandbox(running_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    running_sandbox.monkeypatch = monkeypatch
    running_sandbox.set_clock(NOW)
    running_sandbox.behave()
    running_sandbox.house.requests.clear()
    for source in ("github", "google_analytics", "postman", "statuscake"):
        running_sandbox.connect(source)
    return running_sandbox


@dataclass(frozen=True)
class Place:
    """A lake and a warehouse with its tables, used by one road at a time."""

    name: str
    warehouse: Any
    lake: Any

    def connect(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_WAREHOUSE_{self.name}", self.warehouse.connection)
        monkeypatch.setenv(f"AIRFLOW_CONN_LAKE_{self.name}", self.lake.connection)

    def empty(self) -> None:
        tables = self.warehouse.query("select string_agg(tablename, ', ') from pg_tables where schemaname = 'public'")
        self.warehouse.query(f"truncate {tables[0][0]}")
        keys = [{"Key": key} for key in self.lake.keys("")]
        for first in range(0, len(keys), 1000):
            self.lake.client.delete_objects(Bucket=self.lake.bucket, Delete={"Objects": keys[first : first + 1000]})


@pytest.fixture(scope="session")
def places(services: Any) -> Iterator[Callable[..., Any]]:
    """Hands out empty places; as many are made as are in use at a time."""
    free: list[Place] = []
    with ExitStack() as stack:

        @contextmanager
        def take(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
            if free:
                place = free.pop()
                place.connect(monkeypatch)
            else:
                made = stack.enter_context(services.new_warehouse()), stack.enter_context(services.new_lake())
                place = Place(str(next(NUMBERS)), *made)
                place.connect(monkeypatch)
                CreateTablesOperator(task_id="tables", warehouse_conn_id=f"warehouse_{place.name}").execute({})
            yield place
            place.empty()
            free.append(place)

        yield take


@pytest.fixture
def new_road(places: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Road]]:
    with ExitStack() as stack:

        def make(source: str, streams: list[str] | None = None) -> Road:
            place = stack.enter_context(places(monkeypatch))
            return Road(source, place.warehouse, place.lake, place.name, streams)

        yield make


@pytest.fixture(scope="session")
def clean_rows() -> dict[Any, Rows]:
    return {}


@pytest.fixture
def clean(new_road: Callable[..., Road], clean_rows: dict[Any, Rows]) -> Callable[..., Rows]:
    def run(source: str, since: Any, until: Any, streams: list[str] | None = None) -> Rows:
        key = (source, str(since), str(until), str(streams))
        if key not in clean_rows:
            road = new_road(source, streams)
            road.run(since, until)
            clean_rows[key] = road.rows()
            assert all(rows for rows in clean_rows[key].values()), "a window in which nothing happens proves nothing"
        return clean_rows[key]

    return run


@pytest.fixture(scope="session")
def environment_of() -> Callable[..., dict[str, str]]:
    """The environment for a process that runs an operator: this one's, with our packages on the path."""

    def make(**more: str) -> dict[str, str]:
        return dict(os.environ) | {"PYTHONPATH": os.pathsep.join(["plugins", "."])} | more

    return make
