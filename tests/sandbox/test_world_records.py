"""What the world is made of: sizes, rhythms and records that real services could have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sandbox.world import Clock, Truths, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BY_REPOSITORY = ["commits", "releases", "deployments", "workflow_runs"]


def world_at(now: datetime = NOW, truths: Truths | None = None) -> World:
    return World(truths=truths, clock=Clock(now))


@pytest.fixture(scope="module")
def world() -> World:
    return world_at()


class TestRecords:
    SINCE = NOW - timedelta(weeks=8)

    @pytest.mark.parametrize("kind", ["releases", "deployments", "workflow_runs", "issues"])
    def test_ids_are_unique_and_rise_with_time(self, world: World, kind: str) -> None:
        seen: set[int] = set()
        for repo in world.repositories:
            found = world.issues(repo) if kind == "issues" else getattr(world, kind)(repo, self.SINCE, NOW)
            ids = [record.id for record in found]
            assert ids == sorted(ids)
            assert not seen & {*ids}
            assert len({*ids}) == len(ids)
            seen |= {*ids}

    def test_status_ids_and_shas_are_unique(self, world: World) -> None:
        repos = world.repositories
        shas = [c.sha for repo in repos for c in world.commits(repo, self.SINCE, NOW)]
        deployments = [d for repo in repos for d in world.deployments(repo, self.SINCE, NOW)]
        statuses = [s.id for d in deployments for s in d.statuses]
        assert len({*shas}) == len(shas)
        assert len({*statuses}) == len(statuses)
        assert all(len(sha) == 40 and set(sha) <= set("0123456789abcdef") for sha in shas)
        assert all(a.created_at <= b.created_at for d in deployments for a, b in pairwise(d.statuses))

    def test_deployments_and_pushes_are_of_known_commits(self, world: World) -> None:
        for repo in world.repositories:
            shas = {c.sha for c in world.commits(repo, World.BEGINNING, NOW)}
            assert {d.sha for d in world.deployments(repo, self.SINCE, NOW)} <= shas
            runs = world.workflow_runs(repo, self.SINCE, NOW)
            assert {r.sha for r in runs if r.event == "push"} <= shas

    def test_sizes(self, world: World) -> None:
        per_week = {
            kind: sum(len(getattr(world, kind)(r, self.SINCE, NOW)) for r in world.repositories) / 8
            for kind in BY_REPOSITORY
        }
        assert 150 <= per_week["commits"] <= 210
        assert 6 <= per_week["releases"] <= 9
        assert 40 <= per_week["deployments"] <= 65
        assert 350 <= per_week["workflow_runs"] <= 490
        opened = [i for r in world.repositories for i in world.issues(r) if i.created_at >= self.SINCE]
        assert 12 <= len(opened) / 8 <= 19
        assert 0.4 < mean(i.is_pull_request for i in opened) < 0.7

    def test_traffic_adds_up(self, world: World) -> None:
        minutes = world.traffic(self.SINCE, NOW)
        assert len(minutes) > 80_000
        assert 36 < mean(m.active_users for m in minutes) < 45
        assert 0.055 < sum(m.new_users for m in minutes) / sum(m.active_users for m in minutes) < 0.07
        assert all(m.new_users <= m.active_users <= m.total_users for m in minutes)
        assert all(m.active_users <= m.page_views <= m.events for m in minutes)
        assert all(m.sessions <= m.active_users for m in minutes)

    def test_traffic_follows_the_clocks_of_berlin_and_grows(self, world: World) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        # The days around the end of summer time: evenings stay where they are on the wall.
        changed = datetime(2026, 10, 25, 1, tzinfo=UTC)
        for start, end in ((changed - 14 * DAY, changed), (changed, changed + 14 * DAY)):
            hours: dict[int, list[int]] = {}
            for minute in world.traffic(start, end):
                hours.setdefault(minute.at.astimezone(berlin).hour, []).append(minute.active_users)
            by_hour = {hour: mean(counts) for hour, counts in hours.items()}
            assert 4 < max(by_hour.values()) / min(by_hour.values()) < 8
            assert min(by_hour, key=by_hour.__getitem__) in (3, 4)
        spring = world.traffic(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
        autumn = world.traffic(datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
        assert 1.08 < mean(m.active_users for m in autumn) / mean(m.active_users for m in spring) < 1.4

    def test_releases_are_made_in_office_hours(self, world: World) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        releases = [r for repo in world.repositories for r in world.releases(repo, World.BEGINNING, NOW)]
        local = [r.published_at.astimezone(berlin) for r in releases]
        assert all(9 <= at.hour < 18 and at.weekday() < 5 for at in local)
        assert sum(at.weekday() == 4 for at in local) < 0.75 * sum(at.weekday() == 0 for at in local)
        assert len({r.tag for r in releases}) == len(releases)
        assert all(r.created_at < r.published_at for r in releases)

    def test_some_commits_are_rebased_and_most_made_at_work(self, world: World) -> None:
        commits = [c for repo in world.repositories for c in world.commits(repo, self.SINCE, NOW)]
        assert 0.1 < mean(c.authored_at != c.committed_at for c in commits) < 0.4
        assert all(c.authored_at <= c.committed_at for c in commits)
        local = [c.committed_at.astimezone(ZoneInfo("Europe/Berlin")) for c in commits]
        assert mean(8 <= at.hour < 19 and at.weekday() < 5 for at in local) > 0.8
        assert any(c.author_login is None for c in commits)
        assert all(c.author_email.endswith("@dogbreed.example") for c in commits)

    @pytest.mark.parametrize("service", ["site", "api"])
    def test_outages_never_overlap(self, world: World, service: str) -> None:
        outages = world.outages(service, World.BEGINNING, NOW)
        assert all(a.ended_at + timedelta(seconds=60) < b.started_at for a, b in pairwise(outages))
        lengths = [(o.ended_at - o.started_at).total_seconds() for o in outages]
        assert 3 * 60 < np.median(lengths) < 15 * 60
        assert any(o.status_code is None for o in outages)
        assert any(o.status_code for o in outages)
