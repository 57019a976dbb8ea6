"""The sources: one module a service, found by being here. Each says what it is as ``SOURCE``, and how it is read.

A module that does not import takes nothing else with it: `sources` leaves it out, `broken_sources` tells why.
"""

from __future__ import annotations

import pkgutil
import traceback
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from bellwether.hooks.api import ApiHook
from bellwether.hooks.source import Source

_PLUGINS = Path(__file__).resolve().parents[2]


class SourceError(ImportError):
    """A source that cannot be used; the message names its file, the line, what is wrong and what to do."""


def source_names() -> list[str]:
    """The names of all sources: module, connection, DAG, prefix in the lake and tables share them."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source_module(name: str) -> ModuleType:
    """A source's module. Raises SourceError when it does not import, and for a name that is no source."""
    try:
        module = import_module(f"{__name__}.{name}")
        if not isinstance(getattr(module, "SOURCE", None), Source):
            raise TypeError("it has no SOURCE = Source(…)")
        if module.SOURCE.name != name:
            raise ValueError(f"its SOURCE has name={module.SOURCE.name!r}, which should be the file's, {name!r}")
        if not list(_hooks(module)):
            raise TypeError("it has no class of an ApiHook with source = SOURCE")
    # Whatever a file of somebody's raises, even by leaving Python, it is that file alone.
    except (Exception, SystemExit) as error:
        raise SourceError(f"{_place(name, error)}: {_reason(error)} {_remedy(name)}") from error
    return module


def source_of(name: str) -> Source:
    """What a source is. Raises SourceError."""
    source: Source = source_module(name).SOURCE
    return source


def hook_of(name: str) -> type[ApiHook]:
    """The hook that reads a source. Raises SourceError."""
    return next(iter(_hooks(source_module(name))))


def sources() -> list[Source]:
    """All sources whose modules import."""
    broken = broken_sources()
    return [source_of(name) for name in source_names() if name not in broken]


def broken_sources() -> dict[str, SourceError]:
    """The sources whose modules do not import, by name."""
    broken = {}
    for name in source_names():
        try:
            source_module(name)
        except SourceError as error:
            broken[name] = error
    return broken


def lookbacks(tables: Iterable[str]) -> dict[str, int]:
    """By table of a source, for how many seconds its vendor restates what it said.

    Raises SourceError for a table of a source that does not import.
    """
    found = {}
    for table in tables:
        # Of google and google_analytics the longer name is meant.
        name = max((name for name in source_names() if table.startswith(f"{name}_")), key=len, default=None)
        stream = source_of(name).streams_by_name().get(table.removeprefix(f"{name}_")) if name else None
        if stream:
            found[table] = int(stream.lookback.total_seconds())
    return found


def operator_on_demand(hook: type[ApiHook]) -> Callable[[str], Any]:
    """A source module's ``__getattr__`` (PEP 562), which makes its operator once somebody asks for it.

    So the operator can be imported from the module, and who only wants to know what a source is imports none.
    """

    def get(name: str) -> Any:
        if name.endswith("ToS3Operator"):
            from bellwether.operators.api_to_s3 import operator_of

            operator = operator_of(hook)
            if operator.__name__ == name:
                return operator
        raise AttributeError(f"module {hook.__module__!r} has no attribute {name!r}")

    return get


def _hooks(module: ModuleType) -> Iterable[Any]:
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, ApiHook) and getattr(thing, "source", None) is module.SOURCE:
            yield thing


def _place(name: str, error: BaseException) -> str:
    """The file, and the line in it, from the deploy folder's point of view."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(error.filename)}, line {error.lineno}"
    stem = Path(__file__).parent / name
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(stem))]
    if frames:
        return f"{_shown(frames[-1].filename)}, line {frames[-1].lineno}"
    return _shown(str(stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")))


def _shown(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(_PLUGINS)) if path.is_relative_to(_PLUGINS) else file


def _reason(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}".rstrip(". ") + "."


def _remedy(name: str) -> str:
    return f"Correct the file; until then the source '{name}' is not read, and all others are."
