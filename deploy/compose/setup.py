"""`python -m deploy.compose.setup`: the passwords, keys and settings that docker-compose.yaml's services start with.

Random, made once, kept on volumes. Every folder below FOLDER is a volume of its own, seen only by the services that
need it: `airflow`, `postgres`, `seaweedfs`, `broker`, `sandbox`. No password stands in an environment variable, where
`docker inspect` would show it.
"""

from __future__ import annotations

import argparse
import configparser
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import environment
from local.passwords import Secrets, write_private
from sandbox.connections import connections, rates
from sandbox.credentials import Credentials
from sandbox.limits import GENEROUS

FOLDER = Path("/var/lib/bellwether")
AIRFLOW_HOME = Path("/opt/airflow")
API_SERVER = "http://api-server:8080"
SANDBOX = "http://sandbox:8400"
LAKE = "http://seaweedfs:8333"
PREFIX = "AIRFLOW_CONN_"


class Setup:
    """Writes what the services read, below `folder`; `environ` is what the user's `.env` says."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.secrets = Secrets.load_or_create(folder / "airflow" / "secrets.json")

    def make(self, *, fleet: bool = False) -> None:
        """Write everything, over what an earlier start wrote; what is random stays as it was first made.

        ValueError if a store is left out and none is named in its place.
        """
        own = self.environ.keys()
        if self.environ.get("SEAWEEDFS") == "0" and f"{PREFIX}LAKE" not in own:
            raise ValueError(f"SEAWEEDFS=0 leaves out the lake: set {PREFIX}LAKE in .env, as .env.example shows")
        for name, password in self.secrets.postgres.items():
            self._share(f"postgres/{name}", password)
        self._share("seaweedfs/s3.json", json.dumps(self._lake_identities()))
        self._share("broker/valkey.conf", f'requirepass {self.broker_password}\nsave ""\nappendonly no\n')
        passwords = {environment.LOGIN: self.secrets.airflow["login"]}
        write_private(self.folder / "airflow" / "passwords.json", json.dumps(passwords))
        # Airflow asks this file before the environment: what the user sets must not stand in it.
        kept = {name: json.loads(value) for name, value in self.connections().items() if name not in own}
        named = {name.removeprefix(PREFIX).lower(): value for name, value in kept.items()}
        write_private(self.folder / "airflow" / "connections.json", json.dumps(named))
        write_private(self.folder / "airflow" / "airflow.cfg", self._config(fleet))

    def connections(self) -> dict[str, str]:
        """AIRFLOW_CONN_* of our own services and of the sandbox's vendors.

        The vendors are left out where `.env` names a lake or a warehouse, and with SANDBOX=0.
        """
        keys = self.secrets.lake_access_key, self.secrets.lake_secret_key
        ours = {
            f"{PREFIX}LAKE": environment.lake(LAKE, *keys),
            f"{PREFIX}WAREHOUSE": environment.warehouse(self._database("postgresql", "warehouse")),
        }
        # Made in any case, for the sandbox starts in any case.
        credentials = Credentials.load_or_create(self.folder / "sandbox", SANDBOX)
        vendors = connections(SANDBOX, credentials, **rates(GENEROUS))
        if self.environ.get("SANDBOX") == "0":
            return ours
        return {**environment.invented(vendors, self.environ), **ours}

    @property
    def broker_password(self) -> str:
        """The broker's password, of the profile `fleet`."""
        file = self.folder / "airflow" / "broker"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(24))
        return file.read_text()

    def _config(self, fleet: bool) -> str:
        """airflow.cfg; a variable AIRFLOW__… in `.env` has the last word over each of its lines."""
        port = self.environ.get("AIRFLOW_PORT") or "8080"
        metadata = self._database("postgresql+psycopg2", "airflow")
        named = environment.settings(AIRFLOW_HOME, metadata_uri=metadata, secrets=self.secrets.airflow)
        found: dict[str, dict[str, str]] = {}
        for name, value in named.items():
            if name.startswith("AIRFLOW__"):
                _, section, key = name.split("__", 2)
                found.setdefault(section.lower(), {})[key.lower()] = value
        for section, values in self._differences(port, fleet).items():
            found.setdefault(section, {}).update({key: str(value) for key, value in values.items()})
        return _as_text(found)

    def _differences(self, port: str, fleet: bool) -> dict[str, dict[str, Any]]:
        """What is not as on one machine without containers."""
        connections_file = {"connections_file_path": str(self.folder / "airflow" / "connections.json")}
        differences: dict[str, dict[str, Any]] = {
            "core": {
                "execution_api_server_url": f"{API_SERVER}/execution/",
                "simple_auth_manager_passwords_file": self.folder / "airflow" / "passwords.json",
            },
            # In its container, of which docker-compose.yaml publishes the port on 127.0.0.1 only.
            "api": {"host": "0.0.0.0", "base_url": f"http://127.0.0.1:{port}"},  # noqa: S104
            "secrets": {
                "backend": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
                "backend_kwargs": json.dumps(connections_file),
            },
            # A container that is killed takes its tasks with it: they are missed after two minutes, not five. As long
            # may a busy machine keep the scheduler from saying that it lives, or it would give up its own tasks.
            "scheduler": {
                "task_instance_heartbeat_timeout": 120,
                "scheduler_health_check_threshold": 120,
                "orphaned_tasks_check_interval": 60,
            },
        }
        if fleet:
            # How many tasks may run in all; what a worker takes at once is said below.
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
        """Write what another user reads: the volume is that service's alone."""
        file = self.folder / name
        write_private(file, text)
        file.chmod(0o444)


def _as_text(sections: Mapping[str, Mapping[str, str]]) -> str:
    # Airflow's own parser takes % as a sign of its own.
    lines = []
    for section, values in sections.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value.replace('%', '%%')}" for key, value in values.items()]
    text = "\n".join(lines) + "\n"
    configparser.ConfigParser().read_string(text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.compose.setup", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the volumes are (default: %(default)s)")
    parser.add_argument("--fleet", action="store_true", help="run tasks by Celery workers, not beside the scheduler")
    arguments = parser.parse_args()
    try:
        for name in ("airflow", "postgres", "seaweedfs", "broker", "sandbox"):
            (arguments.folder / name).mkdir(parents=True, exist_ok=True)
        Setup(arguments.folder, os.environ).make(fleet=arguments.fleet)
    except (OSError, ValueError) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
