"""The permutation test: the effect after events compared with the effect after the same times on other days.

Westfall and Young (1993): the largest z over windows is compared with the largest z of every reshuffle, which corrects
p for the number of windows. Phipson and Smyth (2010): the original order is one of the reshuffles, so p is never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.verdicts.stats.calendar import SLOTS, Flags, Floats, Whole
from bellwether.verdicts.stats.reshuffle import Stratum
from bellwether.verdicts.stats.windows import Field, Shifted

TIE = 1e-7
"""z values that differ by less are equal: they are sums of the same numbers in another order."""
CHUNK = 2000
WEEK_SLOTS = 7 * SLOTS


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A stratum: the effect that each day's events would have on each day of the stratum.

    rows: indices into the stratum's days of the days with events, int (e,).
    values, number: float (e, k, windows): sums over the day's events, and the number of events that counted.
    """

    stratum: Stratum
    rows: Whole
    values: Floats
    number: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """For every reshuffle (the first is the original order) and window: the sum, and the number of counted events."""

    total: Floats
    number: Floats

    @property
    def mean(self) -> Floats:
        """total / number; NaN where no event counted."""
        return np.divide(self.total, self.number, out=np.full_like(self.total, np.nan), where=self.number > 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class MaxT:
    """z, p and expected by window, the p of the best window, and the largest z of every reshuffle."""

    observed: Floats
    expected: Floats
    spread: Floats
    z: Floats
    p_window: Floats
    p: float
    largest: Floats
    best: int
    smallest_p: float


def blocks(cause: Whole, seen: Flags, field: Field | Shifted, strata: Sequence[Stratum]) -> tuple[Block, ...]:
    """The day-by-day matrices of all strata.

    cause: flat slots of the events. seen: bool (slots,), where an event of the cause could have been observed; moved to
    other slots, an event does not count.
    """
    built = []
    for stratum in strata:
        events = cause[np.isin(cause // SLOTS, stratum.days)]
        if len(events):
            slots = stratum.days[None, :] * SLOTS + (events % SLOTS)[:, None]
            built.append(_block(stratum, np.searchsorted(stratum.days, events // SLOTS), slots, seen, field))
    return tuple(built)


def week_blocks(cause: Whole, seen: Flags, field: Field | Shifted, weeks: Stratum) -> tuple[Block, ...]:
    """The same for permuted whole weeks; events after the last whole week are left out."""
    events = cause[cause < len(weeks.days) * WEEK_SLOTS]
    if len(events) == 0:
        return ()
    slots = weeks.days[None, :] * WEEK_SLOTS + (events % WEEK_SLOTS)[:, None]
    return (_block(weeks, events // WEEK_SLOTS, slots, seen, field),)


def _block(stratum: Stratum, row: Whole, slots: Whole, seen: Flags, field: Field | Shifted) -> Block:
    """row: int (n,), the index of each event's day in the stratum; slots: int (n, k), its slot on each day."""
    flat, shape = slots.ravel(), (-1, *slots.shape)
    values, valid = field.look(flat)
    counted = (valid & seen.ravel()[flat]).astype(np.float64)
    rows, of = np.unique(row, return_inverse=True)
    sums = []
    for by_event in (values * counted, counted):
        by_day = np.zeros((len(rows), slots.shape[1], len(counted)))
        np.add.at(by_day, of, by_event.reshape(shape).transpose(1, 2, 0))
        sums.append(by_day)
    return Block(stratum, rows, *sums)


def summed(table: Sequence[Block], windows: int, permutations: int) -> Sums:
    """The sums of every reshuffle: for each day with events, the values at the day to which it is moved."""
    total, number = np.zeros((permutations + 1, windows)), np.zeros((permutations + 1, windows))
    for block in table:
        whole = bool((block.number == block.number[:, :1]).all())
        for start in range(0, permutations + 1, CHUNK):
            part = slice(start, min(start + CHUNK, permutations + 1))
            targets = block.stratum.places[part][:, block.rows].astype(np.intp)
            total[part] += _chosen(targets, block.values)
            number[part] += block.number[:, 0].sum(axis=0) if whole else _chosen(targets, block.number)
    return Sums(total, number)


def _chosen(targets: NDArray[np.intp], values: Floats) -> Floats:
    """Sums over the rows of values[row, targets[:, row]].

    Look-ups of short rows instead of a matrix product: faster, and identical to the last bit on every machine.
    """
    total = values[0].take(targets[:, 0], axis=0)
    for row in range(1, len(values)):
        total += values[row].take(targets[:, row], axis=0)
    return total


def max_t(sums: Sums, two_sided: bool) -> MaxT:
    """Standardise each window over the reshuffles, and compare the largest z.

    A window without variation has a z of NaN; a reshuffle in which no event counts is given the mean.
    """
    seen = sums.mean
    known = ~np.isnan(seen)
    number = np.maximum(known.sum(axis=0), 1)
    expected = np.where(known, seen, 0.0).sum(axis=0) / number
    off = np.where(known, seen - expected, 0.0)
    spread = np.sqrt((off * off).sum(axis=0) / number)
    varies = (spread > 1e-9) & known[0]
    z = np.divide(off, spread, out=np.full_like(off, np.nan), where=varies)
    ranked = np.where(varies, np.abs(z) if two_sided else z, -np.inf)
    largest = ranked.max(axis=1)
    p_window = (largest[:, None] >= ranked[0] - TIE).mean(axis=0)
    return MaxT(
        observed=seen[0],
        expected=np.where(known.any(axis=0), expected, np.nan),
        spread=spread,
        z=z[0],
        p_window=np.where(varies, p_window, np.nan),
        p=float((largest >= largest[0] - TIE).mean()),
        largest=largest,
        best=int(np.argmax(ranked[0])),
        smallest_p=float((largest >= largest.max() - TIE).mean()),
    )
