"""The SQL below ``include/sql``: found where the bundle was unpacked, rendered with our own identifiers."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")


def sql_folder() -> Path:
    """``include/sql``, beside the package in a deployed ``plugins.zip``, beside ``plugins`` in a checkout."""
    package = Path(__file__).resolve().parent
    for parent in (package.parent, package.parent.parent):
        if (parent / "include" / "sql").is_dir():
            return parent / "include" / "sql"
    raise FileNotFoundError(f"There is no include/sql near {package}: deploy it with the plugins.")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(  # noqa: S701  SQL, not HTML
        loader=FileSystemLoader(sql_folder()), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def render(name: str, **identifiers: Any) -> str:
    """A SQL file with identifiers put in. Values never go in here: they are the statement's parameters.

    Raises ValueError for an identifier that is not a plain lower-case name.
    """
    for value in identifiers.values():
        for identifier in [value] if isinstance(value, str) else value:
            if not _IDENTIFIER.fullmatch(identifier):
                raise ValueError(f"'{identifier}' is no identifier of ours.")
    return _environment().get_template(name).render(**identifiers)
