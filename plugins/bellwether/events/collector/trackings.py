"""Who may send: tracking ids with their secrets, browser keys and limits, from an Airflow connection or a file.

Both hold the same JSON, the connection in its extra::

    {"trackings": {"acme": {"secrets": ["<SHA-256 of a secret, hex>"], "keys": ["web-…"],
                            "origins": ["https://app.acme.example"], "events_per_day": 5000000}}}
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Key = Annotated[str, msgspec.Meta(min_length=16, max_length=128)]
Origin = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s]+$")]
_NOBODY = "0" * 64


class Misconfigured(Exception):
    """The collector cannot start; the message says what to set."""


class Tracking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tracking id.

    :param secrets: SHA-256 of each valid secret, two while one replaces the other
    :param keys: what web pages send instead of a secret; anybody can read them, so they only let events in, and only
        from pages of ``origins``
    :param events_per_second: more than this, on average over ten seconds, is answered with 429
    :param events_per_day: more than this in a UTC day is stored and marked
    """

    secrets: Annotated[tuple[Sha256, ...], msgspec.Meta(min_length=1, max_length=2)]
    keys: tuple[Key, ...] = ()
    origins: tuple[Origin, ...] = ()
    events_per_second: Annotated[float, msgspec.Meta(gt=0)] = 5000
    events_per_day: Annotated[int, msgspec.Meta(ge=0)] | None = None


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    trackings: Annotated[dict[str, Tracking], msgspec.Meta(min_length=1)]


def load(file: Path | None, conn_id: str) -> dict[str, Tracking]:
    """The tracking ids of the file, or without one of the Airflow connection. Raises Misconfigured."""
    where = f"the file {file}" if file else f"the extra of the Airflow connection '{conn_id}'"
    try:
        text = file.read_bytes() if file else _extra(conn_id)
        return msgspec.json.decode(text, type=_Settings).trackings
    except OSError as error:
        raise Misconfigured(f"{where} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        # Says the place and the kind of the fault, never a value.
        raise Misconfigured(f'{where} should hold {{"trackings": {{"<tracking id>": …}}}}: {error}') from None


def _extra(conn_id: str) -> str:
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return BaseHook.get_connection(conn_id).extra or "{}"
    # Without a metadata database, Airflow's last resort for a connection fails so.
    except (AirflowNotFoundException, SQLAlchemyError):
        raise Misconfigured(
            f"There are no tracking ids, so nobody could send: set the Airflow connection '{conn_id}' "
            f"(AIRFLOW_CONN_{conn_id.upper()}) or name a file by --credentials; docs/events.md shows both"
        ) from None


class Access:
    """Tells whether a request may send events for a tracking id."""

    def __init__(self, trackings: Mapping[str, Tracking]) -> None:
        self._trackings = trackings

    def by_secret(self, tracking_id: str, authorization: str) -> bool:
        """Whether the Authorization header holds the tracking id and one of its secrets (RFC 7617).

        It takes the same time whatever is wrong.
        """
        scheme, _, encoded = authorization.partition(" ")
        try:
            user, _, secret = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        except ValueError:  # of base64, or of what is not ASCII
            return False
        given = hashlib.sha256(secret).hexdigest()
        tracking = self._trackings.get(tracking_id)
        right = [hmac.compare_digest(given, valid) for valid in (tracking.secrets if tracking else (_NOBODY,))]
        return scheme.lower() == "basic" and hmac.compare_digest(user, tracking_id.encode()) and any(right)

    def by_key(self, tracking_id: str, key: str, origin: str) -> bool:
        """Whether a page of this origin may send with this key."""
        tracking = self._trackings.get(tracking_id)
        valid = tracking.keys if tracking else ()
        right = [hmac.compare_digest(key.encode(), each.encode()) for each in valid]
        return any(right) and self.knows(tracking_id, origin)

    def knows(self, tracking_id: str, origin: str) -> bool:
        """Whether pages of this origin may send for the tracking id at all."""
        tracking = self._trackings.get(tracking_id)
        return tracking is not None and origin in tracking.origins
