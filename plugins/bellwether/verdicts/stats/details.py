"""Details beside the verdict: the effect size, all coincidences, the curve and the checks."""

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

TRIAL_RISE = 0.1


def detailed(answer: Answer, asked: Asked, trial: Trial, variants: Mapping[str, Events]) -> Answer:
    """The answer with effect, smallest detectable link, curve, histogram, checks and coincidences."""
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
    """The effect in the window with the largest z; for counts with an interval by test inversion.

    The inverted test is adjusted for the choice of the window, so that the interval keeps its coverage, and excludes
    "no change" exactly if the two-sided test rejects it. If the inversion fails, the interval is the jackknife's.
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
    """The lowest and highest factor by which the windows' counts can be divided so that the test does not reject."""
    assert isinstance(asked.effect, Counts)
    values = asked.effect.values
    after = _around(asked, lag.first, lag.last).reshape(values.shape)
    design = replace(asked.design, sides="two-sided")
    inputs = replace(asked, design=design, permutations=min(asked.permutations, 1999))

    def p_of_theta(theta: float) -> float:
        return window_p(replace(inputs, effect=Counts(np.where(after, values / theta, values))), best)

    return inversion_interval(p_of_theta, start, tolerance=3e-3)


def _around(asked: Asked, first: int, last: int) -> Flags:
    """bool (slots,): within `first` to `last` slots of an event."""
    around = np.zeros(asked.calendar.slots, dtype=bool)
    slots = (asked.slots[:, None] + np.arange(first, last + 1)).ravel()
    around[slots[(slots >= 0) & (slots < len(around))]] = True
    return around


def _clean(asked: Asked, lag: Lag) -> Flags:
    """Times whose following window is unaffected by any event, and at which an event would have been observed."""
    return asked.seen.ravel() & ~_around(asked, -lag.last, lag.last)


def _detectable(asked: Asked, trial: Trial, effect: Effect) -> float | None:
    if effect.expected is None:
        return None
    if isinstance(asked.effect, Events):
        share = smallest_share(effect.n, effect.expected)
        return None if share is None else share - effect.expected
    return _detectable_rise(asked, trial)


def _detectable_rise(asked: Asked, trial: Trial) -> float | None:
    """From the reshuffles' standard deviation, and the growth of the test's mean when a rise is added to the counts.

    The test attributes a part of every rise to level and season, so that the rise must be measured by adding one.
    """
    assert isinstance(asked.effect, Counts)
    best, values = trial.forward.best, asked.effect.values
    lag = trial.lags[best]
    after = _around(asked, lag.first, lag.last).reshape(values.shape)
    risen = field_of(Counts(np.where(after, values * (1 + TRIAL_RISE), values)), asked.calendar, (lag,))
    events = asked.slots[trial.field.valid[best, asked.slots]]
    if len(events) == 0:
        return None
    growth = float((risen.values[0, events] - trial.field.values[best, events]).mean()) / TRIAL_RISE
    if growth <= 0 or trial.forward.spread[best] <= 0:
        return None
    return smallest_ratio(float(trial.forward.spread[best]) / growth, sides=asked.design.sides)


def _coincidences(asked: Asked, trial: Trial) -> tuple[Coincidence, ...]:
    best = trial.forward.best
    counted = trial.field.valid[best, asked.slots]
    if isinstance(asked.effect, Events):
        onsets = _first_onsets(asked, trial.lags[best], asked.effect)
        return tuple(
            Coincidence(int(at), None if onset < 0 else int(onset), None, None)
            for at, onset, counts in zip(asked.at, onsets, counted, strict=True)
            if counts
        )
    observed, expected = _counts(asked, trial.lags[best], trial.field, best)
    return tuple(
        Coincidence(int(at), None, float(count), None if np.isnan(usual) else float(usual))
        for at, count, usual, counts in zip(asked.at, observed, expected, counted, strict=True)
        if counts
    )


def _first_onsets(asked: Asked, lag: Lag, effect: Events) -> Floats:
    """The first onset in each event's window; -1 if there is none."""
    slot = asked.calendar.slot(effect.at)
    at, slot = effect.at[slot >= 0], slot[slot >= 0]
    index = np.searchsorted(slot, asked.slots + lag.first)
    is_inside = np.append(slot, np.iinfo(np.int64).max)[index] <= asked.slots + lag.last
    return np.where(is_inside, np.append(at, -1)[index], -1)


def _counts(asked: Asked, lag: Lag, field: Field, best: int) -> tuple[Floats, Floats]:
    """Counts in each event's window, and their mean at the same time of day on the stratum's other clean days."""
    assert isinstance(asked.effect, Counts)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(asked.effect.values.ravel()))])
    size = asked.calendar.slots
    slots = np.arange(size)
    window = sums[np.minimum(slots + lag.last + 1, size)] - sums[np.minimum(slots + lag.first, size)]
    usable = (field.valid[best] & _clean(asked, lag)).reshape(-1, SLOTS)
    time, matched = asked.slots % SLOTS, matched_days(asked.slots, usable, asked.calendar)
    number = matched.sum(axis=1)
    total = (matched * window.reshape(-1, SLOTS)[:, time].T).sum(axis=1)
    return window[asked.slots], np.divide(total, number, out=np.full(len(number), np.nan), where=number > 0)
