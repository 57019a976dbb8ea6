"""Unions, intersections and differences of half-open intervals of time, in whole seconds UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

Whole = NDArray[np.int64]
OPEN = 1 << 40
"""The end, in seconds since 1970, of intervals that are still open: far in the future."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Sorted intervals [start, end) that neither touch nor overlap; int64 seconds since 1970 UTC."""

    starts: Whole
    ends: Whole

    @classmethod
    def joined(cls, starts: ArrayLike, ends: ArrayLike) -> Intervals:
        """The union of intervals; empty intervals are dropped.

        >>> Intervals.joined([10, 0, 5, 30], [20, 5, 7, 30]).pairs()
        [(0, 7), (10, 20)]
        """
        start, end = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
        kept = start < end
        start, end = start[kept], end[kept]
        if not len(start):
            return cls(start, end)
        order = np.argsort(start, kind="stable")
        start, latest = start[order], np.maximum.accumulate(end[order])
        opens = np.append(True, start[1:] > latest[:-1])
        return cls(start[opens], latest[np.append(opens[1:], True)])

    @classmethod
    def of(cls, pairs: Iterable[tuple[datetime, datetime | None]]) -> Intervals:
        """The union of intervals between aware times; an end of None means that the interval is still open."""
        bounds = [(second(start), second(end) if end else OPEN) for start, end in pairs]
        return cls.joined([start for start, _ in bounds], [end for _, end in bounds])

    @classmethod
    def none(cls) -> Intervals:
        return cls.joined([], [])

    def pairs(self) -> list[tuple[int, int]]:
        """The intervals as pairs of start and end."""
        return list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    @property
    def seconds(self) -> int:
        """Their total length."""
        return int((self.ends - self.starts).sum())

    def contains(self, at: Whole) -> NDArray[np.bool_]:
        """Which of the times lie in an interval."""
        index = np.searchsorted(self.starts, at, side="right") - 1
        return (index >= 0) & (at < np.append(self.ends, 0)[index])

    def __or__(self, other: Intervals) -> Intervals:
        return union([self, other])

    def __and__(self, other: Intervals) -> Intervals:
        return self._combined(other, np.logical_and)

    def __sub__(self, other: Intervals) -> Intervals:
        return self._combined(other, lambda in_self, in_other: in_self & ~in_other)

    def within(self, start: int, end: int) -> Intervals:
        """Their intersection with [start, end)."""
        return Intervals.joined(np.maximum(self.starts, start), np.minimum(self.ends, end))

    def _combined(self, other: Intervals, rule: Callable[..., NDArray[np.bool_]]) -> Intervals:
        edges = np.unique(np.concatenate([self.starts, self.ends, other.starts, other.ends]))
        kept = np.flatnonzero(rule(self.contains(edges), other.contains(edges)))
        return Intervals.joined(edges[kept], np.append(edges, 0)[kept + 1])


def union(many: Sequence[Intervals]) -> Intervals:
    """The time in any of them."""
    if not many:
        return Intervals.none()
    starts, ends = [intervals.starts for intervals in many], [intervals.ends for intervals in many]
    return Intervals.joined(np.concatenate(starts), np.concatenate(ends))


def intersection(many: Sequence[Intervals]) -> Intervals:
    """The time in all of them; empty if there are none."""
    if not many:
        return Intervals.none()
    common = many[0]
    for intervals in many[1:]:
        common = common & intervals
    return common


def second(time: datetime) -> int:
    """The whole seconds from 1970 to an aware time."""
    return int(time.timestamp() // 1)
