"""Signals of a window: points, intervals and five-minute counts by signal and service, with their coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.signals.intervals import Intervals, Whole, intersection, union
from bellwether.verdicts.stats.calendar import SLOT_SECONDS
from bellwether.window import Window

Key = tuple[str, str]
"""A signal's and a service's name."""


class Shape(StrEnum):
    """The kind of a signal's rows, which the columns of its SQL determine."""

    POINTS = "points"
    INTERVALS = "intervals"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Instantaneous events in order; `at` in seconds since 1970 UTC, `values` their weights."""

    at: Whole
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Counts of the window's five-minute slots: `values` float64 (slots,), also 0 where the time is not covered."""

    first: int
    """The start of the first slot, seconds since 1970 UTC."""
    values: NDArray[np.float64]

    @property
    def at(self) -> Whole:
        """The start of every slot, seconds since 1970 UTC."""
        return self.first + SLOT_SECONDS * np.arange(len(self.values), dtype=np.int64)

    def inside(self, intervals: Intervals) -> NDArray[np.bool_]:
        """Which slots lie entirely within the intervals."""
        index = np.searchsorted(intervals.starts, self.at, side="right") - 1
        return (index >= 0) & (self.at + SLOT_SECONDS <= np.append(intervals.ends, 0)[index])


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The time that a table's stream covers for a service.

    settled: covered, and the vendor will not restate it. provisional: covered, but the vendor may restate it.
    flags: the settled time whose data the vendor marked as doubtful, by flag.
    """

    settled: Intervals
    provisional: Intervals
    flags: dict[str, Intervals] = field(default_factory=dict)

    @property
    def covered(self) -> Intervals:
        return self.settled | self.provisional


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """All signals of a window; equal content gives equal Parquet files, whatever the order of its rows.

    `coverage` is by signal, service and table, and may extend past the window's end.
    """

    window: Window
    shapes: dict[str, Shape]
    points: dict[Key, Points]
    intervals: dict[Key, Intervals]
    grids: dict[Key, Grid]
    coverage: dict[tuple[str, str, str], Coverage]

    def coverage_of(self, signal: str, service: str) -> Coverage:
        """A service's coverage over all its tables: intervals need any table, counts need all."""
        tables = [coverage for key, coverage in sorted(self.coverage.items()) if key[:2] == (signal, service)]
        return together(tables, self.shapes.get(signal, Shape.POINTS))


def together(many: list[Coverage], shape: Shape) -> Coverage:
    """The combined coverage of several tables: intervals need any of them, counts need all."""
    join = union if shape is Shape.INTERVALS else intersection
    settled = join([coverage.settled for coverage in many])
    flags = sorted({flag for coverage in many for flag in coverage.flags})
    return Coverage(
        settled,
        join([coverage.covered for coverage in many]) - settled,
        {
            flag: union([coverage.flags[flag] for coverage in many if flag in coverage.flags]) & settled
            for flag in flags
        },
    )
