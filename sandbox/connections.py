"""The sandbox's accounts as Airflow connections."""

from __future__ import annotations

import json
import shlex
from typing import Any

from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.vendors import VENDORS


def connections(root_url: str, credentials: Credentials, **extras: dict[str, Any]) -> dict[str, str]:
    """AIRFLOW_CONN_* names with their JSON values, for a sandbox that answers at `root_url`.

    `extras` adds to a connection's extra or replaces parts of it: `statuscake={"requests_per_second": 50}`.
    """
    known, hosts, by_name = credentials.at(root_url).as_dict(), base_urls(root_url), {}
    for vendor in VENDORS:
        account, extra = vendor.account, dict(vendor.account.extra)
        connection: dict[str, Any] = {"conn_type": "http", "host": hosts[vendor.name]}
        if account.kept_as:
            (connection if account.field == "password" else extra)[account.field] = known[account.kept_as]
        connection["extra"] = extra | extras.get(vendor.name, {})
        by_name[f"AIRFLOW_CONN_{vendor.name.upper()}"] = json.dumps(connection)
    return by_name


def rates(limits: Limits) -> dict[str, dict[str, Any]]:
    """Extras that let clients ask as often as a sandbox with these limits allows."""
    return {
        vendor.name: {field: getattr(limits, name) for field, name in vendor.account.rates.items()}
        for vendor in VENDORS
        if vendor.account.rates
    }


def base_urls(root_url: str) -> dict[str, str]:
    """Each vendor's base URL in a sandbox that answers at `root_url`."""
    return {vendor.name: f"{root_url}/{vendor.name}{vendor.account.path}" for vendor in VENDORS}


def exports(variables: dict[str, str]) -> str:
    """Lines a shell can read: export NAME='value'."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
