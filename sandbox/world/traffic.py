"""What the site's own tag counts, minute by minute."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sandbox.world.bursts import Bursts
from sandbox.world.days import DAY_MINUTES, DAYS_KEPT, FIRST_DAY, first_second
from sandbox.world.noise import drifting, generator, wandering
from sandbox.world.outages import Outages
from sandbox.world.releases import Releases
from sandbox.world.rhythm import growth, load
from sandbox.world.truths import Truths

USERS_A_MINUTE = 40.0
NEW_SHARE = 0.06
# What is still counted while the site is down: pages in the browser's cache.
_LEFT_WHEN_DOWN = 0.015
# Minutes after a release, and how much of its lift on new users is there.
_LIFT_SHAPE = ((0, 120, 150, 210, 240), (1.0, 1.0, 0.5, 0.5, 0.0))


class Traffic:
    """Counts of a day as an array of 6 rows (in the order of Minute's fields after `at`) by 1,440 minutes."""

    def __init__(
        self,
        seed: int,
        truths: Truths,
        spikes: Bursts,
        new_bursts: Bursts,
        outages: Outages,
        releases: Releases,
    ) -> None:
        self._seed = seed
        self._truths = truths
        self._spikes = spikes
        self._new_bursts = new_bursts
        self._outages = outages
        self._releases = releases
        self.of_day = lru_cache(maxsize=DAYS_KEPT)(self._of_day)

    def _of_day(self, day: int) -> np.ndarray:
        if day < FIRST_DAY:
            return np.zeros((6, DAY_MINUTES), dtype=np.int32)
        activity = USERS_A_MINUTE * growth(day) * load(day) * np.exp(self._shared_mood(day))
        known = self._known(day, activity * (1 - NEW_SHARE))
        new = self._new(day, activity * NEW_SHARE)
        if self._truths.site_outage_hides_traffic:
            rng = generator(self._seed, day, "hidden")
            seen = self._seen(day)
            known, new = rng.binomial(known, seen), rng.binomial(new, seen)
        return self._all_counts(day, known, new)

    def _shared_mood(self, day: int) -> np.ndarray:
        hours = wandering(self._seed, day, "activity", memory=120, sd=0.08)
        return hours + drifting(self._seed, day, "activity of days", memory=3, sd=0.07)

    def _known(self, day: int, expected: np.ndarray) -> np.ndarray:
        rng = generator(self._seed, day, "known users")
        own = wandering(self._seed, day, "own mood of traffic", memory=120, sd=0.04)
        uneven = rng.gamma(40, 1 / 40, DAY_MINUTES)
        return rng.poisson(expected * np.exp(own) * self._spikes.lift(day) * uneven)

    def _new(self, day: int, expected: np.ndarray) -> np.ndarray:
        own = wandering(self._seed, day, "own mood of new users", memory=120, sd=0.04)
        usual = expected * np.exp(own) * self._new_bursts.lift(day)
        # Drawn apart, so that a world without the link has the same new users less the extra ones.
        extra = usual * self._truths.releases_raise_new_users * self._release_shape(day)
        of_itself = generator(self._seed, day, "new users").poisson(usual)
        return of_itself + generator(self._seed, day, "new users by releases").poisson(extra)

    def _release_shape(self, day: int) -> np.ndarray:
        """How much of a release's lift is there in each minute; releases close together do not add up."""
        middles = first_second(day) + 60 * np.arange(DAY_MINUTES) + 30
        shape = np.zeros(DAY_MINUTES)
        for published in self._releases.moments_of(day - 1) + self._releases.moments_of(day):
            since = (middles - published) / 60
            shape = np.maximum(shape, np.interp(since, *_LIFT_SHAPE, left=0.0, right=0.0))
        return shape

    def _seen(self, day: int) -> np.ndarray:
        """The share of each minute's activity that the tag could report."""
        starts = first_second(day) + 60 * np.arange(DAY_MINUTES)
        down = np.zeros(DAY_MINUTES)
        for span in self._outages.of_day("site", day - 1) + self._outages.of_day("site", day):
            down += np.clip(np.minimum(starts + 60, span.end) - np.maximum(starts, span.start), 0, 60) / 60
        return 1 - (1 - _LEFT_WHEN_DOWN) * down.clip(max=1)

    def _all_counts(self, day: int, known: np.ndarray, new: np.ndarray) -> np.ndarray:
        rng = generator(self._seed, day, "what users do")
        active = known + new
        total = active + rng.binomial(active, 0.07)
        sessions = new + rng.binomial(known, 0.31)
        views = active + rng.poisson(0.9 * active)
        events = views + sessions + new + rng.poisson(0.8 * active)
        return np.stack([active, new, total, sessions, views, events]).astype(np.int32)
