"""Separate tests of the order: a smaller p in one direction than in the other is no evidence of which comes first."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from bellwether.verdicts.stats.answer import Order
from bellwether.verdicts.stats.calendar import SLOT_SECONDS, Whole
from bellwether.verdicts.stats.maxt import Sums
from bellwether.verdicts.stats.proportions import sign_test

HOUR = 3600
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Direction:
    """The order, the p of its test, and the numbers of events with the effect only after and only before them."""

    order: Order
    p: float | None
    first: int
    last: int


NONE = Direction(Order.NOT_RESOLVED, None, 0, 0)


def by_signs(cause: Whole, effect: Whole) -> Direction:
    """The sign test: events with an onset in (0, 60 min] after them against events with an onset in [-60 min, 0).

    cause, effect: sorted seconds. If one of the two has a resolution of five minutes only, both are rounded down to
    slots. Onsets in the event's own slot, and events with onsets on both sides, are no evidence and are ignored.

    >>> at = np.arange(0, 70_000, 10_000)
    >>> by_signs(at, at + 60).order
    <Order.CAUSE_FIRST: 'cause first'>
    """
    if len(cause) == 0 or len(effect) == 0:
        return NONE
    if (cause % SLOT_SECONDS == 0).all() or (effect % SLOT_SECONDS == 0).all():
        cause, effect = (at // SLOT_SECONDS * SLOT_SECONDS for at in (cause, effect))
    after = np.searchsorted(effect, cause + HOUR, side="right") > np.searchsorted(effect, cause, side="right")
    before = np.searchsorted(effect, cause, side="left") > np.searchsorted(effect, cause - HOUR, side="left")
    first, last = int((after & ~before).sum()), int((before & ~after).sum())
    p = sign_test(first, last)
    if p is None or p > ALPHA:
        return Direction(Order.NOT_RESOLVED, p, first, last)
    return Direction(Order.CAUSE_FIRST if first > last else Order.EFFECT_FIRST, p, first, last)


def by_contrast(sums: Sums, best: int, two_sided: bool) -> Direction:
    """For counts: the mean after the events minus the mean before, compared with the reshuffles; |z| > 1.96.

    best: the column of the window after the event; the window of equal length before it is half the columns further.
    If two-sided, the side with the larger deviation comes first, whether it is a rise or a fall.
    """
    half = sums.total.shape[1] // 2
    mean = sums.mean[:, [best, best + half]]
    known = np.flatnonzero(~np.isnan(mean).any(axis=1))
    if 0 not in known:
        return NONE
    off = mean[known] - mean[known].mean(axis=0)
    contrast = off[:, 0] - off[:, 1]
    spread = float(contrast.std())
    if spread < 1e-12:
        return NONE
    z = float(contrast[0]) / spread
    p = erfc(abs(z) / sqrt(2))
    out = off[0] / np.maximum(off.std(axis=0), 1e-12)
    sign = float(np.sign(out[np.argmax(np.abs(out))])) if two_sided else 1.0
    if abs(z) <= 1.96:
        return Direction(Order.NOT_RESOLVED, p, 0, 0)
    return Direction(Order.CAUSE_FIRST if z * sign > 0 else Order.EFFECT_FIRST, p, 0, 0)
