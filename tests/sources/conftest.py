"""The sources' hooks, pointed at a running sandbox.

- `vendors`: a sandbox with generous limits and small pages, shared; its clock stands at NOW, it behaves well and
  has forgotten all requests. `vendors.hook("github", repositories=[…])` is the source's hook, in a hurry unless
  the extra says otherwise; `vendors.read(hook, "commits", subject, window)` gives records as dicts.
- `running(**limits)`: a sandbox of the test's own, with limits of its own.
- `log_lines`: what hooks and libraries log, at any level.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bellwether.hooks.api import ApiHook
from bellwether.hooks.errors import ApiError
from bellwether.hooks.records import Page
from bellwether.sources import hook_of
from bellwether.window import Window
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.house import House
from sandbox.limits import Limits
from sandbox.misbehave import Misbehaviour
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.clock import NOW

SMALL_PAGES = {"github_page": 20, "google_page": 10_000}
HURRY = {"backoff_seconds": 0.001, "timeout_seconds": 20, "requests_per_second": 10_000, "requests_per_minute": 100_000}


@dataclass
class Vendors:
    """One running sandbox, and the hooks that read it."""

    root: str
    house: House
    monkeypatch: pytest.MonkeyPatch

    @property
    def world(self) -> World:
        return self.house.world

    @property
    def credentials(self) -> Credentials:
        return self.house.credentials

    def at(self, now: datetime) -> None:
        self.world.clock.frozen = now

    def connection(self, source: str, **extra: Any) -> dict[str, Any]:
        """The source's connection as a dict; an extra of None takes the field away."""
        name = f"AIRFLOW_CONN_{source.upper()}"
        found = json.loads(connections(self.root, self.credentials)[name])
        found["extra"] = {n: v for n, v in (found["extra"] | HURRY | extra).items() if v is not None}
        return found

    def connect(self, source: str, connection: dict[str, Any]) -> None:
        self.monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}", json.dumps(connection))

    def hook(self, source: str, cache: Any = None, **extra: Any) -> ApiHook:
        self.connect(source, self.connection(source, **extra))
        return hook_of(source)(cache=cache)

    def pages(self, hook: ApiHook, stream: str, subject: str, window: Window) -> list[Page]:
        return list(hook.read(hook.source.streams_by_name()[stream], subject, window))

    def read(self, hook: ApiHook, stream: str, subject: str, window: Window) -> list[dict[str, Any]]:
        pages = self.pages(hook, stream, subject, window)
        return [json.loads(record) for page in pages for record in page.records]

    def misbehave(self, vendor: str, kind: str, **asked: Any) -> None:
        self.house.misbehaviours.add(Misbehaviour(vendor, kind, **asked))

    def asked(self, vendor: str, path: str = "") -> list[dict[str, Any]]:
        """The requests that have reached a vendor."""
        return [one for one in self.house.requests if one["vendor"] == vendor and path in one["path"]]

    def forget(self) -> None:
        self.house.requests.clear()
        self.house.misbehaviours.clear()


@pytest.fixture(scope="session")
def source_credentials() -> Credentials:
    return Credentials.create("http://127.0.0.1:1")


@pytest.fixture(scope="session")
def source_world() -> World:
    return World(clock=Clock(NOW))


@pytest.fixture(scope="session")
def source_house(source_credentials: Credentials, source_world: World) -> Iterator[tuple[str, House]]:
    app = create_app(source_world, source_credentials, Limits.none(**SMALL_PAGES))
    with serve(app) as root:
        yield root, app.state.house


@pytest.fixture
def vendors(source_house: tuple[str, House], monkeypatch: pytest.MonkeyPatch) -> Vendors:
    found = Vendors(*source_house, monkeypatch)
    found.at(NOW)
    found.forget()
    return found


@pytest.fixture
def running(
    source_credentials: Credentials, source_world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Vendors]]:
    with ExitStack() as stack:

        def start(**limits: Any) -> Vendors:
            source_world.clock.frozen = NOW
            app = create_app(source_world, source_credentials, Limits.none(**limits))
            return Vendors(stack.enter_context(serve(app)), app.state.house, monkeypatch)

        yield start


@pytest.fixture
def lately() -> Callable[..., Window]:
    """The window that ends NOW: `lately(days=7)`."""
    return lambda **lasting: Window(NOW - timedelta(**lasting), NOW)


@pytest.fixture
def the_error() -> Callable[[ApiHook, str, str, Window], ApiError]:
    """The error that reading ends with."""

    def reading(hook: ApiHook, stream: str, subject: str, window: Window) -> ApiError:
        with pytest.raises(ApiError) as caught:
            list(hook.read(hook.source.streams_by_name()[stream], subject, window))
        return caught.value

    return reading
