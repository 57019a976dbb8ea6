"""Signals of a window: points, intervals and five-minute counts by signal and service, with who looked when."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.signals.stretches import Stretches, Whole, intersection, union
from bellwether.verdicts.stats.calendar import SLOT_SECONDS
from bellwether.window import Window

Key = tuple[str, str]
"""A signal's and a service's name."""


class Shape(StrEnum):
    """What a signal's rows are; the columns of its SQL tell."""

    POINTS = "points"
    INTERVALS = "intervals"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Things that are a moment, in order; `at` in seconds since 1970 UTC, `values` what each counts for."""

    at: Whole
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Counts of each five minutes of the window: `values` float64 (slots,), 0 also where nobody looked."""

    first: int
    """When the first slot starts, seconds since 1970 UTC."""
    values: NDArray[np.float64]

    @property
    def at(self) -> Whole:
        """When each slot starts."""
        return self.first + SLOT_SECONDS * np.arange(len(self.values), dtype=np.int64)

    def inside(self, stretches: Stretches) -> NDArray[np.bool_]:
        """Which slots lie wholly within the stretches."""
        place = np.searchsorted(stretches.starts, self.at, side="right") - 1
        return (place >= 0) & (self.at + SLOT_SECONDS <= np.append(stretches.ends, 0)[place])


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """When a table's stream was seen for a service.

    settled: completely, and the vendor will not restate it. provisional: completely, but it may be restated.
    flags: of the settled time, what the vendor called in doubt, by flag.
    """

    settled: Stretches
    provisional: Stretches
    flags: dict[str, Stretches] = field(default_factory=dict)

    @property
    def seen(self) -> Stretches:
        return self.settled | self.provisional


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """All signals of a window; equal content has equal Parquet files, whatever order it came in.

    `looks` is by signal, service and table, and may reach past the window's end, for what is known of since.
    """

    window: Window
    shapes: dict[str, Shape]
    points: dict[Key, Points]
    intervals: dict[Key, Stretches]
    grids: dict[Key, Grid]
    looks: dict[tuple[str, str, str], Looks]

    def looks_of(self, signal: str, service: str) -> Looks:
        """Who looked at a service, over all its tables: any will do for intervals, counts need all."""
        found = [looks for (one, other, _), looks in sorted(self.looks.items()) if (one, other) == (signal, service)]
        return together(found, self.shapes.get(signal, Shape.POINTS))


def together(many: list[Looks], shape: Shape) -> Looks:
    """Several lookers as one: an outage is seen by any of them, a sum needs all."""
    join = union if shape is Shape.INTERVALS else intersection
    settled = join([looks.settled for looks in many])
    flags = sorted({flag for looks in many for flag in looks.flags})
    return Looks(
        settled,
        join([looks.seen for looks in many]) - settled,
        {flag: union([looks.flags[flag] for looks in many if flag in looks.flags]) & settled for flag in flags},
    )
