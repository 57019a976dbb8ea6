"""Google service accounts: a signed assertion exchanged for an access token (RFC 7523).

Not google-auth: nothing in requirements.txt installs it, and its transport reads an answer whole, however long, and
without a limit on the total time. PyJWT, which Airflow brings, signs; the hook's own session, proxies included, asks.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import requests

from bellwether.hooks.connection import ServiceConnection
from bellwether.hooks.errors import ApiError, NotAuthorized

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME_SECONDS = 3600
_EARLY_SECONDS = 60
_EXAMPLE_FIELDS = ("client_email", "private_key", "token_uri")


class ServiceAccountToken:
    """An access token for a scope, fetched when first needed and again before it runs out.

    :param connection: its extra holds the service account's key file as ``keyfile_dict``
    """

    def __init__(self, connection: ServiceConnection, scope: str) -> None:
        self._connection = connection
        self._scope = scope
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def get(self, session: requests.Session) -> str:
        """The token. Raises NotAuthorized when Google turns the key down."""
        with self._lock:
            if time.time() >= self._good_until:
                answer = self._exchange(session)
                self._token = str(answer["access_token"])
                self._connection.keep_secret(self._token)
                self._good_until = time.time() + float(answer.get("expires_in", 0)) - _EARLY_SECONDS
            return self._token

    def forget(self) -> None:
        """Fetch a fresh token next time."""
        with self._lock:
            self._good_until = 0.0

    def _keyfile(self) -> dict[str, str]:
        keyfile = self._connection.option("keyfile_dict", None)
        if not isinstance(keyfile, dict) or not all(keyfile.get(name) for name in _EXAMPLE_FIELDS):
            raise self._connection.bad("has no service account key as 'keyfile_dict' in its extra")
        return keyfile

    def _assertion(self, keyfile: dict[str, str]) -> str:
        import jwt

        now = int(time.time())
        claims = {
            "iss": keyfile["client_email"],
            "scope": self._scope,
            "aud": keyfile["token_uri"],
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
        }
        try:
            return jwt.encode(claims, keyfile["private_key"], algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            raise self._connection.bad("has a 'private_key' in its keyfile_dict that is no RSA key") from None

    def _exchange(self, session: requests.Session) -> dict[str, Any]:
        keyfile = self._keyfile()
        form = {"grant_type": _GRANT, "assertion": self._assertion(keyfile)}
        about = f"'{self._connection.conn_id}': the token exchange for {keyfile['client_email']}"
        try:
            response = session.post(keyfile["token_uri"], data=form, timeout=30, allow_redirects=False)
            answer = dict(response.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise ApiError(f"{about} failed: {type(error).__name__}.") from None
        if response.status_code >= 500 or response.status_code == 429:
            raise ApiError(f"{about} answered {response.status_code}.", response.status_code)
        # A misspelt scope is answered with 200 and an id_token alone.
        if response.status_code != 200 or "access_token" not in answer:
            why = self._connection.redact(str(answer.get("error_description") or answer.get("error") or "no token"))
            raise NotAuthorized(f"{about} was turned down: {why[:300]}. Check the key file.", response.status_code)
        return answer
