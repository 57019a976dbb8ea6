"""What the vendors ask of a world's whole history, kept between requests: a page then costs milliseconds."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from sandbox.world import Commit, Deployment, Outage, World

SECOND = timedelta(seconds=1)
SETTLED = timedelta(days=3)


class Past:
    """The history of one world up to its clock; the clock may also be set back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._commits: defaultdict[str, list[Commit]] = defaultdict(list)
        self._dates: defaultdict[str, list[datetime]] = defaultdict(list)
        self._known_until: dict[str, datetime] = {}
        self._outages: dict[tuple[str, datetime], list[Outage]] = {}
        self._deployed_at: dict[tuple[str, int], datetime] = {}
        self.merged_at: dict[str, datetime] = {}
        """When commits became part of their branch, by SHA, where that is later than the committer's date."""

    def commits(self, repository: str) -> list[Commit]:
        """Every commit so far, by committer date. Not to be changed."""
        now = self.world.clock.now().replace(microsecond=0)
        merged_at = self.merged_at
        if merged_at:
            return [commit for commit in self._committed(repository, now) if merged_at.get(commit.sha, now) <= now]
        return self._committed(repository, now)

    def _committed(self, repository: str, now: datetime) -> list[Commit]:
        known_until = self._known_until.get(repository, self.world.BEGINNING)
        commits, dates = self._commits[repository], self._dates[repository]
        if known_until <= now:
            fresh = self.world.commits(repository, known_until, now + SECOND)
            commits += fresh
            dates += [commit.committed_at for commit in fresh]
            self._known_until[repository] = now + SECOND
            return commits
        return commits[: bisect_right(dates, now)]

    def outages(self, service: str) -> list[Outage]:
        """Every outage so far, by its start; those of the last days are read anew, for they may still end."""
        now = self.world.clock.now()
        settled = (now - SETTLED).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        key = (service, settled)
        if key not in self._outages:
            self._outages[key] = self.world.outages(service, self.world.BEGINNING, settled)
        old = self._outages[key]
        recent = self.world.outages(service, settled, now + SECOND)
        if not recent:
            return old
        return [outage for outage in old if outage.started_at < recent[0].started_at] + recent

    def deployment(self, repository: str, number: int) -> Deployment | None:
        """The deployment with this id, with the statuses it has reached; None when there is none so far."""
        world, key = self.world, (repository, number)
        if key not in self._deployed_at:
            every = world.deployments(repository, world.BEGINNING, world.clock.now() + SECOND)
            self._deployed_at |= {(repository, one.id): one.created_at for one in every}
        at = self._deployed_at.get(key)
        if at is None:
            return None
        deployments = world.deployments(repository, at, at + SECOND)
        return next((one for one in deployments if one.id == number), None)
