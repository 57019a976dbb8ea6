"""Google service accounts: a signed assertion exchanged for an access token (RFC 7523).

Not google-auth: nothing in requirements.txt installs it, and its transport reads an answer whole, however long, and
without a limit on the total time. PyJWT, which Airflow brings, signs; the hook's own session, proxies included, asks.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import requests

from bellwether.hooks.address import BadAddress, origin
from bellwether.hooks.connection import ServiceConnection
from bellwether.hooks.errors import ApiError, NotAuthorized
from bellwether.hooks.exchange import exchange
from bellwether.hooks.mishaps import mishap
from bellwether.hooks.request import Request

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME_SECONDS = 3600
_EARLY_SECONDS = 60
_LONGEST_SILENCE_SECONDS = 30.0
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
                self._good_until = time.time() + _lifetime(answer) - _EARLY_SECONDS
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
        about = f"'{self._connection.conn_id}': the token exchange for {keyfile['client_email']}"
        form = {"grant_type": _GRANT, "assertion": self._assertion(keyfile)}
        status, token = self._ask(session, Request("POST", keyfile["token_uri"], form=form), about)
        if status >= 500 or status == 429:
            raise ApiError(f"{about} answered {status}.", status)
        # A misspelt scope is answered with 200 and an id_token alone.
        if status != 200 or not isinstance(token.get("access_token"), str):
            why = self._connection.redact(str(token.get("error_description") or token.get("error") or "no token"))
            raise NotAuthorized(f"{about} was turned down: {why[:300]}. Check the key file.", status)
        return token

    def _ask(self, session: requests.Session, request: Request, about: str) -> tuple[int, dict[str, Any]]:
        seconds = min(_LONGEST_SILENCE_SECONDS, self._connection.seconds("timeout_seconds", _LONGEST_SILENCE_SECONDS))
        try:
            origin(request.url)
        except BadAddress as bad:
            raise self._connection.bad(f"has a 'token_uri' in its keyfile_dict that is {bad}") from None
        try:
            answer = exchange(session, request, {}, seconds)
            token = answer.value("")
        except (requests.RequestException, OSError, ValueError) as error:
            why = mishap(error)
        else:
            if isinstance(token, dict):
                return answer.status, token
            why = f"answered {answer.status} with no object"
        # Raised out here, where it drags no library's error along.
        raise ApiError(f"{about} failed: {why}.")


def _lifetime(answer: dict[str, Any]) -> float:
    """The seconds a token is good for: at most the hour that was asked for, none where nothing is said of it."""
    told = answer.get("expires_in")
    return max(0.0, min(float(told), _LIFETIME_SECONDS)) if isinstance(told, int | float) else 0.0
