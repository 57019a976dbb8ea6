"""The stack's own passwords and keys: random, generated once, readable by their owner only."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from local.services.process import ServiceError


@dataclass(frozen=True)
class Secrets:
    """The secrets of the services and of Airflow."""

    postgres: dict[str, str] = field(repr=False)
    airflow: dict[str, str] = field(repr=False)
    lake_access_key: str = field(repr=False)
    lake_secret_key: str = field(repr=False)

    @classmethod
    def create(cls) -> "Secrets":
        return cls(
            postgres={name: secrets.token_urlsafe(24) for name in ("postgres", "airflow", "warehouse")},
            airflow={
                "fernet": base64.urlsafe_b64encode(os.urandom(32)).decode(),
                # Airflow signs with SHA-512 and warns about keys shorter than its block.
                "jwt": secrets.token_urlsafe(64),
                "api": secrets.token_urlsafe(32),
                "login": secrets.token_urlsafe(12),
            },
            lake_access_key="lake-" + secrets.token_hex(8),
            lake_secret_key=secrets.token_urlsafe(30),
        )

    @classmethod
    def load_or_create(cls, file: Path) -> "Secrets":
        """Return the secrets in `file`, which is created first if it does not exist."""
        if not file.exists():
            created = cls.create()
            write_private(file, json.dumps(asdict(created), indent=2))
            return created
        try:
            stored = json.loads(file.read_text())
            return cls(**{secret.name: stored[secret.name] for secret in fields(cls)})
        except (ValueError, KeyError) as error:
            raise ServiceError(
                f"{file} cannot be read ({error!r}): `make clean` starts afresh, without the data"
            ) from error


def write_private(file: Path, text: str) -> None:
    """Write `text` atomically to a file that only its owner can read."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
    half.replace(file)
