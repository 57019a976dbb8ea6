"""The road through our operators against a running sandbox, real services at both ends.

- `sandbox`: the vendors, their clock standing at `NOW`; `sandbox.connect("github", repositories=[…])` points
  Airflow's connection at them.
- `new_road("github", streams=[…])`: a road of its own: a fresh lake and a fresh warehouse with its tables.
- `run`: the three operators of the DAG `verdicts` in a place of their own, with five weeks of `company` in it.
- `clean("github", since, until)`: the rows that one undisturbed run of that window leaves.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.questions import include_folder
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.house import House
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.company import Company
from tests.limits import NO_LIMITS
from tests.operators.road import Place, Road, Rows
from tests.reporting import Run

NOW = datetime(2026, 11, 20, 12, 3, 30, tzinfo=UTC)
IN_A_HURRY = {"backoff_seconds": 0.01, "patience_seconds": 2, "timeout_seconds": 30}
RATES = {
    "statuscake": {"requests_per_second": 10_000},
    "weather": {"requests_per_minute": 100_000},
    "flights": {"requests_per_second": 10_000, "cities": ["berlin", "kassel"]},
    "wikipedia": {"requests_per_second": 10_000},
}
NUMBERS = count()


@dataclass
class Sandbox:
    """One running sandbox and Airflow's connections to it."""

    root: str
    house: House
    monkeypatch: pytest.MonkeyPatch | None = None

    def connect(self, source: str, **extra: Any) -> None:
        """Set the source's connection in the environment; `password` replaces the right one."""
        extras: Any = {source: IN_A_HURRY | RATES.get(source, {}) | extra}
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
    for source in ("github", "google_analytics", "postman", "statuscake", *RATES):
        running_sandbox.connect(source)
    return running_sandbox


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
def run(services: Any, five_weeks: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    with services.new_warehouse(five_weeks) as warehouse, services.new_lake() as lake:
        place = Place(str(next(NUMBERS)), warehouse, lake)
        place.connect(monkeypatch)
        yield Run(place)


@pytest.fixture(scope="session")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first two questions only, where it does not matter what is asked."""
    folder = tmp_path_factory.mktemp("brief") / "include"
    shutil.copytree(include_folder(), folder)
    entry = "\n[[question]]\n"
    asked = (folder / "questions.toml").read_text().split(entry)
    (folder / "questions.toml").write_text(entry.join(asked[:3]))
    return folder


@pytest.fixture
def company(run: Run) -> Company:
    """Whose five weeks are in the warehouse of `run`."""
    return Company(weeks=5, conn_id=f"warehouse_{run.place.name}")


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
