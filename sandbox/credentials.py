"""The sandbox's own accounts: random secrets, made once and kept beside its data."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE = "credentials.json"
_SECRET_FIELDS = frozenset({"key", "password", "secret", "token"})


class Credentials:
    """A secret of each vendor's account, and the sandbox's own ``control_key``, each an attribute by its name."""

    def __init__(self, **kept: Any) -> None:
        self._kept = kept

    @classmethod
    def create(cls, root_url: str) -> Credentials:
        """New random secrets for a sandbox that answers at `root_url`."""
        made = {account.kept_as: account.make() for account in _accounts()}
        return cls(control_key=secrets.token_urlsafe(24), **made).at(root_url)

    @classmethod
    def load_or_create(cls, folder: Path, root_url: str) -> Credentials:
        """Those of `folder`/credentials.json (mode 0600), for a sandbox at `root_url`; what is missing is made.

        The file is written only where something is missing: by one process at a time, and whole or not at all.
        """
        path = folder / FILE
        kept = _read(path)
        if not _wanted() <= kept.keys():
            with _only_one(folder):
                kept = _read(path)
                if not _wanted() <= kept.keys():
                    kept = cls.create(root_url).as_dict() | kept
                    _write(path, json.dumps(kept, indent=2))
        return cls(**kept).at(root_url)

    def at(self, root_url: str) -> Credentials:
        """The same accounts for a sandbox that answers at another address."""
        moved = {a.kept_as: a.at(self._kept[a.kept_as], root_url) for a in _accounts() if a.kept_as in self._kept}
        return Credentials(**(self._kept | moved))

    def as_dict(self) -> dict[str, Any]:
        """All secrets by name."""
        return dict(self._kept)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        return tuple(text for secret in self._kept.values() for text in _texts(secret))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_kept"][name]
        except KeyError:
            raise AttributeError(f"there is no account whose secret is named {name!r}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and self._kept == other._kept

    __hash__ = None  # type: ignore[assignment]  # as every value that holds dictionaries


def _accounts() -> list[Any]:
    from sandbox.vendors import VENDORS  # they use the modules beside this one

    return [vendor.account for vendor in VENDORS if vendor.account.kept_as]


def _wanted() -> set[str]:
    return {"control_key", *(account.kept_as for account in _accounts())}


def _texts(secret: Any) -> list[str]:
    """A secret's texts; of a key file, those of the fields that are named so."""
    if isinstance(secret, str):
        return [secret]
    return [text for name, text in secret.items() if name.rpartition("_")[2] in _SECRET_FIELDS]


def _read(path: Path) -> dict[str, Any]:
    """What is kept; nothing where there is no file, or one that a crash left without its end."""
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here; a process that dies leaves the way free."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    """The whole file, for its owner only, or none of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{FILE}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
