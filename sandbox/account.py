"""What a simulated vendor gives to whoever signs up, as data that each vendor declares."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """An account at a vendor, and how Airflow's connection carries it.

    :param kept_as: the name of its secret in credentials.json; empty where the vendor asks for none
    :param make: a new secret: a text, or a dictionary such as a key file
    :param at: the secret for a sandbox that answers at a root URL, where it names addresses
    :param field: the connection's field that holds the secret: ``password``, or a field of the extra
    :param path: the API's path below the vendor's own
    :param extra: the rest of the connection's extra
    :param rates: by field of the extra, the name of the limit up to which a client may ask
    :param limits: how much the account may do, by names that no other vendor has; see `sandbox.limits.Limits`
    :param generous: the limits of the demo's account, where its history would take too long with the vendor's own
    """

    kept_as: str = ""
    make: Callable[[], Any] = str
    at: Callable[[Any, str], Any] = lambda secret, root_url: secret
    field: str = "password"
    path: str = ""
    extra: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    rates: Mapping[str, str] = dataclasses.field(default_factory=dict)
    limits: Mapping[str, int] = dataclasses.field(default_factory=dict)
    generous: Mapping[str, int] = dataclasses.field(default_factory=dict)
