"""Effect sizes: the effect after events compared with the effect after matched times without an event.

Matched times have the event's time of day. These are estimates of size; the significance comes from the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from bellwether.verdicts.stats.answer import Effect
from bellwether.verdicts.stats.calendar import SLOT_SECONDS, SLOTS, Calendar, Flags, Floats, Whole
from bellwether.verdicts.stats.jackknife import delete_one_week
from bellwether.verdicts.stats.proportions import Interval, clopper_pearson, mover_difference

SPARSE = 5.0
"""Counts with a smaller mean per slot are sparse: test inversion is biased, and a local level is mostly noise."""
WEEKS = 8
"""The largest distance of a matched time of the same weekday, in weeks."""
ENOUGH = 0.8
"""The share of a window that must be observed for an event to count."""


def share_effect(
    cause_slots: Whole, hit: Flags, seen: Flags, calendar: Calendar, *, minutes: int, clean: Flags, level: float = 0.95
) -> Effect:
    """The share of events followed, minus the share at the same time of day on other days of the same stratum.

    cause_slots: flat slots of the events, int (n,). hit, seen, clean: bool (days * 288,) by the slot before a window:
    the window has an onset; it is observed; no event affects it. Events whose window is not seen are left out.
    expected: the mean over events of the share of their matched times that were followed; events without matched times
    are ignored. Interval of the difference: MOVER of two Clopper-Pearson intervals; the number of trials of expected
    is derived from its variance between days, and is at most the number of distinct matched times.

    >>> from datetime import date
    >>> fortnight, noon = Calendar("UTC", date(2026, 1, 5), 14), np.arange(14) * SLOTS + 144
    >>> hit, seen = np.zeros(14 * SLOTS, dtype=bool), np.ones(14 * SLOTS, dtype=bool)
    >>> hit[noon[[0, 1, 7]]] = True
    >>> effect = share_effect(noon[:3], hit, seen, fortnight, minutes=60, clean=~np.isin(np.arange(hit.size), noon[:3]))
    >>> effect.followed, effect.n, round(effect.expected, 4)
    (2, 3, 0.1429)
    """
    _check(cause_slots, calendar, hit, seen, clean)
    hit, seen, usable = hit.ravel(), seen.ravel(), seen.ravel() & clean.ravel()
    events = cause_slots[seen[cause_slots]]
    n, followed = len(events), int(hit[events].sum())
    observed = followed / n if n else None
    matched = _matched_share(events, hit.reshape(-1, SLOTS), usable.reshape(-1, SLOTS), calendar, level)
    method = "Clopper-Pearson and MOVER"
    if observed is None or matched is None:
        return Effect("share", minutes, n, followed, observed, None, None, None, None, method)
    expected, around = matched
    low, high = mover_difference(observed, clopper_pearson(followed, n, level), expected, around)
    return Effect("share", minutes, n, followed, observed, expected, observed - expected, low, high, method)


def ratio_effect(
    cause_slots: Whole, counts: Floats, calendar: Calendar, *, minutes: int, clean: Flags, level: float = 0.95
) -> Effect:
    """Counts in (0, minutes] after the events, compared with the same weekday and time of day up to 8 weeks away.

    counts: float (days, 288), NaN where unobserved. clean: bool (days * 288,), no event affects the window after that
    time. Rest days are matched with rest days only. Slots of a window without an observed match are left out on both
    sides; events with less than 80 % of their window left do not count. Counts of at least 5 per slot are first
    adjusted for the level of the surrounding 7 days; for sparser counts that level would be noise and contain the
    effect. Interval: delete-one-week jackknife of the logarithm with a t quantile.

    >>> from datetime import date
    >>> month, counts = Calendar("UTC", date(2026, 1, 5), 28), np.ones((28, SLOTS))
    >>> counts[[8, 15], 145:157] = 1.5
    >>> noon = np.array([8, 15]) * SLOTS + 144
    >>> effect = ratio_effect(noon, counts, month, minutes=60, clean=~np.isin(np.arange(counts.size), noon))
    >>> effect.observed, effect.expected, effect.value
    (18.0, 12.0, 0.5)
    """
    _check(cause_slots, calendar, counts, clean)
    length = minutes * 60 // SLOT_SECONDS
    if length < 1:
        raise ValueError(f"a window of {minutes} minutes contains no slot; give at least 5 minutes")
    level_by_day = np.ones(calendar.days) if is_sparse(counts) else _week_level(counts, calendar)
    windows = _windows(cause_slots, counts, calendar, length, clean.ravel(), level_by_day)
    value, n, observed, expected = windows.ratio()
    method = "delete-one-week jackknife"
    if value is None:
        return Effect("ratio", minutes, n, None, None, None, None, None, None, method)
    ends = windows.interval(value, level)
    low, high = (None, None) if ends is None else (ends[0] - 1, ends[1] - 1)
    return Effect("ratio", minutes, n, None, observed / n, expected / n, value - 1, low, high, method)


def matched_days(events: Whole, usable: Flags, calendar: Calendar) -> Flags:
    """bool (n, days): the other days of each event's stratum that are usable, bool (days, 288), at its time of day."""
    day, time = np.divmod(events, SLOTS)
    strata = calendar.strata
    alike = (strata[day][:, None] == strata[None, :]) & (day[:, None] != np.arange(calendar.days)[None, :])
    return np.asarray(alike & usable[:, time].T)


