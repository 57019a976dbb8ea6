"""The simulated vendors: each is found by being in a module here, as a class that declares its account."""

import pkgutil
from importlib import import_module

from sandbox.account import Account
from sandbox.house import Vendor


def _found() -> tuple[type[Vendor], ...]:
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    kinds = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__
    ]
    return tuple(kind for kind in kinds if isinstance(getattr(kind, "account", None), Account))


VENDORS = _found()
