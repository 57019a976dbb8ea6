"""The SQL files below ``include/sql``: locate them in the bundle, and render them with checked identifiers."""

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
    """``include/sql``: beside the package in a deployed ``plugins.zip``, or beside ``plugins`` in a checkout."""
    package = Path(__file__).resolve().parent
    for parent in (package.parent, package.parent.parent):
        if (parent / "include" / "sql").is_dir():
            return parent / "include" / "sql"
    raise FileNotFoundError(f"There is no include/sql near {package}: deploy it with the plugins.")


@pass_context
def _placed(context: Context, dist: str, sort: Sequence[str]) -> str:
    """The distribution key (or `all`) and the sort key of a table on Redshift; empty for PostgreSQL.

    Templates call it as `placed`.
    """
    if context.get("dialect") != "redshift":
        return ""
    spread = "diststyle all" if dist == "all" else f"distkey ({dist})"
    return f" {spread} sortkey ({', '.join(sort)})"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(  # noqa: S701  SQL, not HTML
        loader=FileSystemLoader(sql_folder()), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["placed"] = _placed
    return environment


def render(name: str, literals: Mapping[str, str] | None = None, **identifiers: Any) -> str:
    """A SQL file with its identifiers filled in. Values are never inserted: they are the statement's parameters.

    :param literals: addresses and roles, for the only statement (Redshift's COPY) that takes no parameters

    Raises ValueError for an identifier that is not a plain lower-case name, and for a literal with a
    character that addresses and roles do not contain.
    """
    for value in identifiers.values():
        for identifier in [value] if isinstance(value, str) else value:
            if not _IDENTIFIER.fullmatch(identifier):
                raise ValueError(f"'{identifier}' is not a valid identifier.")
    for value in (literals or {}).values():
        if not _LITERAL.fullmatch(value):
            raise ValueError(f"'{value}' is not a valid literal.")
    return _environment().get_template(name).render(**identifiers, **(literals or {}))


def statements(text: str) -> list[str]:
    """A file's statements with the comments before them; a semicolon at the end of a line ends a statement."""
    parts = [""]
    for line in text.splitlines(keepends=True):
        is_end = line.partition("--")[0].rstrip().endswith(";")
        parts[-1] += line.rstrip().removesuffix(";") if is_end else line
        if is_end:
            parts.append("")
    return [statement for statement in parts if statement.strip()]
