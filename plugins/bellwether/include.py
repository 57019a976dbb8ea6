"""The folder ``include`` of the bundle, and its TOML files read and checked: a mistake is named with its remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bellwether.sql import sql_folder

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""A name that the files give to something of theirs."""

T = TypeVar("T", bound=msgspec.Struct)


class IncludeError(ValueError):
    """Something in the files of `include` that cannot be understood; the message names it and says what to write."""


def include_folder() -> Path:
    """The bundle's own `include`."""
    return sql_folder().parent


def toml_of(path: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises IncludeError where there is none, or it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IncludeError(f"There is no {path}. Deploy the folder include with the plugins.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IncludeError(f"{path.name} is no TOML: {error}.") from None


def entries(content: dict[str, Any], kind: str, file: str) -> list[dict[str, Any]]:
    """Take the entries `[[kind]]` out of a file's content. Raises IncludeError where there are none."""
    values = content.pop(kind, None)
    if not isinstance(values, list) or not values:
        raise IncludeError(f"{file} has no [[{kind}]]. Write at least one.")
    return values


def converted(entry: Any, shape: type[T], file: str, name: str) -> T:
    """An entry as a struct. Raises IncludeError where it does not fit."""
    try:
        return msgspec.convert(entry, shape)
    except msgspec.ValidationError as error:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
        raise IncludeError(f"{file}, {name}: {error}. An entry like it has: {names}.") from None


def check_nothing_left(content: dict[str, Any], file: str) -> None:
    """Raises IncludeError for what a file has beside that which was taken out of its content."""
    if content:
        raise IncludeError(f"{file}: nothing is known of {sorted(content)}. Is it spelt right, and in its place?")


def check_names(file: str, kind: str, names: list[str]) -> None:
    """Raises IncludeError for a name that is no name, or that two entries have."""
    for name in names:
        if not NAME.fullmatch(name):
            raise IncludeError(f"{file}, {kind} '{name}': a name is a letter, then letters, digits, _, lower case.")
        if names.count(name) > 1:
            raise IncludeError(f"{file}, {kind} '{name}': it is there {names.count(name)} times. Rename one.")
