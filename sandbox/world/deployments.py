"""Deployments: releases go to production, many commits to staging; a newer one makes the older inactive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from numpy.random import Generator

from sandbox.world.commits import Commits, pushed_at
from sandbox.world.days import DAYS_KEPT, day_of, moment_of, second_of
from sandbox.world.ids import github_id
from sandbox.world.noise import generator
from sandbox.world.phrases import LOGINS
from sandbox.world.records import Deployment, DeploymentStatus
from sandbox.world.releases import Releases

_STAGED_SHARE = 0.24
_FAILURES = 0.07
_STUCK = 0.01
_DESCRIPTIONS = {
    "pending": "Waiting for a runner",
    "in_progress": "Rolling out",
    "success": "Rolled out",
    "failure": "Health check failed",
    "inactive": "Replaced by a newer deployment",
}


@dataclass(frozen=True, slots=True)
class Rollout:
    """A deployment with everything that will become of it, but for its end by a newer one."""

    id: int
    sha: str
    ref: str
    environment: str
    creator: str
    created: int
    steps: tuple[tuple[str, int], ...]

    @property
    def succeeded(self) -> int | None:
        """Epoch second of the success, None if there is none."""
        state, at = self.steps[-1]
        return at if state == "success" else None


class Deployments:
    """The deployments of a repository by day, oldest first."""

    def __init__(self, seed: int, commits: Commits, releases: Releases) -> None:
        self._seed = seed
        self._commits = commits
        self._releases = releases
        self.of_day = lru_cache(maxsize=2 * DAYS_KEPT)(self._of_day)

    def record(self, repo: str, rollout: Rollout, now: int) -> Deployment:
        """The deployment with the statuses it has reached by second `now`."""
        steps = rollout.steps
        replaced = self._replaced(repo, rollout, now)
        if replaced is not None:
            steps += (("inactive", replaced),)
        first_id = 2 * rollout.id
        statuses = tuple(
            DeploymentStatus(8 * first_id + i, state, moment_of(at), _DESCRIPTIONS[state])
            for i, (state, at) in enumerate(steps)
            if at <= now
        )
        return Deployment(
            id=rollout.id,
            sha=rollout.sha,
            ref=rollout.ref,
            environment=rollout.environment,
            creator_login=rollout.creator,
            created_at=moment_of(rollout.created),
            statuses=statuses,
        )

    def _replaced(self, repo: str, rollout: Rollout, now: int) -> int | None:
        """When the next success in the same environment put this one out of use; None if none has yet."""
        if rollout.succeeded is None:
            return None
        for day in range(day_of(rollout.created), day_of(now) + 1):
            for other in self.of_day(repo, day):
                same = other.environment == rollout.environment and other.created > rollout.created
                if same and other.succeeded is not None and other.succeeded > rollout.succeeded:
                    return other.succeeded + 1
        return None

    def _of_day(self, repo: str, day: int) -> tuple[Rollout, ...]:
        rng = generator(self._seed, day, f"deployments {repo}")
        asked = sorted(self._asked_for(rng, repo, day))
        orders: dict[int, int] = {}
        rollouts = []
        for created, environment, ref, sha in asked:
            order = orders[created] = orders.get(created, -1) + 1
            rollout_id = github_id("deployment", repo, created, order)
            creator = str(rng.choice(LOGINS))
            rollouts.append(Rollout(rollout_id, sha, ref, environment, creator, created, _steps(rng, created)))
        return tuple(rollouts)

    def _asked_for(self, rng: Generator, repo: str, day: int) -> Iterator[tuple[int, str, str, str]]:
        """What is deployed: (second, environment, ref, sha)."""
        for of, release in self._releases.of_day(day):
            if of == repo:
                at = second_of(release.published_at)
                environment = "staging" if release.prerelease else "production"
                yield (
                    at + int(rng.integers(60, 300)),
                    environment,
                    release.tag,
                    self._commits.head(repo, at, day),
                )
        for commit in self._commits.of_day(repo, day):
            if rng.random() < _STAGED_SHARE:
                yield pushed_at(commit) + int(rng.integers(60, 300)), "staging", "main", commit.sha


def _steps(rng: Generator, created: int) -> tuple[tuple[str, int], ...]:
    """States and the seconds they are reached at; a stuck deployment has no end."""
    started = created + int(rng.integers(8, 60))
    ended = started + int(rng.integers(90, 480))
    steps = (("pending", created + 2), ("in_progress", started))
    chance = rng.random()
    if chance < _STUCK:
        return steps
    return (*steps, ("failure" if chance < _STUCK + _FAILURES else "success", ended))
