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
    """Counts of each five minutes of the window: `values` float64 (slots,), 0 also where it is not covered."""

    first: int
    """When the first slot starts, seconds since 1970 UTC."""
    values: NDArray[np.float64]

    @property
    def at(self) -> Whole:
        """When each slot starts."""
        return self.first + SLOT_SECONDS * np.arange(len(self.values), dtype=np.int64)

    def inside(self, intervals: Intervals) -> NDArray[np.bool_]:
        """Which slots lie wholly within the intervals."""
        place = np.searchsorted(intervals.starts, self.at, side="right") - 1
        return (place >= 0) & (self.at + SLOT_SECONDS <= np.append(intervals.ends, 0)[place])


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Which time a table's stream covers for a service.

    settled: covered, and the vendor will not restate it. provisional: covered, but it may be restated.
    flags: the settled time that the vendor called in doubt, by flag.
    """

    settled: Intervals
    provisional: Intervals
    flags: dict[str, Intervals] = field(default_factory=dict)

    @property
    def covered(self) -> Intervals:
        return self.settled | self.provisional


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """All signals of a window; equal content has equal Parquet files, whatever order it came in.

    `coverage` is by signal, service and table, and may extend past the window's end, to what has been covered since.
    """

    window: Window
    shapes: dict[str, Shape]
    points: dict[Key, Points]
    intervals: dict[Key, Intervals]
    grids: dict[Key, Grid]
    coverage: dict[tuple[str, str, str], Coverage]

    def coverage_of(self, signal: str, service: str) -> Coverage:
        """A service's coverage over all its tables: for intervals any table is enough, for counts all are needed."""
        tables = [coverage for key, coverage in sorted(self.coverage.items()) if key[:2] == (signal, service)]
        return together(tables, self.shapes.get(signal, Shape.POINTS))


def together(many: list[Coverage], shape: Shape) -> Coverage:
    """The coverage of several tables together: an outage is in any of them, a sum needs all."""
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
