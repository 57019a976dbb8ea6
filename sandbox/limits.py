"""How much each simulated vendor allows, and the counting of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class Limits:
    """What one account may do, each limit an attribute by the name that its vendor declares it by.

    Unless given, the vendors' own figures. ``_per_`` in a name says that it counts requests (or what they cost) in
    some time; all others are sizes, of a page for instance.

    :param latency_seconds: how long every vendor thinks before it answers
    """

    def __init__(self, latency_seconds: float = 0.0, **given: int) -> None:
        known = _declared("limits")
        if unknown := given.keys() - known:
            raise TypeError(f"no vendor has the limits {sorted(unknown)}; there are {sorted(known)}")
        self.latency_seconds = latency_seconds
        self._values = known | given

    @classmethod
    def generous(cls) -> Limits:
        """Those of the demo's accounts: the vendors' own would make weeks of history a matter of hours, or never."""
        return cls(**_declared("generous"))

    @classmethod
    def none(cls, **given: int) -> Limits:
        """Everybody may ask as often as they like."""
        often = {name: 100_000_000 for name in _declared("limits") if "_per_" in name}
        return cls(**(often | given))

    def __getattr__(self, name: str) -> int:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"no vendor has the limit {name!r}") from None


def _declared(attribute: str) -> dict[str, int]:
    """What the vendors declare, by name."""
    from sandbox.vendors import VENDORS  # they use Budget, of this module

    return {name: count for vendor in VENDORS for name, count in getattr(vendor.account, attribute).items()}


class Budget:
    """What may be spent in each window of `seconds`; windows are fixed, aligned to the epoch.

    It runs on the machine's clock even where the world's is frozen: clients really wait.
    """

    def __init__(self, allowed: int, seconds: int, now: Callable[[], float] = time.time) -> None:
        self.allowed = allowed
        self.seconds = seconds
        self._now = now
        self._window = -1
        self._spent = 0

    @property
    def spent(self) -> int:
        """How much of the current window's allowance is gone."""
        window = int(self._now() // self.seconds)
        if window != self._window:
            self._window, self._spent = window, 0
        return self._spent

    @property
    def remaining(self) -> int:
        """What is left in the current window."""
        return max(0, self.allowed - self.spent)

    @property
    def reset_seconds(self) -> int:
        """Whole seconds until the window ends, at least one."""
        return max(1, math.ceil(self.seconds - self._now() % self.seconds))

    def epoch(self, seconds: int) -> int:
        """The epoch second that is so many seconds away."""
        return int(self._now()) + seconds

    def spend(self, cost: int = 1) -> None:
        """Take `cost` from the window, below nothing if need be."""
        self._spent = self.spent + cost
