"""The sandbox's own accounts: random secrets, made once and kept beside its data."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "bellwether-sandbox"


@dataclass(frozen=True)
class Credentials:
    """One account at each vendor, and the key of the controls; `service_account` is laid out as Google's key files."""

    github_token: str = field(repr=False)
    statuscake_token: str = field(repr=False)
    postman_key: str = field(repr=False)
    service_account: dict[str, Any] = field(repr=False)
    weather_key: str = field(repr=False)
    flights_key: str = field(repr=False)
    control_key: str = field(repr=False)

    @classmethod
    def create(cls, root_url: str) -> Credentials:
        """New random secrets for a sandbox that answers at `root_url`."""
        return cls(
            github_token="ghp_" + secrets.token_hex(18),
            statuscake_token=secrets.token_urlsafe(24),
            postman_key=f"PMAK-{secrets.token_hex(12)}-{secrets.token_hex(17)}",
            service_account=_service_account(root_url),
            weather_key=secrets.token_hex(16),
            flights_key=secrets.token_hex(25),
            control_key=secrets.token_urlsafe(24),
        )

    @classmethod
    def load_or_create(cls, folder: Path, root_url: str) -> Credentials:
        """Those of `folder`/credentials.json (mode 0600), for a sandbox at `root_url`; what is missing is made."""
        path = folder / "credentials.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        if any(each.name not in found for each in fields(cls)):
            found = asdict(cls.create(root_url)) | found
        kept = cls(**found).at(root_url)
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(kept), file, indent=2)
        return kept

    def at(self, root_url: str) -> Credentials:
        """The same accounts for a sandbox that answers at another address."""
        return replace(self, service_account=self.service_account | {"token_uri": token_uri(root_url)})

    @cached_property
    def public_key(self) -> rsa.RSAPublicKey:
        """What the service account's signatures are checked with."""
        private = serialization.load_pem_private_key(self.service_account["private_key"].encode(), None)
        public = private.public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            raise TypeError("credentials.json: private_key of the service account is not an RSA key")
        return public

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        private_key = self.service_account["private_key"]
        keys = (self.postman_key, self.weather_key, self.flights_key, self.control_key)
        return (self.github_token, self.statuscake_token, *keys, private_key)


def token_uri(root_url: str) -> str:
    """Where the service account changes its signed assertion for an access token."""
    return f"{root_url}/google_analytics/token"


def _service_account(root_url: str) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": secrets.token_hex(20),
        "private_key": pem.decode(),
        "client_email": f"ingest@{PROJECT}.iam.gserviceaccount.com",
        "client_id": str(10**20 + secrets.randbelow(10**20)),
        "token_uri": token_uri(root_url),
        "universe_domain": "googleapis.com",
    }
