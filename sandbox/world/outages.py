"""When the site and its API were down: by themselves, because of a spike, or because the other was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world.bursts import Bursts
from sandbox.world.days import DAY_MINUTES, DAYS_KEPT, FIRST_DAY, day_of, moment_of
from sandbox.world.noise import clipped_exponential, drifting, generator, moments
from sandbox.world.phrases import REASONS
from sandbox.world.records import Outage
from sandbox.world.rhythm import load
from sandbox.world.truths import Truths

SERVICES = ("site", "api")
ROOTS_A_WEEK = 4.0
REOPENINGS = 0.4
MEDIAN_MINUTES = {"site": 7.0, "api": 9.0}
_LONGEST = 6 * 3600


@dataclass(frozen=True, slots=True)
class Span:
    """Down from second `start` up to second `end`."""

    start: int
    end: int


class Outages:
    """Both services' outages by the day they begin on; those of one service never touch each other."""

    def __init__(self, seed: int, truths: Truths, spikes: Bursts) -> None:
        self._seed = seed
        self._truths = truths
        self._spikes = spikes
        self._set_off_on = lru_cache(maxsize=2 * DAYS_KEPT)(self._set_off)
        self.of_day = lru_cache(maxsize=2 * DAYS_KEPT)(self._of_day)

    def _of_day(self, service: str, day: int) -> tuple[Span, ...]:
        # What is set off on a day may run into the next two; merging looks as far in both directions.
        near = (span for d in range(day - 2, day + 3) for span in self._set_off_on(service, d))
        return tuple(span for span in merged(near) if day_of(span.start) == day)

    def _set_off(self, service: str, day: int) -> tuple[Span, ...]:
        if day < FIRST_DAY:
            return ()
        starts = self._roots(service, day) + self._caused(service, day)
        return tuple(span for start in starts for span in self._episode(service, start))

    def _roots(self, service: str, day: int) -> list[int]:
        name = f"{service} outages"
        temper = np.exp(drifting(self._seed, day, f"{name} temper", memory=4, sd=0.5) - 0.125)
        expected = load(day) * temper * ROOTS_A_WEEK / (7 * DAY_MINUTES)
        return moments(generator(self._seed, day, name), day, expected)

    def _caused(self, service: str, day: int) -> list[int]:
        """Starts of the outages that the day's causes bring about; each cause has chances of its own."""
        if service == "api":
            causes = [burst.at for burst in self._spikes.of_day(day)]
            share, mean, limit = self._truths.spikes_cause_api_outages, 15 * 60, 30 * 60
        else:
            causes = [span.start for span in self.of_day("api", day)]
            share, mean, limit = self._truths.api_outages_cause_site_outages, 10 * 60, 60 * 60
        chances = [(at, generator(self._seed, at, f"{service} outage after")) for at in causes]
        return [
            at + 20 + round(clipped_exponential(rng, mean, limit - 20)) for at, rng in chances if rng.random() < share
        ]

    def _episode(self, service: str, start: int) -> list[Span]:
        """The outage and the times it comes back, mostly within the hour and shorter."""
        rng = generator(self._seed, start, f"{service} episode")
        spans = [Span(start, start + _lasting(rng, MEDIAN_MINUTES[service]))]
        for _ in range(rng.poisson(REOPENINGS)):
            again = spans[-1].end + 300 + round(clipped_exponential(rng, 40 * 60, 3 * 3600))
            spans.append(Span(again, again + _lasting(rng, MEDIAN_MINUTES[service] / 2)))
        return spans

    def record(self, service: str, span: Span, now: int) -> Outage:
        """The outage as it is known at second `now`."""
        reasons, shares = REASONS[service]
        reason, code = reasons[generator(self._seed, span.start, f"{service} reason").choice(len(reasons), p=shares)]
        ended_at = moment_of(span.end) if span.end <= now else None
        return Outage(service, moment_of(span.start), ended_at, reason, code)


def merged(spans: Iterable[Span], gap: int = 90) -> list[Span]:
    """The spans in order, those less than `gap` seconds apart as one: no monitor could tell them apart."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if joined and span.start <= joined[-1].end + gap:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _lasting(rng: np.random.Generator, median: float) -> int:
    return int(np.clip(60 * median * np.exp(0.9 * rng.standard_normal()), 45, _LONGEST))
