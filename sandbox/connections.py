"""The sandbox's accounts as Airflow connections."""

from __future__ import annotations

import json
import shlex
from typing import Any

from sandbox.credentials import Credentials
from sandbox.limits import Limits


def connections(root_url: str, credentials: Credentials, **extras: dict[str, Any]) -> dict[str, str]:
    """AIRFLOW_CONN_* names with their JSON values, for a sandbox that answers at `root_url`.

    `extras` adds to a connection's extra or replaces parts of it: `statuscake={"requests_per_second": 50}`.
    """
    extra: dict[str, dict[str, Any]] = {
        "google_analytics": {
            "properties": ["250000001"],
            "keyfile_dict": credentials.at(root_url).service_account,
        },
        "statuscake": {},
        "postman": {},
        "github": {"repositories": ["dogbreed/site", "dogbreed/api"]},
        "weather": {},
        "flights": {},
        "wikipedia": {"contact": "sandbox@example.com", "requests_per_second": 10},
    }
    passwords = {
        "statuscake": credentials.statuscake_token,
        "postman": credentials.postman_key,
        "github": credentials.github_token,
        "weather": credentials.weather_key,
        "flights": credentials.flights_key,
    }
    found = {}
    for vendor, host in base_urls(root_url).items():
        connection = {"conn_type": "http", "host": host, "extra": extra[vendor] | extras.get(vendor, {})}
        if vendor in passwords:
            connection["password"] = passwords[vendor]
        found[f"AIRFLOW_CONN_{vendor.upper()}"] = json.dumps(connection)
    return found


def rates(limits: Limits) -> dict[str, dict[str, Any]]:
    """Extras that let clients ask as often as a sandbox with these limits allows."""
    return {
        "statuscake": {"requests_per_second": limits.statuscake_per_second},
        "flights": {"requests_per_second": limits.flights_per_second},
    }


def base_urls(root_url: str) -> dict[str, str]:
    """Each vendor's base URL in a sandbox that answers at `root_url`."""
    return {
        "google_analytics": f"{root_url}/google_analytics",
        "statuscake": f"{root_url}/statuscake/v1",
        "postman": f"{root_url}/postman",
        "github": f"{root_url}/github",
        "weather": f"{root_url}/weather",
        "flights": f"{root_url}/flights",
        "wikipedia": f"{root_url}/wikipedia",
    }


def exports(variables: dict[str, str]) -> str:
    """Lines a shell can read: export NAME='value'."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
