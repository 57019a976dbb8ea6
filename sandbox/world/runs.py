"""Workflow runs: of commits, of branches, of deployments and by the hour; some are run again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from sandbox.world.commits import Commits, pushed_at
from sandbox.world.days import DAYS_KEPT, FIRST_DAY, first_second, moment_of
from sandbox.world.deployments import Deployments
from sandbox.world.ids import github_id, sha_of
from sandbox.world.noise import generator
from sandbox.world.records import WorkflowRun

_ON_BRANCHES = 0.55
_RUN_AGAIN = {"success": 0.01, "failure": 0.4, "cancelled": 0.2}
_CONCLUSIONS = (("success", "failure", "cancelled"), (0.87, 0.09, 0.04))
# Minutes a run of each workflow takes, as a median.
_MINUTES = {"CI": 6.0, "Deploy": 4.0, "Link check": 2.0, "Nightly": 24.0}
_SCHEDULED = (("Nightly", 2), ("Link check", 5), ("Link check", 11), ("Link check", 17), ("Link check", 23))
_MOST_A_DAY = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at a run: asked for, started and ended at these seconds."""

    asked: int
    started: int
    ended: int
    conclusion: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run with all its attempts, those to come too."""

    id: int
    name: str
    number: int
    event: str
    branch: str
    sha: str
    created: int
    attempts: tuple[Attempt, ...]


class Runs:
    """A repository's workflow runs by the day they were created on, oldest first."""

    def __init__(self, seed: int, commits: Commits, deployments: Deployments) -> None:
        self._seed = seed
        self._commits = commits
        self._deployments = deployments
        self.of_day = lru_cache(maxsize=2 * DAYS_KEPT)(self._of_day)

    def _of_day(self, repo: str, day: int) -> tuple[Run, ...]:
        if day < FIRST_DAY:
            return ()
        rng = generator(self._seed, day, f"runs {repo}")
        asked = sorted(self._asked_for(rng, repo, day))
        slots: dict[int, int] = {}
        runs = []
        for place, (created, name, event, branch, sha) in enumerate(asked):
            order = slots[created] = slots.get(created, -1) + 1
            # Numbers rise but leave gaps: counting from 1 would need every day since the beginning.
            number = (day - FIRST_DAY) * _MOST_A_DAY + place + 1
            run_id = github_id("run", repo, created, order)
            runs.append(Run(run_id, name, number, event, branch, sha, created, _attempts(rng, name, created)))
        return tuple(runs)

    def _asked_for(self, rng: Generator, repo: str, day: int) -> Iterator[tuple[int, str, str, str, str]]:
        """What sets runs off: (second, workflow, event, branch, sha)."""
        for commit in self._commits.of_day(repo, day):
            at = pushed_at(commit)
            yield at + int(rng.integers(2, 9)), "CI", "push", "main", commit.sha
            if rng.random() < _ON_BRANCHES:
                before = max(first_second(day), at - int(rng.integers(600, 7200)))
                branch = f"branch-{commit.sha[:6]}"
                yield before, "CI", "pull_request", branch, sha_of(self._seed, "branch of", commit.sha)
        for rollout in self._deployments.of_day(repo, day):
            event = "release" if rollout.environment == "production" else "push"
            yield rollout.created - 1, "Deploy", event, rollout.ref, rollout.sha
        for name, hour in _SCHEDULED:
            at = first_second(day) + 3600 * hour + int(rng.integers(60, 900))
            yield at, name, "schedule", "main", self._commits.head(repo, at, day)


def record(run: Run, now: int) -> WorkflowRun:
    """The run as it stands at second `now`."""
    number = max(i for i, attempt in enumerate(run.attempts, start=1) if attempt.asked <= now)
    attempt = run.attempts[number - 1]
    if now >= attempt.ended:
        status, conclusion, updated = "completed", attempt.conclusion, attempt.ended
    elif now >= attempt.started:
        status, conclusion, updated = "in_progress", None, attempt.started
    else:
        status, conclusion, updated = "queued", None, attempt.asked
    return WorkflowRun(
        id=run.id,
        name=run.name,
        run_number=run.number,
        run_attempt=number,
        event=run.event,
        branch=run.branch,
        sha=run.sha,
        status=status,
        conclusion=conclusion,
        created_at=moment_of(run.created),
        run_started_at=moment_of(attempt.asked),
        updated_at=moment_of(updated),
    )


def _attempts(rng: Generator, name: str, created: int) -> tuple[Attempt, ...]:
    attempts = [_attempt(rng, name, created)]
    if rng.random() < _RUN_AGAIN[attempts[0].conclusion]:
        # Minutes later by whoever waits for it, or the next morning.
        attempts.append(_attempt(rng, name, attempts[0].ended + int(60 * np.exp(rng.normal(3.0, 1.5)))))
    return tuple(attempts)


def _attempt(rng: Generator, name: str, asked: int) -> Attempt:
    started = asked + int(rng.integers(3, 40))
    ended = started + int(60 * _MINUTES[name] * np.exp(0.35 * rng.standard_normal()))
    return Attempt(asked, started, ended, str(rng.choice(_CONCLUSIONS[0], p=_CONCLUSIONS[1])))
