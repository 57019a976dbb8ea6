"""`python -m deploy.compose.setup`: writes the passwords, keys and settings of docker-compose.yaml's services.

Random, made once, kept on volumes. Every folder below FOLDER is a volume of its own, mounted only by the services that
need it; `secrets`, which has all of them, by none but this one. What `.env` sets comes in as this program's environment
and goes on by files: no other container has a secret in an environment variable, where `docker inspect` would show it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import airflow_settings, environment, events
from local.airflow_settings import LOGIN, Sections
from local.passwords import Secrets, write_private
from local.services.mutual_tls import write_security
from sandbox.connections import connections, rates
from sandbox.credentials import Credentials
from sandbox.limits import Limits

FOLDER = Path("/var/lib/bellwether")
VOLUMES = (
    "secrets", "airflow", "login", "connections", "pages", "collector", "postgres", "seaweedfs", "broker", "sandbox",
)  # fmt: skip
AIRFLOW_HOME = Path("/opt/airflow")
API_SERVER = "http://api-server:8080"
SANDBOX = "http://sandbox:8400"
LAKE = "http://seaweedfs:8333"
PREFIX = "AIRFLOW_CONN_"
VARIABLE_PREFIX = "AIRFLOW_VAR_"
BACKEND = "airflow.secrets.local_filesystem.LocalFilesystemBackend"


class Setup:
    """Writes the services' files below `folder`; `environ` are the variables of the user's `.env`."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self._move_secrets()
        self.secrets = Secrets.load_or_create(folder / "secrets" / "secrets.json")

    def make(self, *, fleet: bool = False) -> None:
        """Write everything and replace the files of earlier starts; random secrets stay the same.

        ValueError if a store is left out and none is named in its place, or a connection is not JSON.
        """
        if self.environ.get("SEAWEEDFS") == "0" and f"{PREFIX}LAKE" not in self.environ:
            raise ValueError(f"SEAWEEDFS=0 leaves out the lake: set {PREFIX}LAKE in .env, as .env.example shows")
        for name, password in self.secrets.postgres.items():
            self._share(f"postgres/{name}", password)
        self._share("seaweedfs/s3.json", json.dumps(self._lake_identities()))
        write_security(self.folder / "seaweedfs", names=("seaweedfs",), mode=0o444)
        self._share("broker/valkey.conf", f'requirepass {self.broker_password}\nsave ""\nappendonly no\n')
        write_private(self.folder / "login" / "passwords.json", json.dumps({LOGIN: self.secrets.airflow["login"]}))
        named = self.connections()
        for folder, names in (("connections", named), ("pages", ["lake"]), ("collector", ["lake", "events"])):
            kept = {name: named[name] for name in names}
            write_private(self.folder / folder / "connections.json", json.dumps(kept))
        file = {"connections_file_path": str(self.folder / "collector" / "connections.json")}
        settings: Sections = {"secrets": {"backend": BACKEND, "backend_kwargs": json.dumps(file)}}
        write_private(self.folder / "collector" / "airflow.cfg", airflow_settings.as_file(settings))
        own = {name.removeprefix(VARIABLE_PREFIX).lower(): value for name, value in self._own(VARIABLE_PREFIX)}
        write_private(self.folder / "connections" / "variables.json", json.dumps(own))
        write_private(self.folder / "pages" / "variables.json", "{}")
        write_private(self.folder / "airflow" / "airflow.cfg", airflow_settings.as_file(self._settings(fleet)))

    def connections(self) -> dict[str, Any]:
        """All connections by id: the user's own, else those of our services and of the sandbox's vendors.

        The vendors are left out where `.env` names a lake or a warehouse, and with SANDBOX=0.
        """
        keys = self.secrets.lake_access_key, self.secrets.lake_secret_key
        ours = {
            f"{PREFIX}LAKE": environment.lake(LAKE, *keys),
            f"{PREFIX}WAREHOUSE": environment.warehouse(self._database("postgresql", "warehouse")),
            events.CONNECTION: events.connection(self.folder / "login" / "events.json"),
        }
        # Created in any case, because the sandbox always starts.
        credentials = Credentials.load_or_create(self.folder / "sandbox", SANDBOX)
        vendors = connections(SANDBOX, credentials, **rates(Limits.generous()))
        if self.environ.get("SANDBOX") != "0":
            ours = {**environment.invented(vendors, self.environ), **ours}
        named = {**ours, **dict(self._own(PREFIX))}
        return {name.removeprefix(PREFIX).lower(): _connection(name, value) for name, value in named.items()}

    def _own(self, prefix: str) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.environ.items() if name.startswith(prefix) and value]

    def _move_secrets(self) -> None:
        """Move the files that earlier versions kept on the volume of all Airflow containers."""
        for old, new in (("secrets.json", "secrets.json"), ("broker", "broker")):
            kept = self.folder / "airflow" / old
            if kept.exists():
                write_private(self.folder / "secrets" / new, kept.read_text())
                kept.unlink()
        for old in ("connections.json", "passwords.json"):
            (self.folder / "airflow" / old).unlink(missing_ok=True)

    @property
    def broker_password(self) -> str:
        """The broker's password, of the profile `fleet`."""
        file = self.folder / "secrets" / "broker"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(24))
        return file.read_text()

    def _settings(self, fleet: bool) -> Sections:
        """Airflow's settings: those of one machine, those specific to containers, and over both those of `.env`."""
        metadata = self._database("postgresql+psycopg2", "airflow")
        usual = airflow_settings.sections(AIRFLOW_HOME, metadata_uri=metadata, secrets=self.secrets.airflow)
        return airflow_settings.merged(
            usual, self._differences(fleet), airflow_settings.from_environment(dict(self._own("AIRFLOW__")))
        )

    def _differences(self, fleet: bool) -> Sections:
        """The settings that differ from those of one machine without containers."""
        port = self.environ.get("AIRFLOW_PORT") or "8080"
        # The file is on different volumes for tasks (all connections) and for pages (the lake's connection).
        files = {
            f"{kind}_file_path": str(self.folder / "connections" / f"{kind}.json")
            for kind in ("connections", "variables")
        }
        differences: Sections = {
            "core": {
                "execution_api_server_url": f"{API_SERVER}/execution/",
                "simple_auth_manager_passwords_file": self.folder / "login" / "passwords.json",
            },
            # In its container; docker-compose.yaml publishes the port on 127.0.0.1 only.
            "api": {"host": "0.0.0.0", "base_url": f"http://127.0.0.1:{port}"},  # noqa: S104
            "secrets": {"backend": BACKEND, "backend_kwargs": json.dumps(files)},
            # A killed container ends its tasks: they are detected after two minutes instead of five. A busy machine may
            # delay the scheduler's heartbeat by as much, or it would fail its own tasks.
            "scheduler": {
                "task_instance_heartbeat_timeout": 120,
                "scheduler_health_check_threshold": 120,
                "orphaned_tasks_check_interval": 60,
            },
        }
        if "AIRFLOW__SECRETS__BACKEND" not in self.environ:
            # Tasks read the file themselves, because the api-server has the lake's connection only.
            differences["workers"] = {"secrets_backend": BACKEND, "secrets_backend_kwargs": json.dumps(files)}
        if fleet:
            # The number of tasks over all workers; the number per worker is set below.
            differences["core"] |= {"executor": "CeleryExecutor", "parallelism": 32}
            differences["celery"] = {
                "broker_url": f"redis://:{self.broker_password}@broker:6379/0",
                "result_backend": f"db+{self._database('postgresql', 'airflow')}",
                "worker_concurrency": 4,
            }
        return differences

    def _database(self, scheme: str, name: str) -> str:
        return f"{scheme}://{name}:{self.secrets.postgres[name]}@postgres:5432/{name}"

    def _lake_identities(self) -> dict[str, Any]:
        keys = {"accessKey": self.secrets.lake_access_key, "secretKey": self.secrets.lake_secret_key}
        return {"identities": [{"name": "lake", "credentials": [keys], "actions": ["Admin"]}]}

    def _share(self, name: str, text: str) -> None:
        """Write a file for another user: only that service mounts the volume."""
        file = self.folder / name
        write_private(file, text)
        file.chmod(0o444)


def _connection(name: str, value: str) -> Any:
    """A connection in the file's form: a JSON object, or a URI."""
    if not value.lstrip().startswith("{"):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        # Without the error's own text, which quotes the value.
        raise ValueError(f"{name} in .env is not valid JSON") from error


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.compose.setup", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the volumes are (default: %(default)s)")
    parser.add_argument("--fleet", action="store_true", help="run tasks by Celery workers, not beside the scheduler")
    arguments = parser.parse_args()
    try:
        for name in VOLUMES:
            (arguments.folder / name).mkdir(parents=True, exist_ok=True)
        Setup(arguments.folder, os.environ).make(fleet=arguments.fleet)
    except (OSError, ValueError) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
