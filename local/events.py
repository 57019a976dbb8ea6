"""The tracking id that comes with one machine's collector: its secret is random, made once and kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from local.passwords import write_private

TRACKING_ID = "product"
CONNECTION = "AIRFLOW_CONN_EVENTS"
COLLECTOR_PORT = 8500
# Where `python -m http.server` shows a page of one's own.
ORIGINS = ("http://127.0.0.1:8000", "http://localhost:8000")


def account(file: Path) -> dict[str, str]:
    """The tracking id's `secret`, and the `key` of web pages on this machine; made first if there is no file."""
    if not file.exists():
        made = {"secret": secrets.token_urlsafe(24), "key": f"web-{secrets.token_urlsafe(18)}"}
        write_private(file, json.dumps(made))
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def words(file: Path, url: str) -> str:
    """The line that tells a person where to send events, and as whom."""
    return f"events      {url}   tracking id {TRACKING_ID}   secret {account(file)['secret']}"


def connection(file: Path) -> str:
    """The connection `events` as JSON: what the collector has to know, which is the secret's hash alone."""
    kept = account(file)
    tracking: dict[str, Any] = {
        "secrets": [hashlib.sha256(kept["secret"].encode()).hexdigest()],
        "keys": [kept["key"]],
        "origins": ORIGINS,
    }
    return json.dumps({"conn_type": "generic", "extra": {"trackings": {TRACKING_ID: tracking}}})
