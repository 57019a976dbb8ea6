"""`python -m deploy.compose.start`: starts the schedule of docker-compose.yaml's Airflow, and prints its address.

A source without a connection stays paused, and is named with the variable that would wake it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from deploy.compose.setup import API_SERVER, FOLDER, LAKE, PREFIX, SANDBOX
from local import events, history
from local.airflow_api import AirflowApi
from local.airflow_settings import CHECKOUT, LOGIN
from local.services.process import ServiceError
from local.work import put_to_work, wait_for
from sandbox import ride_history
from sandbox.vendors import VENDORS

READY_SECONDS = 300
SOURCES = [vendor.name for vendor in VENDORS]


# The history's runs have a metadata database of their own, so that the scheduler starts nothing for their updates.
SCRATCH = Path("/tmp/history")
HISTORY = {
    "AIRFLOW_HOME": str(SCRATCH),
    "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{SCRATCH}/metadata.db",
    "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(SCRATCH / "logs"),
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}


class Known:
    """The connections that `setup` wrote."""

    def __init__(self, folder: Path) -> None:
        self.connections: dict[str, Any] = json.loads((folder / "connections" / "connections.json").read_text())

    def without(self) -> list[str]:
        """The sources without a connection."""
        return [name for name in SOURCES if name not in self.connections]

    def invented(self) -> list[str]:
        """The sources whose vendor is the sandbox."""
        return [name for name in SOURCES if self._host(name).startswith(SANDBOX)]

    def has_made_tracking_id(self) -> bool:
        """Whether the collector accepts events of the tracking id that `setup` created."""
        return events.TRACKING_ID in json.dumps(self.connections["events"])

    def has_own_store(self) -> bool:
        """Whether lake or warehouse are the user's own."""
        lake = self.connections["lake"]
        is_our_lake = isinstance(lake, dict) and dict(lake.get("extra") or {}).get("endpoint_url") == LAKE
        return not (is_our_lake and self._host("warehouse") == "postgres")

    def _host(self, name: str) -> str:
        connection = self.connections.get(name)
        return str(connection.get("host") or "") if isinstance(connection, dict) else ""


def supply_rides(known: Known, tell: Callable[[str], None]) -> None:
    """Put the sandbox's rides into our lake, if weather and flights are the sandbox's too and no store is the user's.

    ServiceError if the lake does not take them.
    """
    if known.has_own_store() or not {*ride_history.NEEDED} <= {*known.invented()}:
        return
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    lake = known.connections["lake"]
    client = boto3.client(
        "s3",
        endpoint_url=lake["extra"]["endpoint_url"],
        region_name=lake["extra"]["region_name"],
        aws_access_key_id=lake["login"],
        aws_secret_access_key=lake["password"],
    )
    try:
        ride_history.supply(client, lake["extra"]["service_config"]["s3"]["bucket_name"], datetime.now(UTC), tell)
    except (BotoCoreError, ClientError) as error:
        raise ServiceError(f"the lake did not take the rides: {error}") from error


def bring_history(api: AirflowApi, sources: list[str], progress: history.Progress, tell: Callable[[str], None]) -> None:
    """Load the history in this process, and run the DAGs that need it; a failure is printed, and the rest continues."""
    from local.dag_runs import PROGRESS

    SCRATCH.mkdir(parents=True, exist_ok=True)
    os.environ.update(HISTORY | PROGRESS)
    tell("the pages have their answers when eight weeks of history are loaded, in a few minutes; Airflow is usable now")
    try:
        history.bring(api, sources, progress, tell)
    except ServiceError as error:
        tell(f"history: {error}")


def start(folder: Path, environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """Unpause the DAGs, load the history, print address and login. ServiceError if that takes too long."""
    password = json.loads((folder / "login" / "passwords.json").read_text())[LOGIN]
    known, progress = Known(folder), history.Progress.read(folder / "history" / history.FILE)
    sources = [] if known.has_own_store() else known.invented()
    is_wanted = history.is_wanted(progress, sources)

    def wait(what: str, ready: Callable[[], bool]) -> None:
        wait_for(what, ready, tell, seconds=READY_SECONDS, where="see `docker compose logs`")

    supply_rides(known, tell)
    api = AirflowApi(API_SERVER, password)
    put_to_work(api, SOURCES, wait, paused=[*known.without(), *(history.AFTERWARDS if is_wanted else ())])
    for name in known.without():
        tell(f"{name}: no connection, so its DAG stays paused; {PREFIX}{name.upper()} in .env makes one")
    owned = [name for name in SOURCES if name in known.connections and name not in known.invented()]
    if advice := history.advice(owned, is_store_owned=known.has_own_store()):
        tell(advice)
    if known.has_made_tracking_id():
        url = f"http://127.0.0.1:{environ.get('EVENTS_PORT') or events.COLLECTOR_PORT}"
        tell(events.words(folder / "login" / "events.json", url))
    login = address(environ, password)
    if is_wanted:
        tell(login)
        bring_history(api, sources, progress or history.Progress(folder / "history" / history.FILE), tell)
    tell(login)


def address(environ: Mapping[str, str], password: str) -> str:
    """Return Airflow's address and login: the last lines of this service's log."""
    url = f"http://127.0.0.1:{environ.get('AIRFLOW_PORT') or '8080'}"
    return f"verdicts    {url}/plugin/verdicts\nAirflow     {url}   user {LOGIN}   password {password}"


def main() -> int:
    try:
        start(FOLDER, os.environ, lambda line: print(line, flush=True))
    except (ServiceError, requests.RequestException) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
