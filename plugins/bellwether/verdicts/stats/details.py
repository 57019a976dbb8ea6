"""What a reader wants to see beside the verdict: how large, every coincidence, the curve, the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from bellwether.verdicts.stats.answer import Answer, Coincidence, Effect
from bellwether.verdicts.stats.calendar import SLOTS, Flags, Floats
from bellwether.verdicts.stats.checks import MOST_PERMUTATIONS, checks
from bellwether.verdicts.stats.curve import curve, histogram
from bellwether.verdicts.stats.detectable import smallest_ratio, smallest_share
from bellwether.verdicts.stats.effects import matched_days, ratio_effect, share_effect
from bellwether.verdicts.stats.events import Counts, Events
from bellwether.verdicts.stats.inversion import inversion_interval
from bellwether.verdicts.stats.trial import Asked, Trial, field_of, window_p
from bellwether.verdicts.stats.windows import Field, Lag

PUT_IN = 0.1


def detailed(answer: Answer, asked: Asked, trial: Trial, variants: Mapping[str, Events]) -> Answer:
    """The answer with effect, smallest link to be found, curve, histogram, checks and coincidences."""
    if trial.counted == 0:
        return answer
    few = min(asked.permutations, MOST_PERMUTATIONS)
    effect = sized(asked, trial)
    return replace(
        answer,
        effect=effect,
        detectable=_detectable(asked, trial, effect),
        curve=curve(asked.slots, asked.seen, asked.effect, asked.calendar, few, asked.seed),
        histogram=histogram(trial.forward),
        checks=checks(asked, trial, variants),
        coincidences=_coincidences(asked, trial),
    )


def sized(asked: Asked, trial: Trial) -> Effect:
    """The effect in the window with the largest z; counts have the interval that the test itself accepts.

    Of the window picked as best, adjusted for the picking: so the interval holds what it should although the window
    was looked for, and leaves out no change exactly where the two-sided test does. The jackknife's where it has none.
    """
    best = trial.forward.best
    minutes, clean = trial.lags[best].minutes, _clean(asked, trial.lags[best])
    if isinstance(asked.effect, Events):
        hit, seen = trial.field.values[best] > 0.5, trial.field.valid[best]
        return share_effect(asked.slots, hit, seen, asked.calendar, minutes=minutes, clean=clean)
    effect = ratio_effect(asked.slots, asked.effect.values, asked.calendar, minutes=minutes, clean=clean)
    if effect.value is None or effect.value <= -1:
        return effect
    factor = 1 + effect.value
    low, high = _inverted(asked, trial.lags[best], best, factor)
    if low is None or high is None or not low <= factor <= high:
        return effect
    return replace(effect, low=low - 1, high=high - 1, method="test inversion")


def _inverted(asked: Asked, lag: Lag, best: int, start: float) -> tuple[float | None, float | None]:
    """The factors by which the windows' counts may be divided without the test finding anything left, either way."""
    assert isinstance(asked.effect, Counts)
    values = asked.effect.values
    after = _around(asked, lag.first, lag.last).reshape(values.shape)
    design = replace(asked.design, sides="two-sided")
    trying = replace(asked, design=design, permutations=min(asked.permutations, 1999))

    def p_of_theta(theta: float) -> float:
        return window_p(replace(trying, effect=Counts(np.where(after, values / theta, values))), best)

    return inversion_interval(p_of_theta, start, tolerance=3e-3)


def _around(asked: Asked, first: int, last: int) -> Flags:
    """bool (slots,): within `first` to `last` slots of an event."""
    near = np.zeros(asked.calendar.slots, dtype=bool)
    place = (asked.slots[:, None] + np.arange(first, last + 1)).ravel()
    near[place[(place >= 0) & (place < len(near))]] = True
    return near


def _clean(asked: Asked, lag: Lag) -> Flags:
    """Times at which no event is near enough to reach into the window after them, and one would have been seen."""
    return asked.seen.ravel() & ~_around(asked, -lag.last, lag.last)


def _detectable(asked: Asked, trial: Trial, effect: Effect) -> float | None:
    if effect.expected is None:
        return None
    if isinstance(asked.effect, Events):
        share = smallest_share(effect.n, effect.expected)
        return None if share is None else share - effect.expected
    return _detectable_rise(asked, trial)


def _detectable_rise(asked: Asked, trial: Trial) -> float | None:
    """From the scatter of the reshuffles, and by how much the test's mean grows when a rise is put into the counts.

    The test takes a part of every rise for level and season, so that its own scale is no measure of it.
    """
    assert isinstance(asked.effect, Counts)
    best, values = trial.forward.best, asked.effect.values
    lag = trial.lags[best]
    after = _around(asked, lag.first, lag.last).reshape(values.shape)
    risen = field_of(Counts(np.where(after, values * (1 + PUT_IN), values)), asked.calendar, (lag,))
    events = asked.slots[trial.field.valid[best, asked.slots]]
    if len(events) == 0:
        return None
    growth = float((risen.values[0, events] - trial.field.values[best, events]).mean()) / PUT_IN
    if growth <= 0 or trial.forward.spread[best] <= 0:
        return None
    return smallest_ratio(float(trial.forward.spread[best]) / growth, sides=asked.design.sides)


def _coincidences(asked: Asked, trial: Trial) -> tuple[Coincidence, ...]:
    best = trial.forward.best
    counted = trial.field.valid[best, asked.slots]
    if isinstance(asked.effect, Events):
        found = _first_onsets(asked, trial.lags[best], asked.effect)
        return tuple(
            Coincidence(int(at), None if then < 0 else int(then), None, None)
            for at, then, counts in zip(asked.at, found, counted, strict=True)
            if counts
        )
    came, usual = _counts(asked, trial.lags[best], trial.field, best)
    return tuple(
        Coincidence(int(at), None, float(count), None if np.isnan(due) else float(due))
        for at, count, due, counts in zip(asked.at, came, usual, counted, strict=True)
        if counts
    )


def _first_onsets(asked: Asked, lag: Lag, effect: Events) -> Floats:
    """The first onset in each event's window, -1 for none."""
    slot = asked.calendar.slot(effect.at)
    at, slot = effect.at[slot >= 0], slot[slot >= 0]
    place = np.searchsorted(slot, asked.slots + lag.first)
    there = np.append(slot, np.iinfo(np.int64).max)[place] <= asked.slots + lag.last
    return np.where(there, np.append(at, -1)[place], -1)


def _counts(asked: Asked, lag: Lag, field: Field, best: int) -> tuple[Floats, Floats]:
    """Counts in each event's window, and their mean at the same time of the stratum's other, clean days."""
    assert isinstance(asked.effect, Counts)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(asked.effect.values.ravel()))])
    place = np.arange(asked.calendar.slots)
    size = asked.calendar.slots
    window = sums[np.minimum(place + lag.last + 1, size)] - sums[np.minimum(place + lag.first, size)]
    usable = (field.valid[best] & _clean(asked, lag)).reshape(-1, SLOTS)
    time, matched = asked.slots % SLOTS, matched_days(asked.slots, usable, asked.calendar)
    number = matched.sum(axis=1)
    total = (matched * window.reshape(-1, SLOTS)[:, time].T).sum(axis=1)
    return window[asked.slots], np.divide(total, number, out=np.full(len(number), np.nan), where=number > 0)
