"""Airflow's environment variables as a dict: for the running stack, or for one-shot runs.

A one-shot run (`make demo`, `airflow dags test` in `make shell`) keeps its metadata in a SQLite file:
`dag.test()` records real asset events, and a scheduler on the same database would start consumers for them.
"""

import json
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.airflow_settings import CHECKOUT, LOGIN, as_environment, sections

__all__ = ["CHECKOUT", "LOGIN", "complete", "inherited", "invented", "is_all_invented", "lake", "owned", "settings"]
# Variables not passed on: settings of another Airflow, and variables that would direct boto3 to another lake.
FOREIGN = ("AIRFLOW__", "AIRFLOW_HOME", "AIRFLOW_CONFIG", "_AIRFLOW", "PYTHONDONTWRITEBYTECODE")
FOREIGN_TO_OUR_LAKE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN")


def settings(home: Path, **values: Any) -> dict[str, str]:
    """Return AIRFLOW_HOME, which is `home`, and AIRFLOW__*; `values` are for `airflow_settings.sections`."""
    return as_environment(home, sections(home, **values))


def lake(endpoint: str, access_key: str, secret_key: str, *, bucket: str = "lake", region: str = "us-east-1") -> str:
    """Return AIRFLOW_CONN_LAKE's value for an S3 server at `endpoint`."""
    extra = {
        "endpoint_url": endpoint,
        "region_name": region,
        "service_config": {"s3": {"bucket_name": bucket}},
    }
    return json.dumps({"conn_type": "aws", "login": access_key, "password": secret_key, "extra": extra})


def warehouse(uri: str) -> str:
    """Return AIRFLOW_CONN_WAREHOUSE's value for `postgresql://user:password@host:port/database`."""
    parts = urlsplit(uri)
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "login": parts.username,
            "password": parts.password,
            "schema": parts.path.lstrip("/"),
        }
    )


def inherited(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return `environ` without settings of another Airflow and without PYTHONDONTWRITEBYTECODE."""
    return {name: value for name, value in environ.items() if not name.startswith(FOREIGN)}


def complete(
    ours: Mapping[str, str], vendors: Mapping[str, str], outer: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, str]:
    """Merge the layers; later layers override earlier ones.

    `vendors` are the sandbox's connections: those set outside (`outer`) or in `.env` (`own`) override them.
    `ours` are the settings, the lake and the warehouse of this stack. The sandbox's data must not be written to
    real tables: the outer shell's `lake` and `warehouse` are ignored, and if `.env` sets one of them, the
    sandbox's vendors are left out.
    """
    merged = {**invented(vendors, own), **inherited(outer), **ours, **own}
    loopback = "127.0.0.1,localhost"
    for name in ("no_proxy", "NO_PROXY"):
        merged[name] = f"{merged[name]},{loopback}" if merged.get(name) else loopback
    if merged.get("AIRFLOW_CONN_LAKE") == ours.get("AIRFLOW_CONN_LAKE"):
        merged = {name: value for name, value in merged.items() if not name.startswith(FOREIGN_TO_OUR_LAKE)}
    if sys.platform == "darwin":
        # LocalExecutor forks, and Apple's libraries would otherwise abort the child process.
        merged.setdefault("OBJC_DISABLE_INITIALIZE_FORK_SAFETY", "YES")
    return merged


def invented(vendors: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    """Return the sandbox's vendors, or none if `own` sets a store: their data must not be written to real tables."""
    return {} if own.keys() & {"AIRFLOW_CONN_LAKE", "AIRFLOW_CONN_WAREHOUSE"} else vendors


def is_all_invented(
    names: Collection[str], vendors: Mapping[str, str], outer: Mapping[str, str], own: Mapping[str, str]
) -> bool:
    """Whether lake, warehouse and the named vendors are all ours, so that more simulated data may be added."""
    return bool(invented(vendors, own)) and not set(names) & set(owned(vendors, outer, own))


def owned(vendors: Mapping[str, str], outer: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """Return the vendors whose connection the user has set."""
    theirs = {**outer, **own}
    return sorted(name.removeprefix("AIRFLOW_CONN_").lower() for name in vendors if name in theirs)
