"""The world as the vendors see it: nothing before it began, nothing after now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sandbox.world.bursts import NEW_USERS, SPIKES, Bursts
from sandbox.world.clock import Clock
from sandbox.world.commits import Commits, pushed_at
from sandbox.world.days import EPOCH, FIRST_DAY, days_for, first_second, moment_of, second_of
from sandbox.world.deployments import Deployments
from sandbox.world.flights import Flights
from sandbox.world.ids import REPOSITORIES
from sandbox.world.issues import Issues
from sandbox.world.outages import SERVICES, Outages
from sandbox.world.records import Commit, Deployment, Issue, Minute, Outage, Release, WorkflowRun
from sandbox.world.releases import Releases
from sandbox.world.rides import Rides
from sandbox.world.runs import Runs, record
from sandbox.world.traffic import Traffic
from sandbox.world.truths import Truths
from sandbox.world.weather import Weather

T = TypeVar("T")
_SECOND = timedelta(seconds=1)


class World:
    """A pure function of (seed, truths, time): any window is the slice of any larger one.

    Windows are half-open, [start, end), with aware datetimes; a second begun by `clock.now()` is past.
    `repo` is one of `repositories` and `service` is "site" or "api", else KeyError. Safe to use from threads.
    """

    BEGINNING = moment_of(first_second(FIRST_DAY))
    repositories = REPOSITORIES

    def __init__(self, seed: int = 105, truths: Truths | None = None, clock: Clock | None = None) -> None:
        self.seed = seed
        self.truths = truths = truths or Truths()
        self.clock = clock or Clock()
        # These know what is to come: forecasts and timetables are about it.
        self.weather = Weather(seed)
        self.flights = Flights(seed)
        self.rides = Rides(seed, self.weather, self.flights)
        self._spikes = Bursts(seed, SPIKES)
        self._new_bursts = Bursts(seed, NEW_USERS)
        self._outages = Outages(seed, truths, self._spikes)
        self._commits = Commits(seed)
        self._releases = Releases(seed)
        self._deployments = Deployments(seed, self._commits, self._releases)
        self._issues = Issues(seed)
        self._runs = Runs(seed, self._commits, self._deployments)
        self._traffic = Traffic(seed, truths, self._spikes, self._new_bursts, self._outages, self._releases)

    def traffic(self, start: datetime, end: datetime) -> list[Minute]:
        """Minutes with any activity that begin in the window and are over by now, oldest first."""
        first, last = self._window(start, end)
        last = min(last, self._now() - 59)
        minutes: list[Minute] = []
        for day in days_for(first, last, before=0):
            midnight = first_second(day)
            begin, stop = (max(0, min(1440, -(-(s - midnight) // 60))) for s in (first, last))
            counts = self._traffic.of_day(day)[:, begin:stop].T.tolist()
            at = moment_of(midnight)
            rows = enumerate(counts, start=begin)
            minutes += [Minute(at + timedelta(minutes=i), *row) for i, row in rows if row[2]]
        return minutes

    def outages(self, service: str, start: datetime, end: datetime) -> list[Outage]:
        """Outages that touch the window, oldest first; one that lasts still has no `ended_at`."""
        if service not in SERVICES:
            raise KeyError(f"no service {service!r}; there are {SERVICES}")
        first, last = self._window(start, end)
        spans = (span for day in days_for(first, last, before=2) for span in self._outages.of_day(service, day))
        now = self._now()
        return [self._outages.record(service, span, now) for span in spans if span.start < last and span.end > first]

    def spikes(self, start: datetime, end: datetime) -> list[datetime]:
        """Onsets of the planted traffic spikes; no vendor tells them, tests may ask."""
        bursts = self._in_window(self._spikes.of_day, lambda burst: burst.at, start, end)
        return [moment_of(burst.at) for burst in bursts]

    def new_user_bursts(self, start: datetime, end: datetime) -> list[datetime]:
        """Onsets of the planted bursts of new users; no vendor tells them, tests may ask."""
        bursts = self._in_window(self._new_bursts.of_day, lambda burst: burst.at, start, end)
        return [moment_of(burst.at) for burst in bursts]

    def commits(self, repo: str, start: datetime, end: datetime) -> list[Commit]:
        """Commits by committer date, oldest first."""
        return self._in_window(lambda day: self._commits.of_day(_known(repo), day), pushed_at, start, end)

    def releases(self, repo: str, start: datetime, end: datetime) -> list[Release]:
        """Releases by publication, oldest first."""
        items = self._in_window(self._releases.of_day, lambda pair: second_of(pair[1].published_at), start, end)
        return [release for of, release in items if of == _known(repo)]

    def deployments(self, repo: str, start: datetime, end: datetime) -> list[Deployment]:
        """Deployments by creation, oldest first, with the statuses they have reached by now."""
        rollouts = self._in_window(lambda day: self._deployments.of_day(_known(repo), day), _created, start, end)
        now = self._now()
        return [self._deployments.record(repo, rollout, now) for rollout in rollouts]

    def issues(self, repo: str) -> list[Issue]:
        """Every issue and pull request so far, as it stands now, oldest first."""
        return self._issues.records(_known(repo), self._now())

    def workflow_runs(self, repo: str, start: datetime, end: datetime) -> list[WorkflowRun]:
        """Workflow runs by creation, as they stand now, oldest first."""
        runs = self._in_window(lambda day: self._runs.of_day(_known(repo), day), _created, start, end)
        now = self._now()
        return [record(run, now) for run in runs]

    def _now(self) -> int:
        return second_of(self.clock.now())

    def _window(self, start: datetime, end: datetime) -> tuple[int, int]:
        """First second of the window and the one after its last, cut to what has been."""
        first, last = (-(-(moment - EPOCH) // _SECOND) for moment in (start, end))
        return max(first, second_of(self.BEGINNING)), min(last, self._now() + 1)

    def _in_window(
        self, of_day: Callable[[int], Iterable[T]], at: Callable[[T], int], start: datetime, end: datetime
    ) -> list[T]:
        first, last = self._window(start, end)
        items = (item for day in days_for(first, last) for item in of_day(day))
        return sorted((item for item in items if first <= at(item) < last), key=at)


def _created(item: Any) -> int:
    return int(item.created)


def _known(repo: str) -> str:
    if repo not in REPOSITORIES:
        raise KeyError(f"no repository {repo!r}; there are {REPOSITORIES}")
    return repo
