"""A service's Airflow connection: where it is, how to prove who asks, and what is watched there."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Collection
from typing import Any

from bellwether.hooks.address import BadAddress, origin
from bellwether.hooks.errors import BadConnection
from bellwether.hooks.redaction import Redactor

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class ServiceConnection:
    """What our hooks need of an Airflow connection, with errors that name it and give an example.

    :param airflow_connection: the connection, or None when Airflow knows none by that id
    :param example: a connection to start from, in Airflow's JSON
    """

    def __init__(self, conn_id: str, airflow_connection: Any, *, default_host: str, example: str) -> None:
        self.conn_id = conn_id
        self.example = example
        if airflow_connection is None:
            is_set = f"AIRFLOW_CONN_{conn_id.upper()}" in os.environ
            raise self.bad("is in the environment, but is neither a URI nor JSON" if is_set else "does not exist")
        self._connection = airflow_connection
        self._extra = self._read_extra()
        self.redact = Redactor(self._secrets())
        """Takes the connection's secrets out of a text, should a vendor echo them."""
        self.base_url = self._base_url(default_host)

    def bad(self, what: str) -> BadConnection:
        """The error that names the connection, what is wrong with it and an example."""
        variable = f"AIRFLOW_CONN_{self.conn_id.upper()}"
        return BadConnection(
            f"The Airflow connection '{self.conn_id}' {what}. Set it in the UI, a secrets backend or the "
            f"environment, for example {variable}='{self.example}'."
        )

    def secret(self) -> str:
        """The password: a token or an API key, without the line's end that a file may have left behind it."""
        secret = str(self._connection.password or "").strip()
        if not secret:
            raise self.bad("has no password (the service's token or key)")
        if not _HEADER_VALUE.fullmatch(secret):
            raise self.bad("has a password with characters that no token has (typographic quotes, a line's end)")
        return secret

    def headers(self) -> dict[str, str]:
        """The extra's ``headers``, which go out with every request to the service."""
        headers = self.option("headers", None) or {}
        if not isinstance(headers, dict) or not all(
            isinstance(value, str) and _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)
            for name, value in headers.items()
        ):
            raise self.bad("has 'headers' in its extra that are no object of names and plain texts")
        return headers

    def option(self, name: str, default: Any) -> Any:
        """A field of the extra."""
        return self._extra.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A field of the extra that is a number of seconds."""
        try:
            seconds = float(self.option(name, default))
        except (TypeError, ValueError, OverflowError):
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            raise self.bad(f"has a '{name}' in its extra that is no number")
        return seconds

    def rate(self, name: str, usual: int) -> int:
        """A field of the extra that says how many requests may be made in some time; at least one."""
        return max(1, int(self.seconds(name, usual)))

    def watched(self, name: str) -> list[str]:
        """The extra's list of what is watched."""
        watched = self.option(name, None)
        if not isinstance(watched, list) or not watched or not all(isinstance(w, str | int) for w in watched):
            raise self.bad(f"has no list '{name}' in its extra")
        return list(dict.fromkeys(str(subject) for subject in watched))

    def left_out(self, stream: str, known: Collection[str]) -> frozenset[str]:
        """The subjects for which the extra's ``leave_out`` says that the stream is not read.

        :param known: the streams that it may name
        """
        leave_out = self.option("leave_out", None) or {}
        if not isinstance(leave_out, dict) or not all(
            isinstance(names, list) and all(name in known for name in names) for names in leave_out.values()
        ):
            raise self.bad(f"has a 'leave_out' in its extra that is no object of lists of {', '.join(sorted(known))}")
        return frozenset(subject for subject, names in leave_out.items() if stream in names)

    def keep_secret(self, secret: str) -> None:
        """Redact this too: something that was got with the connection's own secrets."""
        self.redact.keep(secret)

    def _secrets(self) -> list[str]:
        password = str(self._connection.password or "")
        return [
            password,
            password.strip(),
            *_strings(self._extra.get("keyfile_dict")),
            *_strings(self._extra.get("headers")),
        ]

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
        try:
            origin(url)
        except BadAddress as bad:
            # The host itself stays unsaid: it is where passwords get by mistake.
            raise self.bad(f"has a host that is no address: {bad}") from None
        if "?" in url or "#" in url:
            raise self.bad("has a host that is no address: with a query or a fragment nothing can follow it")
        return url.rstrip("/")


def _strings(value: Any) -> list[str]:
    return [v for v in value.values() if isinstance(v, str)] if isinstance(value, dict) else []
