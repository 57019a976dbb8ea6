"""The SQL below ``include/sql``: found where the bundle was unpacked, rendered with our own identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LITERAL = re.compile(r"[A-Za-z0-9:/_.,+=@-]+")


def sql_folder() -> Path:
    """``include/sql``, beside the package in a deployed ``plugins.zip``, beside ``plugins`` in a checkout."""
    package = Path(__file__).resolve().parent
    for parent in (package.parent, package.parent.parent):
        if (parent / "include" / "sql").is_dir():
            return parent / "include" / "sql"
    raise FileNotFoundError(f"There is no include/sql near {package}: deploy it with the plugins.")


@pass_context
def _placed(context: Context, dist: str, sort: Sequence[str]) -> str:
    """Where a table's rows lie on Redshift: by which column on the nodes (or on `all`), sorted by which.

    PostgreSQL has nothing of the kind, and gets nothing.
    """
    if context.get("dialect") != "redshift":
        return ""
    spread = "diststyle all" if dist == "all" else f"distkey ({dist})"
    return f" {spread} sortkey ({', '.join(sort)})"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(  # noqa: S701  SQL, not HTML
        loader=FileSystemLoader(sql_folder()), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["placed"] = _placed
    return made


def render(name: str, literals: Mapping[str, str] | None = None, **identifiers: Any) -> str:
    """A SQL file with identifiers put in. Values never go in here: they are the statement's parameters.

    :param literals: addresses and roles, for the one statement (Redshift's COPY) that takes no parameters

    Raises ValueError for an identifier that is not a plain lower-case name, and for a literal with any
    character that an address or a role need not have.
    """
    for value in identifiers.values():
        for identifier in [value] if isinstance(value, str) else value:
            if not _IDENTIFIER.fullmatch(identifier):
                raise ValueError(f"'{identifier}' is no identifier of ours.")
    for value in (literals or {}).values():
        if not _LITERAL.fullmatch(value):
            raise ValueError(f"'{value}' is no literal of ours.")
    return _environment().get_template(name).render(**identifiers, **(literals or {}))


def statements(text: str) -> list[str]:
    """The statements of a file, each with the comments before it; a semicolon at the end of a line ends one."""
    found = [""]
    for line in text.splitlines(keepends=True):
        is_end = line.partition("--")[0].rstrip().endswith(";")
        found[-1] += line.rstrip().removesuffix(";") if is_end else line
        if is_end:
            found.append("")
    return [statement for statement in found if statement.strip()]
