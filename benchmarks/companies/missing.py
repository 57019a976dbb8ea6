"""Stretches in which nobody looked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Stretches = NDArray[np.int64]
"""(n, 2): beginnings and ends, epoch seconds, sorted; may overlap."""
SOURCES = ("analytics", "api", "site", "code")


def nobody_looked(rng: np.random.Generator, share: float, start: int, end: int) -> dict[str, Stretches]:
    """By source, stretches of one hour to four days that together are about `share` of the time."""
    found = {}
    for source in SOURCES:
        lengths: list[float] = []
        while sum(lengths) < share * (end - start):
            lengths.append(np.exp(rng.uniform(np.log(3600), np.log(4 * 86400))))
        begins = rng.integers(start, end, len(lengths))
        found[source] = np.sort(np.stack([begins, np.minimum(begins + np.array(lengths, int), end)], axis=1), axis=0)
    return found


def inside(at: NDArray[np.int64], stretches: Stretches) -> NDArray[np.bool_]:
    """bool: which moments lie in a stretch; as many stretches have begun as ended outside all of them."""
    begun = np.searchsorted(np.sort(stretches[:, 0]), at, side="right")
    return begun > np.searchsorted(np.sort(stretches[:, 1]), at, side="right")


def seen(start: int, end: int, stretches: Stretches) -> Stretches:
    """(n, 2): the rest of the window."""
    pieces, free = [], start
    for begin, stop in stretches:
        if begin > free:
            pieces.append((free, begin))
        free = max(free, int(stop))
    if free < end:
        pieces.append((free, end))
    return np.array(pieces, dtype=np.int64).reshape(-1, 2)
