"""Commits on the default branches: office hours, in fits and starts, some of them rebased."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from sandbox.world.days import DAYS_KEPT, FIRST_DAY, moment_of, second_of
from sandbox.world.ids import sha_of
from sandbox.world.noise import generator, moments, wandering
from sandbox.world.phrases import TEAM, WHYS, deed
from sandbox.world.records import Commit
from sandbox.world.rhythm import office

# Pushes; with the stacks of several commits it makes about 180 commits a week.
PUSHES_A_WEEK = {"dogbreed/site": 93.0, "dogbreed/api": 62.0}
_STACKS = 0.08
_AMENDED = 0.06


class Commits:
    """The commits of a repository by the day they were pushed on, in the order of their committer dates."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.of_day = lru_cache(maxsize=2 * DAYS_KEPT)(self._of_day)

    def head(self, repo: str, second: int, day: int) -> str:
        """The sha of the newest commit at a second of a day."""
        for earlier in range(day, max(day - 14, FIRST_DAY - 1), -1):
            commits = self.of_day(repo, earlier)
            at = bisect_right(commits, moment_of(second), key=lambda commit: commit.committed_at)
            if at:
                return commits[at - 1].sha
        return sha_of(self._seed, repo, "first commit")

    def _of_day(self, repo: str, day: int) -> tuple[Commit, ...]:
        if day < FIRST_DAY:
            return ()
        mood = np.exp(wandering(self._seed, day, f"commits {repo}", memory=120, sd=0.7) - 0.245)
        rng = generator(self._seed, day, f"pushes {repo}")
        pushes = moments(rng, day, office(day) * mood * PUSHES_A_WEEK[repo])
        commits = [commit for at in pushes for commit in self._push(rng, repo, at)]
        return tuple(sorted(commits, key=lambda commit: (commit.committed_at, commit.sha)))

    def _push(self, rng: Generator, repo: str, at: int) -> list[Commit]:
        """One commit, or a stack that a rebase committed anew within a second or two."""
        kind = rng.random()
        size = int(rng.integers(2, 5)) if kind < _STACKS else 1
        rebased = kind < _STACKS + _AMENDED
        author = TEAM[rng.choice(len(TEAM), p=[share for *_, share in TEAM])]
        # A stack's authors' dates lie hours or days back, in order.
        backs = sorted((int(3600 * np.exp(rng.normal(1.2, 1.1))) for _ in range(size)), reverse=True)
        return [
            self._commit(rng, repo, author, at + i // 2, at + i // 2 - (back if rebased else 0), i)
            for i, back in enumerate(backs)
        ]

    def _commit(self, rng: Generator, repo: str, author: tuple, at: int, authored: int, order: int) -> Commit:
        name, mailbox, login, _ = author
        message = deed(rng, repo)
        if rng.random() < 0.35:
            message += f"\n\n{rng.choice(WHYS)}"
        return Commit(
            sha=sha_of(self._seed, repo, at, order, message),
            author_name=name,
            author_email=f"{mailbox}@dogbreed.example",
            author_login=login,
            authored_at=moment_of(authored),
            committed_at=moment_of(at),
            message=message,
        )


def pushed_at(commit: Commit) -> int:
    """Epoch second of the committer's date."""
    return second_of(commit.committed_at)
