"""The test of a cause against an effect: the windows' fields, the reshuffles' sums, the tests of both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bellwether.verdicts.stats.calendar import Calendar, Flags, Whole
from bellwether.verdicts.stats.events import Counts, Events
from bellwether.verdicts.stats.maxt import Block, MaxT, Sums, blocks, max_t, summed, week_blocks
from bellwether.verdicts.stats.reshuffle import reshuffles, weeks
from bellwether.verdicts.stats.windows import Field, Lag, backward, count_field, forward, onset_field


@dataclass(frozen=True, slots=True)
class Design:
    """The design of a test, fixed before the data are analysed.

    minutes: the lengths of the nested windows. sides: "two-sided" if a fall is of interest too.
    merge_minutes: causes at most this far apart are merged; None merges nothing. strict: the headline p is the larger
    of the p under permutation of days and of whole weeks, if there are enough weeks: for two series that both cluster
    over days, like outages.
    """

    minutes: tuple[int, ...]
    sides: Literal["greater", "two-sided"] = "greater"
    merge_minutes: int | None = 60
    strict: bool = False

    def __post_init__(self) -> None:
        if not self.minutes or any(length < 5 or length % 5 for length in self.minutes):
            raise ValueError(f"minutes={self.minutes}: give window lengths in multiples of 5 minutes, for instance 30")
        if self.sides not in ("greater", "two-sided"):
            raise ValueError(f'sides={self.sides!r} is neither "greater" nor "two-sided"')

    @property
    def merge_seconds(self) -> int | None:
        return None if self.merge_minutes is None else self.merge_minutes * 60

    @property
    def two_sided(self) -> bool:
        return self.sides == "two-sided"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The inputs of a test: the cause's events by second and by flat slot, the observed slots, and the effect."""

    at: Whole
    slots: Whole
    seen: Flags
    effect: Events | Counts
    calendar: Calendar
    design: Design
    permutations: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The results of a test; `lags`, `field` and `sums` have the windows after the event first, then those before."""

    lags: tuple[Lag, ...]
    field: Field
    table: tuple[Block, ...]
    sums: Sums
    forward: MaxT
    backward: MaxT

    @property
    def counted(self) -> int:
        """The number of events that count in at least one window after them."""
        return int(self.sums.number[0, : self.forward.z.size].max(initial=0))


def attempt(asked: Asked) -> Trial:
    """Test the events against the effect by reshuffling days within their strata."""
    lags = forward(asked.design.minutes, asked.effect) + backward(asked.design.minutes)
    field = field_of(asked.effect, asked.calendar, lags)
    strata = reshuffles(asked.calendar.strata, asked.permutations, asked.seed)
    table = blocks(asked.slots, asked.seen, field, strata)
    sums = summed(table, len(lags), asked.permutations)
    ahead = len(asked.design.minutes)
    after, before = (
        max_t(Sums(sums.total[:, part], sums.number[:, part]), asked.design.two_sided)
        for part in (np.s_[:ahead], np.s_[ahead:])
    )
    return Trial(lags, field, table, sums, after, before)


def field_of(effect: Events | Counts, calendar: Calendar, lags: tuple[Lag, ...]) -> Field:
    """The effect in each window around each slot."""
    if isinstance(effect, Counts):
        return count_field(effect, calendar, lags)
    return onset_field(effect, calendar, lags)


def window_p(asked: Asked, window: int) -> float:
    """The p of a window after the event, adjusted for all windows after the event."""
    windows = len(asked.design.minutes)
    field = field_of(asked.effect, asked.calendar, forward(asked.design.minutes, asked.effect))
    table = blocks(asked.slots, asked.seen, field, reshuffles(asked.calendar.strata, asked.permutations, asked.seed))
    p = max_t(summed(table, windows, asked.permutations), asked.design.two_sided).p_window[window]
    return 1.0 if np.isnan(p) else float(p)


def weekly(asked: Asked, trial: Trial) -> MaxT:
    """The test of the windows after the event under permutation of whole weeks."""
    field = trial.field.first(len(asked.design.minutes))
    table = week_blocks(asked.slots, asked.seen, field, weeks(asked.calendar.days, asked.permutations, asked.seed))
    return max_t(summed(table, len(asked.design.minutes), asked.permutations), asked.design.two_sided)
