"""Product releases: one or two a working day in office hours, fewer on Fridays, none at weekends."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from numpy.random import Generator

from sandbox.world.days import DAYS_KEPT, FIRST_DAY, moment_of, second_of
from sandbox.world.ids import github_id
from sandbox.world.noise import generator
from sandbox.world.phrases import LOGINS, deed
from sandbox.world.records import Release
from sandbox.world.rhythm import BERLIN

_OPENS, _CLOSES = 9.5 * 3600, 17.5 * 3600
_SITE_SHARE = 0.6
_PRERELEASES = 0.05


class Releases:
    """Releases of both repositories by day; `of_day` gives pairs of repository and release, oldest first."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.of_day = lru_cache(maxsize=DAYS_KEPT)(self._of_day)

    def moments_of(self, day: int) -> list[int]:
        """Epoch seconds of the day's releases that reach users: all but the pre-releases."""
        return [second_of(release.published_at) for _, release in self.of_day(day) if not release.prerelease]

    def _of_day(self, day: int) -> tuple[tuple[str, Release], ...]:
        weekday = date.fromordinal(day).weekday()
        if day < FIRST_DAY or weekday > 4:
            return ()
        rng = generator(self._seed, day, "releases")
        chances = (0.8, 0.0) if weekday == 4 else (1.0, 0.55)
        count = sum(rng.random() < chance for chance in chances)
        # Office hours never cross midnight in UTC, so the Berlin day is the UTC day.
        midnight = second_of(datetime.combine(date.fromordinal(day), time(), BERLIN))
        published = sorted(midnight + int(rng.uniform(_OPENS, _CLOSES)) for _ in range(count))
        return tuple(self._release(rng, day, order, at) for order, at in enumerate(published))

    def _release(self, rng: Generator, day: int, order: int, at: int) -> tuple[str, Release]:
        repo = "dogbreed/site" if rng.random() < _SITE_SHARE else "dogbreed/api"
        prerelease = bool(rng.random() < _PRERELEASES)
        tag = f"v{date.fromordinal(day):%Y.%m.%d}.{order + 1}" + ("-rc" if prerelease else "")
        changes = [deed(rng, repo) for _ in range(rng.integers(2, 6))]
        body = "## Changes\n" + "\n".join(f"- {change}" for change in changes)
        created = at - int(rng.integers(120, 1800))
        release = Release(
            id=github_id("release", repo, at),
            tag=tag,
            name=f"{tag}: {changes[0]}",
            author_login=str(rng.choice(LOGINS)),
            created_at=moment_of(created),
            published_at=moment_of(at),
            prerelease=prerelease,
            body=body,
        )
        return repo, release