def is_sparse(counts: Floats) -> bool:
    """Whether counts per slot are too small for a local level and for test inversion.

    >>> is_sparse(np.array([[0.0, 3.0, np.nan]])), is_sparse(np.array([[12.0, 9.0, np.nan]]))
    (True, False)
    """
    observed = counts[~np.isnan(counts)]
    return len(observed) == 0 or float(observed.mean()) < SPARSE


def _check(cause_slots: Whole, calendar: Calendar, *by_slot: Floats | Flags) -> None:
    if any(values.size != calendar.slots for values in by_slot):
        raise ValueError(f"the calendar has {calendar.slots} slots; give a value for every slot")
    if np.any((cause_slots < 0) | (cause_slots >= calendar.slots)):
        raise ValueError("events lie outside the calendar's days; leave out events with a slot of -1")


def _matched_share(
    events: Whole, hit: Flags, usable: Flags, calendar: Calendar, level: float
) -> tuple[float, Interval] | None:
    """The expected share and its interval; None if no event has a matched time."""
    time, matched = events % SLOTS, matched_days(events, usable, calendar)
    number = matched.sum(axis=1)
    if not number.any():
        return None
    weight = matched / (np.maximum(number, 1) * np.count_nonzero(number))[:, None]
    hits = hit[:, time].T
    share = min(float((weight * hits).sum()), 1.0)
    by_slot = np.zeros(calendar.slots)
    np.add.at(by_slot, np.arange(calendar.days)[None, :] * SLOTS + time[:, None], weight)
    trials = 1.0 / float((by_slot**2).sum())
    between_days = float((((weight * (hits - share)).sum(axis=0)) ** 2).sum())
    if between_days > 0:
        trials = max(min(trials, share * (1 - share) / between_days), 1.0)
    return share, clopper_pearson(share * trials, trials, level)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Counts after the events and after their matched times, at most one per week.

    observed: float (n, length), NaN where unobserved. matched: (n, weeks, length), 0 where not `known`. week: int (n,).
    """

    observed: Floats
    matched: Floats
    known: Flags
    week: Whole

    def ratio(self, omitted: int | None = None) -> tuple[float | None, int, float, float]:
        """Observed / expected, the number of events, observed and expected; without the week `omitted`."""
        total, number = self.matched.sum(axis=1), self.known.sum(axis=1)
        kept = np.ones(len(self.week), dtype=bool)
        if omitted is not None:
            total, number = total - self.matched[:, omitted], number - self.known[:, omitted]
            kept = self.week != omitted
        usable = self._usable(number) & kept[:, None]
        observed = float(self.observed[usable].sum())
        expected = float((total[usable] / number[usable]).sum())
        return (observed / expected if expected > 0 else None), int(usable.any(axis=1).sum()), observed, expected

    def interval(self, value: float, level: float) -> Interval | None:
        """An interval for the ratio, computed on the log scale; None if the ratio without some week is undefined."""
        without = [self.ratio(week)[0] for week in range(self.matched.shape[1])]
        if value <= 0 or not all(without):
            return None
        logs = [log(ratio) for ratio in without if ratio]
        counted = self._usable(self.known.sum(axis=1)).any(axis=1)
        ends = delete_one_week(log(value), logs, level, df=len(np.unique(self.week[counted])) - 1)
        return None if ends is None else (exp(ends[0]), exp(ends[1]))

    def _usable(self, number: Whole) -> Flags:
        pairs = ~np.isnan(self.observed) & (number > 0)
        return np.asarray(pairs & (pairs.mean(axis=1) >= ENOUGH - 1e-9)[:, None])


def _windows(
    events: Whole, counts: Floats, calendar: Calendar, length: int, clean: Flags, level_by_day: Floats
) -> _Windows:
    day, time = np.divmod(events, SLOTS)
    weeks = np.arange(-(-calendar.days // 7))
    other = weeks[None, :] * 7 + (day % 7)[:, None]
    inside = other < calendar.days
    other = np.minimum(other, calendar.days - 1)
    start = other * SLOTS + time[:, None]
    alike = inside & (other != day[:, None]) & (np.abs(weeks[None, :] - (day // 7)[:, None]) <= WEEKS)
    alike &= (calendar.rest[other] == calendar.rest[day][:, None]) & clean[start]
    after = np.append(counts.ravel(), np.full(length, np.nan))
    offsets = np.arange(1, length + 1)
    matched = after[start[:, :, None] + offsets] * (level_by_day[day][:, None] / level_by_day[other])[:, :, None]
    known = alike[:, :, None] & np.isfinite(matched)
    return _Windows(after[events[:, None] + offsets], np.where(known, matched, 0.0), known, day // 7)


def _week_level(counts: Floats, calendar: Calendar) -> Floats:
    """Counts of the 7 days around each day, relative to the usual counts of their slots of the week; no holidays."""
    plain = calendar.rest == (calendar.weekday >= 5)
    seen = ~np.isnan(counts) & plain[:, None]
    values = np.where(seen, counts, 0.0)
    usual = np.zeros_like(values)
    for weekday in range(7):
        same = calendar.weekday == weekday
        usual[same] = values[same].sum(axis=0) / np.maximum(seen[same].sum(axis=0), 1)
    observed, expected = values.sum(axis=1), (usual * seen).sum(axis=1)
    near = np.abs(np.arange(calendar.days)[:, None] - np.arange(calendar.days)[None, :]) <= 3
    total = near @ expected
    return np.divide(near @ observed, total, out=np.full(calendar.days, np.nan), where=total > 0)
