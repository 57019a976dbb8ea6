"""Read and check the TOML files of the bundle's folder ``include``; an error names the mistake and its remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bellwether.sql import sql_folder

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""The pattern of names in the files."""

T = TypeVar("T", bound=msgspec.Struct)


class IncludeError(ValueError):
    """An invalid entry in the files of `include`; the message names it and states what to write."""


def include_folder() -> Path:
    """The bundle's own `include`."""
    return sql_folder().parent


def toml_of(path: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises IncludeError if the file is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IncludeError(f"There is no {path}. Deploy the folder include with the plugins.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IncludeError(f"{path.name} is not valid TOML: {error}.") from None


def entries(content: dict[str, Any], kind: str, file: str) -> list[dict[str, Any]]:
    """Remove the entries `[[kind]]` from a file's content and return them. Raises IncludeError if there are none."""
    values = content.pop(kind, None)
    if not isinstance(values, list) or not values:
        raise IncludeError(f"{file} has no [[{kind}]]. Write at least one.")
    return values


def converted(entry: Any, shape: type[T], file: str, name: str) -> T:
    """An entry as a struct. Raises IncludeError if it does not fit."""
    try:
        return msgspec.convert(entry, shape)
    except msgspec.ValidationError as error:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
        raise IncludeError(f"{file}, {name}: {error}. An entry like it has: {names}.") from None


def check_nothing_left(content: dict[str, Any], file: str) -> None:
    """Raise IncludeError if the content still has entries, which are unknown ones."""
    if content:
        raise IncludeError(f"{file}: unknown entries {sorted(content)}. Check their spelling and their place.")


def check_names(file: str, kind: str, names: list[str]) -> None:
    """Raise IncludeError for an invalid name, or for a name that two entries share."""
    for name in names:
        if not NAME.fullmatch(name):
            raise IncludeError(
                f"{file}, {kind} '{name}': a name is a lower-case letter, then such letters, digits or _."
            )
        if names.count(name) > 1:
            raise IncludeError(f"{file}, {kind} '{name}': the name occurs {names.count(name)} times. Rename one.")
