"""A service's Airflow connection: where it is, how to prove who asks, and what is watched there."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from bellwether.hooks.errors import BadConnection


class ServiceConnection:
    """What our hooks need of an Airflow connection, with errors that name it and give an example.

    :param airflow_connection: the connection, or None when Airflow knows none by that id
    :param example: a connection to start from, in Airflow's JSON
    """

    def __init__(self, conn_id: str, airflow_connection: Any, *, default_host: str, example: str) -> None:
        self.conn_id = conn_id
        self.example = example
        if airflow_connection is None:
            raise self.bad("does not exist")
        self._connection = airflow_connection
        self._more_secrets: set[str] = set()
        self._extra = self._read_extra()
        self.base_url = self._base_url(default_host)

    def bad(self, what: str) -> BadConnection:
        """The error that names the connection, what is wrong with it and an example."""
        variable = f"AIRFLOW_CONN_{self.conn_id.upper()}"
        return BadConnection(
            f"The Airflow connection '{self.conn_id}' {what}. Set it in the UI, a secrets backend or the "
            f"environment, for example {variable}='{self.example}'."
        )

    def secret(self) -> str:
        """The password: a token or an API key."""
        if not self._connection.password:
            raise self.bad("has no password (the service's token or key)")
        return str(self._connection.password)

    def option(self, name: str, default: Any) -> Any:
        """A field of the extra."""
        return self._extra.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A field of the extra that is a number of seconds."""
        try:
            return float(self.option(name, default))
        except (TypeError, ValueError):
            raise self.bad(f"has a '{name}' in its extra that is no number") from None

    def rate(self, name: str, usual: int) -> int:
        """A field of the extra that says how many requests may be made in some time; at least one."""
        return max(1, int(self.seconds(name, usual)))

    def watched(self, name: str) -> list[str]:
        """The extra's list of what is watched."""
        watched = self.option(name, None)
        if not isinstance(watched, list) or not watched or not all(isinstance(w, str | int) for w in watched):
            raise self.bad(f"has no list '{name}' in its extra")
        return list(dict.fromkeys(str(subject) for subject in watched))

    def keep_secret(self, secret: str) -> None:
        """Redact this too: something that was got with the connection's own secrets."""
        self._more_secrets.add(secret)

    def redact(self, text: str) -> str:
        """The text without the connection's secrets, should a vendor echo them."""
        secrets = [self._connection.password, *_strings(self._extra.get("keyfile_dict")), *self._more_secrets]
        pattern = "|".join(re.escape(s) for s in secrets if s and len(s) > 5)
        return re.sub(pattern, "***", text) if pattern else text

    def _read_extra(self) -> dict[str, Any]:
        try:
            extra = json.loads(self._connection.extra or "{}")
        except ValueError:
            extra = None
        if not isinstance(extra, dict):
            raise self.bad("has an extra that is no JSON object")
        return extra

    def _base_url(self, default_host: str) -> str:
        host = self._connection.host or default_host
        url = host if "://" in host else f"{self._connection.schema or 'https'}://{host}"
        url = f"{url}:{self._connection.port}" if self._connection.port else url
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise self.bad(f"has a host that is no address: '{url}'")
        return url.rstrip("/")


def _strings(value: Any) -> list[str]:
    return [v for v in value.values() if isinstance(v, str)] if isinstance(value, dict) else []
