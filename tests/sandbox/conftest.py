"""A running sandbox and a client with its accounts: `client` is shared, `running(...)` starts another one."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
import pytest
import requests

from sandbox.app import CONTROL_HEADER, create_app
from sandbox.credentials import Credentials
from sandbox.house import House
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.clock import NOW

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
METRICS = ("activeUsers", "newUsers", "totalUsers", "sessions", "screenPageViews", "eventCount")


@dataclass
class Client:
    """Asks one running sandbox as its rightful user."""

    root: str
    house: House
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def world(self) -> World:
        return self.house.world

    @property
    def credentials(self) -> Credentials:
        return self.house.credentials

    def at(self, now: datetime) -> "Client":
        self.world.clock.frozen = now
        return self

    def github(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> requests.Response:
        own = {"Authorization": f"Bearer {self.credentials.github_token}"} | (headers or {})
        return self.session.get(self._url("github", path), params=query, headers=own, timeout=60)

    def statuscake(self, path: str, **query: Any) -> requests.Response:
        own = {"Authorization": f"Bearer {self.credentials.statuscake_token}"}
        return self.session.get(self._url("statuscake/v1", path), params=query, headers=own, timeout=60)

    def postman(self, path: str, method: str = "GET", **query: Any) -> requests.Response:
        own = {"X-Api-Key": self.credentials.postman_key}
        return self.session.request(method, self._url("postman", path), params=query, headers=own, timeout=60)

    def weather(self, path: str, **query: Any) -> requests.Response:
        own = {"appid": self.credentials.weather_key, "units": "metric"}
        return self.session.get(self._url("weather/data/2.5", path), params=own | query, timeout=60)

    def flights(self, path: str, **query: Any) -> requests.Response:
        own = {"X-RapidAPI-Key": self.credentials.flights_key, "X-RapidAPI-Host": "127.0.0.1"}
        return self.session.get(self._url("flights", path), params=query, headers=own, timeout=60)

    def token(self, key: str | None = None, grant_type: str = GRANT_TYPE, **claims: Any) -> requests.Response:
        """Changes a signed assertion for an access token; `claims` replace the right ones, None drops one."""
        now, url = int(time.time()), f"{self.root}/google_analytics/token"
        account = self.credentials.service_account
        right = {"iss": account["client_email"], "aud": url, "scope": SCOPE, "iat": now, "exp": now + 3600}
        wanted = {name: value for name, value in (right | claims).items() if value is not None}
        assertion = jwt.encode(wanted, key or account["private_key"], "RS256")
        return self.session.post(url, data={"grant_type": grant_type, "assertion": assertion}, timeout=60)

    def google(self, verb: str, of: str = "250000001", **body: Any) -> requests.Response:
        if "Authorization" not in self.session.headers:
            self.session.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"
        url = f"{self.root}/google_analytics/v1beta/properties/{of}:{verb}"
        return self.session.post(url, json=body, timeout=60)

    def report(self, first: str, last: str, of: str = "250000001", **body: Any) -> Any:
        """A report by the minute with the six metrics, ordered by the minute; `body` adds or replaces."""
        ask: dict[str, Any] = {
            "dateRanges": [{"startDate": first, "endDate": last}],
            "dimensions": [{"name": "dateHourMinute"}],
            "metrics": [{"name": name} for name in METRICS],
            "orderBys": [{"dimension": {"dimensionName": "dateHourMinute"}}],
        }
        answer = self.google("runReport", of, **(ask | body))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def misbehave(self, vendor: str, kind: str, **asked: Any) -> None:
        asked |= {"vendor": vendor, "kind": kind}
        self.control("POST", "misbehave", json=asked).raise_for_status()

    def control(self, method: str, name: str, **more: Any) -> requests.Response:
        key = {CONTROL_HEADER: self.credentials.control_key}
        return self.session.request(method, f"{self.root}/_sandbox/{name}", headers=key, timeout=10, **more)

    def _url(self, vendor: str, path: str) -> str:
        return path if path.startswith("http") else f"{self.root}/{vendor}{path}"


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return Credentials.create("http://127.0.0.1:1")


@pytest.fixture(scope="session")
def shared_world() -> World:
    return World(clock=Clock(NOW))


@pytest.fixture(scope="session")
def shared_house(credentials: Credentials, shared_world: World) -> Iterator[tuple[str, House]]:
    app = create_app(shared_world, credentials, Limits.none())
    with serve(app) as root:
        yield root, app.state.house


@pytest.fixture
def client(shared_house: tuple[str, House]) -> Client:
    """A sandbox shared by the tests that leave nothing behind but time, misbehaviours and the log."""
    client = Client(*shared_house).at(NOW)
    client.house.misbehaviours.clear()
    client.house.requests.clear()
    return client


@pytest.fixture
def running(credentials: Credentials, shared_world: World) -> Iterator[Callable[..., Client]]:
    """Starts a sandbox of the test's own, with limits of its own."""
    with ExitStack() as stack:

        def start(**limits: Any) -> Client:
            shared_world.clock.frozen = NOW
            app = create_app(shared_world, credentials, Limits.none(**limits))
            return Client(stack.enter_context(serve(app)), app.state.house)

        yield start
