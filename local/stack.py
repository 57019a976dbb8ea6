"""The stack of a data folder: PostgreSQL, SeaweedFS, the sandbox's vendors and, with `make up`, Airflow.

All methods may be called repeatedly and from several processes at once. Services run until their last user
leaves; those of `make up` run until `make down`.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from local import dotenv, environment
from local.passwords import Secrets, write_private
from local.services import process
from local.services.ports import free_port, free_ports
from local.services.postgres import USUAL_PORT, Postgres
from local.services.process import Process, ServiceError
from local.services.seaweedfs import BUCKET, USUAL_PORTS, SeaweedFS
from local.state import Component, State, Tell, data_folder, locked, make_folder
from sandbox import ride_history
from sandbox.connections import connections, rates
from sandbox.credentials import Credentials
from sandbox.limits import Limits

SANDBOX_PORT = 8400


class Stack:
    """The services of one data folder."""

    def __init__(self, home: Path | None = None, tell: Tell = lambda line: None) -> None:
        self.home = home or data_folder()
        self.tell = tell
        make_folder(self.home)
        self.record = self.home / "stack.json"
        with self.lock():
            self.secrets = Secrets.load_or_create(self.home / "secrets.json")
        self.postgres = Postgres(self.home, self.secrets.postgres, tell=tell)
        self.seaweedfs = SeaweedFS(self.home, self.secrets.lake_access_key, self.secrets.lake_secret_key)

    @contextmanager
    def lock(self, name: str = "stack") -> Iterator[None]:
        """Hold a lock of the folder: `stack` for the record and the services, `up` for all of Airflow."""
        with locked(self.home / f"{name}.lock", self.tell):
            yield

    def running(self) -> dict[str, Component]:
        """Return the components that are alive, by name."""
        return {name: component for name, component in self.recorded().items() if component.process.is_alive()}

    def recorded(self) -> dict[str, Component]:
        """Return the components that were started and not stopped, including dead ones."""
        return State.load(self.record).components

    def enter(self, *, keep: bool = False) -> list[str]:
        """Start the services that do not run and return their names; with `keep` they outlive their users."""
        with self.lock():
            state = self._cleaned()
            state.kept = state.kept or keep
            if not keep:
                state.users.append(Process.this())
            started = []
            for name, start in self._services().items():
                if name not in state.components:
                    with process.uninterrupted():
                        state.components[name] = self._started(name, start)
                        state.save(self.record)
                    started.append(name)
            state.save(self.record)
            return started

    def leave(self) -> None:
        """Release the services; the last process stops them unless they are kept."""
        with self.lock():
            state = State.load(self.record)
            state.users = [user for user in state.users if user != Process.this()]
            if state.kept or state.users:
                state.save(self.record)
            else:
                self._stop_all(state)

    def stop(self) -> list[str]:
        """Stop everything, the last started first; return the names of what ran."""
        with self.lock():
            return self._stop_all(State.load(self.record))

    def add(self, name: str, component: Component) -> None:
        """Record a component that the launcher has started."""
        with self.lock():
            state = State.load(self.record)
            state.components[name] = component
            state.save(self.record)

    def environment(self, *, once: bool, log_level: str = "INFO", api_port: int | None = None) -> dict[str, str]:
        """Return the whole environment for Airflow: `once` with SQLite metadata, else that of `make up`."""
        airflow_home = self.home / ("once" if once else "airflow")
        airflow_home.mkdir(mode=0o700, parents=True, exist_ok=True)
        login = {environment.LOGIN: self.secrets.airflow["login"]}
        write_private(airflow_home / "passwords.json", json.dumps(login))
        api = self.running().get("api-server")
        ours = environment.settings(
            airflow_home,
            metadata_uri=f"sqlite:///{airflow_home / 'metadata.db'}" if once else self._uri("airflow"),
            secrets=self.secrets.airflow,
            api_port=api_port or (api.ports["http"] if api else 8080),
            log_level=log_level,
        )
        ours |= self.own_connections()
        return environment.complete(ours, self.vendor_connections(), os.environ, dotenv.read())

    def own_connections(self) -> dict[str, str]:
        """Return AIRFLOW_CONN_LAKE and AIRFLOW_CONN_WAREHOUSE of our services."""
        keys = self.secrets.lake_access_key, self.secrets.lake_secret_key
        return {
            "AIRFLOW_CONN_LAKE": environment.lake(self.s3_endpoint, *keys),
            "AIRFLOW_CONN_WAREHOUSE": environment.warehouse(self.warehouse_uri),
        }

    def read_lake(self, key: str) -> bytes:
        """Return the body of an object of our lake."""
        body: bytes = self._lake().get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def supply_rides(self, now: datetime) -> None:
        """Put the sandbox's rides into our lake, unless the day's exist or a vendor or store is the user's own."""
        vendors = self.vendor_connections()
        if environment.is_all_invented(ride_history.NEEDED, vendors, os.environ, dotenv.read()):
            ride_history.supply(self._lake(), BUCKET, now, self.tell)

    def _lake(self) -> Any:
        return self.seaweedfs.client(self._port("seaweedfs", "s3"))

    def vendor_connections(self) -> dict[str, str]:
        """Return AIRFLOW_CONN_* of the sandbox's vendors."""
        credentials = Credentials.load_or_create(self.home / "sandbox", self.sandbox_url)
        return connections(self.sandbox_url, credentials, **rates(Limits.generous()))

    @property
    def vendors(self) -> list[str]:
        """The sandbox's vendors, which are connections and DAGs of the same name."""
        return [name.removeprefix("AIRFLOW_CONN_").lower() for name in self.vendor_connections()]

    @property
    def warehouse_uri(self) -> str:
        return self._uri("warehouse")

    @property
    def s3_endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port('seaweedfs', 's3')}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self._port('sandbox', 'http')}"

    def _uri(self, database: str) -> str:
        return self.postgres.uri(database, self._port("postgres", "sql"))

    def _port(self, name: str, port: str) -> int:
        running = self.running()
        if name not in running:
            raise ServiceError(f"{name} does not run: `make up` or `python -m local services start`")
        return running[name].ports[port]

    def _services(self) -> dict[str, Callable[[], Component]]:
        return {
            "postgres": self._start_postgres,
            "seaweedfs": self._start_seaweedfs,
            "sandbox": self._start_sandbox,
        }

    def _started(self, name: str, start: Callable[[], Component]) -> Component:
        """Start, with other ports if another program took a port before the service bound it."""
        self.tell(f"starting {name}")
        for attempt in range(3):
            try:
                return start()
            except ServiceError as error:
                if "port meanwhile" not in str(error) or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _start_postgres(self) -> Component:
        port = free_port(USUAL_PORT)
        return Component(self.postgres.start(port), {"sql": port}, str(self.postgres.log))

    def _start_seaweedfs(self) -> Component:
        ports = free_ports(USUAL_PORTS)
        return Component(self.seaweedfs.start(ports), ports, str(self.seaweedfs.log))

    def _start_sandbox(self) -> Component:
        port, log = free_port(SANDBOX_PORT), self.home / "logs" / "sandbox.log"
        words = ["serve", "--generous", "--port", str(port), "--data", str(self.home / "sandbox")]
        command = [sys.executable, "-m", "sandbox", *words]
        started = process.start(command, log=log, cwd=environment.CHECKOUT)
        try:
            url = f"http://127.0.0.1:{port}/_sandbox/health"
            process.wait_until(lambda: answers(url), name="the sandbox", process=started, log=log, seconds=60)
        except BaseException:
            process.stop(started)
            raise
        return Component(started, {"http": port}, str(log))

    def _cleaned(self) -> State:
        """Return the state after stopping dead components and those that a killed process left behind."""
        state = State.load(self.record)
        dead = [name for name, component in state.components.items() if not component.process.is_alive()]
        orphaned = not state.kept and not state.users
        for name in dict.fromkeys(dead + (list(state.components) if orphaned else [])):
            self._stop_one(name, state.components.pop(name))
        state.save(self.record)
        return state

    def _stop_all(self, state: State) -> list[str]:
        names = [name for name, component in state.components.items() if component.process.is_alive()]
        for name in reversed(list(state.components)):
            self._stop_one(name, state.components.pop(name))
            state.save(self.record)
        return names

    def _stop_one(self, name: str, component: Component) -> None:
        if component.process.is_alive():
            self.tell(f"stopping {name}")
        if name == "postgres":
            self.postgres.stop(component.process)
        elif name == "seaweedfs":
            self.seaweedfs.stop(component.process, component.ports)
        else:
            # Airflow's components would wait much longer, for connections that nobody closes.
            process.stop(component.process, patience=5)


def answers(url: str, check: Callable[[Any], bool] | None = None, seconds: float = 2) -> bool:
    """Whether `url` answers 200, without a proxy, with a JSON body that `check` accepts."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(url, timeout=seconds)
            return answer.status_code == 200 and (check is None or check(answer.json()))
        except (requests.RequestException, ValueError):
            return False
