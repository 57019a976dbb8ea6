"""How much each simulated vendor allows, and the counting of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may do; the defaults are the vendors' own figures.

    statuscake_*: requests a second and a minute, for the whole account.
    postman_*: requests a minute and a month.
    github_*: requests an hour with and without a token; points a minute and requests at once before the
        secondary limit; how many results a filtered list of workflow runs can reach.
    google_*: tokens of one property a day, an hour, and an hour and project; requests at once; the events
        above which a report is sampled; the rows above which the rest is folded into "(other)".
    weather_*: requests a minute and a month.
    flights_*: requests a second, and the month's units: a list of flights costs two, a search one.
    wikipedia_per_second: requests a second; Wikimedia gives no figure that always holds.
    *_page: the largest page, in records.
    latency_seconds: how long every vendor thinks before it answers.
    """

    statuscake_per_second: int = 5
    statuscake_per_minute: int = 60
    statuscake_page: int = 100
    postman_per_minute: int = 300
    postman_per_month: int = 100_000
    postman_page: int = 25
    github_per_hour: int = 5_000
    github_anonymous_per_hour: int = 60
    github_points_per_minute: int = 900
    github_concurrent: int = 100
    github_page: int = 100
    github_reachable_runs: int = 1_000
    google_tokens_per_day: int = 200_000
    google_tokens_per_hour: int = 40_000
    google_tokens_per_project_per_hour: int = 14_000
    google_concurrent: int = 10
    google_page: int = 250_000
    google_sampling_events: int = 10_000_000
    google_cardinality: int = 100_000
    weather_per_minute: int = 60
    weather_per_month: int = 1_000_000
    flights_per_second: int = 1
    flights_units_per_month: int = 600
    wikipedia_per_second: int = 10
    latency_seconds: float = 0.0


# The vendors' own 60 requests a minute, or 600 units a month, would make eight weeks of history a matter of hours or
# never.
GENEROUS = Limits(
    statuscake_per_second=100,
    statuscake_per_minute=6_000,
    flights_per_second=200,
    flights_units_per_month=10_000_000,
)


class Budget:
    """What may be spent in each window of `seconds`; windows are fixed, aligned to the epoch.

    It runs on the machine's clock even where the world's is frozen: clients really wait.
    """

    def __init__(self, allowed: int, seconds: int, now: Callable[[], float] = time.time) -> None:
        self.allowed = allowed
        self.seconds = seconds
        self._now = now
        self._window = -1
        self._spent = 0

    @property
    def spent(self) -> int:
        """How much of the current window's allowance is gone."""
        window = int(self._now() // self.seconds)
        if window != self._window:
            self._window, self._spent = window, 0
        return self._spent

    @property
    def remaining(self) -> int:
        """What is left in the current window."""
        return max(0, self.allowed - self.spent)

    @property
    def reset_seconds(self) -> int:
        """Whole seconds until the window ends, at least one."""
        return max(1, math.ceil(self.seconds - self._now() % self.seconds))

    def epoch(self, seconds: int) -> int:
        """The epoch second that is so many seconds away."""
        return int(self._now()) + seconds

    def spend(self, cost: int = 1) -> None:
        """Take `cost` from the window, below nothing if need be."""
        self._spent = self.spent + cost
