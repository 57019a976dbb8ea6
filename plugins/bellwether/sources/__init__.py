"""The sources: one module a service, found by being here."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

from bellwether.hooks.api import ApiHook
from bellwether.operators.api_to_s3 import ApiToS3Operator


def source_names() -> list[str]:
    """The names of all sources: module, connection, DAG, prefix in the lake and tables share them."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source_module(name: str) -> ModuleType:
    """A source's module. Raises ModuleNotFoundError for a name that is no source."""
    return import_module(f"{__name__}.{name}")


def operator_of(name: str) -> type[ApiToS3Operator]:
    """The operator that a source's module offers."""
    return next(
        thing
        for thing in vars(source_module(name)).values()
        if isinstance(thing, type) and issubclass(thing, ApiToS3Operator) and thing is not ApiToS3Operator
    )


def hook_of(name: str) -> type[ApiHook]:
    """The hook that a source's module offers."""
    return operator_of(name).hook_class


def lookbacks() -> dict[str, int]:
    """By table, for how many seconds its vendor restates what it said."""
    return {
        f"{source}_{name}": int(stream.lookback.total_seconds())
        for source in source_names()
        for name, stream in hook_of(source).streams_by_name().items()
    }
