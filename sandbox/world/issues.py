"""Issues and pull requests: opened in office hours mostly, talked about for days, closed or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from sandbox.world.days import FIRST_DAY, day_of, moment_of
from sandbox.world.ids import github_id
from sandbox.world.noise import generator, moments
from sandbox.world.phrases import LABELS, LOGINS, VISITING_LOGINS, complaint, deed
from sandbox.world.records import Issue
from sandbox.world.rhythm import load, office

OPENED_A_WEEK = {"dogbreed/site": 9.0, "dogbreed/api": 6.0}
_PULL_REQUESTS = 0.55


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue or pull request with all that will happen to it; `closed` is one of `touched`, or None."""

    id: int
    title: str
    author: str
    opened: int
    touched: tuple[int, ...]
    closed: int | None
    is_pull_request: bool
    merged: bool
    labels: tuple[str, ...]


class Issues:
    """A repository's threads; all of them are read at once, since the oldest may have moved a minute ago."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        # Every day is read each time, so all of them are kept: a few hundred bytes a day.
        self.of_day = lru_cache(maxsize=16_384)(self._of_day)

    def records(self, repo: str, now: int) -> list[Issue]:
        """Everything opened by second `now`, numbered from 1."""
        days = range(FIRST_DAY, day_of(now) + 1)
        threads = (thread for day in days for thread in self.of_day(repo, day) if thread.opened <= now)
        return [_record(thread, number, now) for number, thread in enumerate(threads, start=1)]

    def _of_day(self, repo: str, day: int) -> tuple[Thread, ...]:
        rng = generator(self._seed, day, f"issues {repo}")
        expected = (0.8 * office(day) + 0.2 * load(day) / 10_080) * OPENED_A_WEEK[repo]
        return tuple(self._thread(rng, repo, at, i) for i, at in enumerate(moments(rng, day, expected)))

    def _thread(self, rng: Generator, repo: str, opened: int, order: int) -> Thread:
        is_pull_request = bool(rng.random() < _PULL_REQUESTS)
        days_open = np.exp(rng.normal(0.0 if is_pull_request else 1.6, 1.3))
        closes = rng.random() < (0.95 if is_pull_request else 0.8)
        closed = opened + 120 + int(86_400 * days_open) if closes else None
        comments = opened + 60 + (86_400 * days_open * rng.exponential(0.6, rng.poisson(2.5))).astype(int)
        touched = comments.tolist() + ([closed] if closed is not None else [])
        authors = LOGINS if is_pull_request or rng.random() < 0.5 else VISITING_LOGINS
        labels = rng.choice(LABELS, size=rng.choice(3, p=[0.3, 0.5, 0.2]), replace=False)
        return Thread(
            id=github_id("issue", repo, opened, order % 16),
            title=deed(rng, repo) if is_pull_request else complaint(rng, repo),
            author=str(rng.choice(authors)),
            opened=opened,
            touched=tuple(sorted(touched)),
            closed=closed,
            is_pull_request=is_pull_request,
            merged=is_pull_request and bool(rng.random() < 0.85),
            labels=tuple(map(str, labels)),
        )


def _record(thread: Thread, number: int, now: int) -> Issue:
    closed_at = moment_of(thread.closed) if thread.closed is not None and thread.closed <= now else None
    return Issue(
        id=thread.id,
        number=number,
        title=thread.title,
        author_login=thread.author,
        created_at=moment_of(thread.opened),
        updated_at=moment_of(max((at for at in thread.touched if at <= now), default=thread.opened)),
        closed_at=closed_at,
        is_pull_request=thread.is_pull_request,
        merged_at=closed_at if thread.merged else None,
        labels=thread.labels,
    )
