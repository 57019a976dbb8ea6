"""Expected counts by time of week and level, and residuals."""

from __future__ import annotations

import numpy as np

from bellwether.verdicts.stats.calendar import SLOTS, Calendar, Floats
from bellwether.verdicts.stats.events import Counts

WEEK = 7
HALF_AN_HOUR = 6


def expected(counts: Counts, calendar: Calendar, level_slots: int = SLOTS) -> Floats:
    """Mean of the slot of the week, smoothed over half an hour on each side, times the local level.

    level_slots: the level is the ratio of counts to that mean over a centred window of so many slots; 0 omits it.
    Float (days, 288); NaN where no day has observations.
    """
    profile = _profile(counts.values, calendar)
    if level_slots:
        seen = counts.observed & ~np.isnan(profile)
        half = level_slots // 2
        actual = moving_sum(np.where(seen, counts.values, 0.0).ravel(), half, half)
        usual = moving_sum(np.where(seen, profile, 0.0).ravel(), half, half)
        level = np.divide(actual, usual, out=np.ones_like(actual), where=usual > 1e-9)
        profile = profile * level.reshape(profile.shape)
    return profile


def residual(counts: Counts, calendar: Calendar, level_slots: int = SLOTS) -> Floats:
    """Anscombe's 2 sqrt(y + 3/8) minus that of the expected count: about unit variance. NaN where unobserved."""
    return stabilised(counts.values) - stabilised(expected(counts, calendar, level_slots))


def stabilised(values: Floats) -> Floats:
    """Anscombe's (1948) transform of a Poisson count, with approximately unit variance."""
    return 2.0 * np.sqrt(values + 0.375)


def moving_sum(values: Floats, back: int, ahead: int) -> Floats:
    """Sums over [t - back, t + ahead] along the last axis; values beyond its ends count as 0."""
    size = values.shape[-1]
    total = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    index = np.arange(size)
    return total[..., np.minimum(index + ahead + 1, size)] - total[..., np.maximum(index - back, 0)]


def circular_sum(values: Floats, half: int) -> Floats:
    """Sums over [t - half, t + half] along the last axis, which is circular."""
    size = values.shape[-1]
    padded = values[..., np.arange(-half, size + half) % size]
    return moving_sum(padded, half, half)[..., half : half + size]


def _profile(values: Floats, calendar: Calendar) -> Floats:
    weeks = -(-calendar.days // WEEK)
    padded = np.full((weeks * WEEK, SLOTS), np.nan)
    padded[: calendar.days] = values
    seen = ~np.isnan(padded)
    actual = np.where(seen, padded, 0.0).reshape(weeks, WEEK * SLOTS).sum(axis=0)
    observed = seen.reshape(weeks, WEEK * SLOTS).sum(axis=0, dtype=np.float64)
    by_week = _mean(circular_sum(actual, HALF_AN_HOUR), circular_sum(observed, HALF_AN_HOUR))
    daily = [circular_sum(part.reshape(WEEK, SLOTS).sum(axis=0), HALF_AN_HOUR) for part in (actual, observed)]
    by_week = np.where(np.isnan(by_week), np.tile(_mean(*daily), WEEK), by_week)
    return np.tile(by_week.reshape(WEEK, SLOTS), (weeks, 1))[: calendar.days]


def _mean(total: Floats, number: Floats) -> Floats:
    """total / number, rounded so that sums of zeros stay 0; NaN where number is 0."""
    return np.divide(np.round(total, 9), number, out=np.full_like(total, np.nan), where=number > 0.5)
