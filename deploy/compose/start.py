"""`python -m deploy.compose.start`: puts the Airflow of docker-compose.yaml to work, and says where it is.

A source without a connection stays paused, and is named with the variable that would wake it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import requests

from deploy.compose.setup import API_SERVER, FOLDER, PREFIX
from local.airflow_api import AirflowApi
from local.environment import LOGIN
from local.passwords import Secrets
from local.services.process import ServiceError
from local.work import put_to_work, wait_for
from sandbox import ride_history
from sandbox.vendors import VENDORS

READY_SECONDS = 300
SOURCES = [vendor.name for vendor in VENDORS]


def without_connection(folder: Path, environ: Mapping[str, str]) -> list[str]:
    """The sources that neither `setup` nor the user's `.env` has made a connection for."""
    known = json.loads((folder / "airflow" / "connections.json").read_text()).keys()
    return [name for name in SOURCES if name not in known and f"{PREFIX}{name.upper()}" not in environ]


def supply_rides(folder: Path, tell: Callable[[str], None]) -> None:
    """Put the sandbox's rides into our lake, where weather and flights are the sandbox's too and no store is a user's.

    ServiceError if the lake does not take them.
    """
    known = json.loads((folder / "airflow" / "connections.json").read_text())
    if not {"lake", "warehouse", *ride_history.NEEDED} <= known.keys():
        return
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    lake = known["lake"]
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


def start(folder: Path, environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """Unpause what can run, and tell the address and the login. ServiceError if that takes too long."""
    password = Secrets.load_or_create(folder / "airflow" / "secrets.json").airflow["login"]
    lacking = without_connection(folder, environ)

    def wait(what: str, ready: Callable[[], bool]) -> None:
        wait_for(what, ready, tell, seconds=READY_SECONDS, where="see `docker compose logs`")

    supply_rides(folder, tell)
    put_to_work(AirflowApi(API_SERVER, password), SOURCES, wait, paused=lacking)
    for name in lacking:
        tell(f"{name}: no connection, so its DAG stays paused; {PREFIX}{name.upper()} in .env makes one")
    address = f"http://127.0.0.1:{environ.get('AIRFLOW_PORT') or '8080'}"
    tell(f"Airflow     {address}   user {LOGIN}   password {password}")
    tell(f"verdicts    {address}/plugin/verdicts")


def main() -> int:
    try:
        start(FOLDER, os.environ, lambda line: print(line, flush=True))
    except (ServiceError, requests.RequestException) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
