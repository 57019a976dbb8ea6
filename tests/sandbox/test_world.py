"""The world is a pure function of seed, truths and time, and its planted links are what Truths say."""

from __future__ import annotations

import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sandbox.world import Clock, Truths, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
BY_REPOSITORY = ["commits", "releases", "deployments", "workflow_runs"]
SERIES = ["traffic", "spikes", "new_user_bursts", "site", "api", *BY_REPOSITORY]
NO_LINKS = Truths(0, 0, 0, False)


def world_at(now: datetime = NOW, truths: Truths | None = None) -> World:
    return World(truths=truths, clock=Clock(now))


@pytest.fixture(scope="module")
def world() -> World:
    return world_at()


def read(world: World, series: str, start: datetime, end: datetime) -> list:
    if series in ("site", "api"):
        return world.outages(series, start, end)
    if series in BY_REPOSITORY:
        return [(repo, x) for repo in world.repositories for x in getattr(world, series)(repo, start, end)]
    return getattr(world, series)(start, end)


def moments_in(record: object) -> Iterator[datetime]:
    """Every datetime in a record, its statuses included."""
    if isinstance(record, datetime):
        yield record
    elif is_dataclass(record):
        for field in fields(record):
            yield from moments_in(getattr(record, field.name))
    elif isinstance(record, tuple | list):
        for part in record:
            yield from moments_in(part)


class TestPureFunction:
    @pytest.mark.parametrize("series", SERIES)
    def test_windows_side_by_side_make_the_whole(self, world: World, series: str) -> None:
        start, cut, end = NOW - 9 * DAY, NOW - timedelta(days=4, hours=11, minutes=7, seconds=13), NOW - DAY
        whole = read(world, series, start, end)
        fresh = world_at()
        later, earlier = read(fresh, series, cut, end), read(fresh, series, start, cut)
        assert whole, f"nothing in {series}"
        assert [x for x in whole if x in earlier or x in later] == whole
        assert {*earlier, *later} == {*whole}

    @pytest.mark.parametrize("series", SERIES)
    def test_sums_of_five_minute_windows_are_the_day(self, world: World, series: str) -> None:
        start = datetime(2026, 11, 18, tzinfo=UTC)
        starts = [start + timedelta(minutes=5 * i) for i in range(288)]
        pieces = [x for at in starts for x in read(world, series, at, at + timedelta(minutes=5))]
        assert {*pieces} == {*read(world, series, start, start + DAY)}

    def test_another_process_tells_the_same(self, world: World) -> None:
        script = (
            "from datetime import *; from sandbox.world import *\n"
            "n = datetime(2026, 11, 22, 12, tzinfo=UTC)\n"
            "w = World(clock=Clock(n)); s = n - timedelta(days=1)\n"
            "print(w.issues('dogbreed/api')[-1], w.traffic(s, n)[-1])\n"
            "print(w.outages('api', s - timedelta(9), n)[-1])"
        )
        told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
        outage = world.outages("api", NOW - 10 * DAY, NOW)[-1]
        expected = f"{world.issues('dogbreed/api')[-1]} {world.traffic(NOW - DAY, NOW)[-1]}\n{outage}"
        assert told.stdout.strip() == expected

    def test_other_seeds_are_other_worlds(self, world: World) -> None:
        other = World(seed=world.seed + 1, clock=Clock(NOW))
        assert other.traffic(NOW - DAY, NOW) != world.traffic(NOW - DAY, NOW)

    @pytest.mark.parametrize("series", SERIES)
    def test_nothing_before_the_beginning(self, world: World, series: str) -> None:
        assert read(world, series, World.BEGINNING - 400 * DAY, World.BEGINNING) == []
        assert read(world, series, World.BEGINNING - DAY, World.BEGINNING + 10 * DAY)

    @pytest.mark.parametrize("series", SERIES)
    def test_empty_and_reversed_windows_are_empty(self, world: World, series: str) -> None:
        assert read(world, series, NOW - DAY, NOW - DAY) == []
        assert read(world, series, NOW - DAY, NOW - 3 * DAY) == []

    def test_unknown_names_are_errors(self, world: World) -> None:
        with pytest.raises(KeyError, match="no service 'database'"):
            world.outages("database", NOW - DAY, NOW)
        with pytest.raises(KeyError, match="no repository 'cat/site'"):
            world.commits("cat/site", NOW - DAY, NOW)


class TestNow:
    @pytest.mark.parametrize("series", SERIES)
    def test_the_future_is_not_told(self, series: str) -> None:
        # An afternoon in the middle of the week, seconds past the minute.
        now = datetime(2026, 11, 18, 13, 31, 17, tzinfo=UTC)
        told = read(world_at(now), series, now - 14 * DAY, now + 14 * DAY)
        assert told
        assert max(moments_in(told)) <= now

    def test_only_whole_minutes_are_counted(self) -> None:
        now = datetime(2026, 11, 18, 13, 31, 17, tzinfo=UTC)
        assert world_at(now).traffic(now - HALF_HOUR, now + DAY)[-1].at == now.replace(minute=30, second=0)
        on_the_minute = now.replace(second=0)
        assert world_at(on_the_minute).traffic(now - HALF_HOUR, now)[-1].at == now.replace(minute=30, second=0)

    def test_an_outage_is_open_until_it_ends(self, world: World) -> None:
        outage = world.outages("site", NOW - 20 * DAY, NOW)[3]
        during = outage.started_at + (outage.ended_at - outage.started_at) / 2
        assert world_at(during).outages("site", during, during + DAY) == [replace(outage, ended_at=None)]
        assert world_at(outage.ended_at).outages("site", during, during + DAY) == [outage]
        assert world_at(outage.started_at).outages("site", during - DAY, NOW)[-1].ended_at is None

    def test_an_outage_counts_for_every_window_it_touches(self, world: World) -> None:
        outage = world.outages("site", NOW - 20 * DAY, NOW)[3]
        second = timedelta(seconds=1)
        assert outage in world.outages("site", outage.started_at, outage.started_at + second)
        assert outage in world.outages("site", outage.ended_at - second, outage.ended_at)
        assert outage not in world.outages("site", outage.ended_at, outage.ended_at + DAY)
        assert outage not in world.outages("site", outage.started_at - DAY, outage.started_at)

    def test_issues_move_and_never_into_the_future(self) -> None:
        clock = Clock(NOW - 7 * DAY)
        world = World(clock=clock)
        before = {issue.number: issue for issue in world.issues("dogbreed/site")}
        clock.frozen = NOW
        after = {issue.number: issue for issue in world.issues("dogbreed/site")}
        moved = [n for n in before if after[n].updated_at > before[n].updated_at]
        assert 3 <= len(moved) < len(before) / 2
        assert all(after[n].updated_at > NOW - 7 * DAY for n in moved)
        assert all(after[n] == before[n] for n in before if n not in moved)
        assert all(i.created_at <= i.updated_at <= NOW for i in after.values())

    def test_a_run_goes_from_queued_to_completed_and_may_be_run_again(self) -> None:
        clock = Clock(NOW)
        world = World(clock=clock)
        start = NOW - 10 * DAY
        runs = world.workflow_runs("dogbreed/site", start, NOW)
        again = next(r for r in runs if r.run_attempt == 2 and r.status == "completed")
        stages = {}
        while clock.frozen >= again.created_at:
            seen = world.workflow_runs("dogbreed/site", again.created_at, NOW)[0]
            assert seen.id == again.id
            assert seen.updated_at <= clock.frozen
            assert (seen.conclusion is None) == (seen.status != "completed")
            stages[seen.run_attempt, seen.status] = seen.run_started_at
            # From now back to the beginning, each time to just before the latest change.
            clock.frozen = seen.updated_at - timedelta(seconds=1)
        assert list(stages) == [(n, s) for n in (2, 1) for s in ("completed", "in_progress", "queued")]
        assert stages[1, "completed"] == again.created_at < stages[2, "completed"] == again.run_started_at

    def test_a_deployment_gains_statuses_until_a_newer_one_replaces_it(self) -> None:
        clock = Clock(NOW)
        world = World(clock=clock)
        deployments = world.deployments("dogbreed/api", NOW - 14 * DAY, NOW - 7 * DAY)
        old = next(d for d in deployments if d.statuses[-1].state == "inactive")
        assert [s.state for s in old.statuses] == ["pending", "in_progress", "success", "inactive"]
        for i, status in enumerate(old.statuses):
            clock.frozen = status.created_at
            seen = world.deployments("dogbreed/api", old.created_at, NOW)
            assert seen[0].statuses == old.statuses[: i + 1]


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


def onsets(world: World, service: str, start: datetime, end: datetime) -> list[datetime]:
    return [o.started_at for o in world.outages(service, start, end) if o.started_at >= start]


def share_followed(causes: list[datetime], effects: list[datetime], within: timedelta) -> float:
    def followed(at: datetime) -> bool:
        i = bisect_left(effects, at)
        return i < len(effects) and effects[i] < at + within

    return mean(followed(at) for at in causes)


def excess(causes: list[datetime], effects: list[datetime], within: timedelta = HALF_HOUR) -> float:
    """Share of causes followed, less the share at the same times one to three weeks before and after."""
    weeks = [timedelta(weeks=w) for w in (-3, -2, -1, 1, 2, 3)]
    usual = mean(share_followed([at + shift for at in causes], effects, within) for shift in weeks)
    return share_followed(causes, effects, within) - usual


class TestTruths:
    """Over 26 weeks; a share of n events may be off by three of its standard errors.

    The lift is a ratio of counts after about ninety releases, which wander by two or three percent.
    """

    END = datetime(2026, 11, 22, tzinfo=UTC)
    START = END - timedelta(weeks=26)

    def test_spikes_bring_api_outages(self, world: World) -> None:
        spikes = world.spikes(self.START, self.END)
        api = onsets(world, "api", self.START, self.END)
        assert 80 <= len(spikes) <= 160
        assert excess(spikes, api) == pytest.approx(0.35, abs=3 * (0.35 * 0.65 / len(spikes)) ** 0.5)
        without = world_at(truths=replace(Truths(), spikes_cause_api_outages=0))
        assert abs(excess(spikes, onsets(without, "api", self.START, self.END))) < 0.07

    def test_api_outages_bring_site_outages(self, world: World) -> None:
        api = onsets(world, "api", self.START, self.END)
        site = onsets(world, "site", self.START, self.END)
        # Outages that come back add to the share within half an hour, so only the lower bound is tight.
        assert 0.25 - 3 * (0.25 * 0.75 / len(api)) ** 0.5 < excess(api, site) < 0.40
        without = world_at(truths=replace(Truths(), api_outages_cause_site_outages=0))
        assert abs(excess(api, onsets(without, "site", self.START, self.END))) < 0.05

    @pytest.mark.parametrize(("strength", "low", "high"), [(0.1, 0.02, 0.18), (0.0, -0.08, 0.08), (0.5, 0.38, 0.62)])
    def test_releases_raise_new_users(self, strength: float, low: float, high: float) -> None:
        world = world_at(truths=replace(Truths(), releases_raise_new_users=strength))
        assert low < self._lift(world, self._new_users(world), 0, 120) < high

    def test_the_lift_fades_and_is_gone_in_four_hours(self) -> None:
        world = world_at(truths=replace(Truths(), releases_raise_new_users=1.0))
        counts = self._new_users(world)
        early, late, gone = (self._lift(world, counts, *minutes) for minutes in ((0, 120), (150, 210), (260, 340)))
        assert early > 0.8
        assert 0.3 < late < 0.7
        assert abs(gone) < 0.15

    def _new_users(self, world: World) -> np.ndarray:
        counts = np.zeros(int((self.END - self.START) / timedelta(minutes=1)))
        for minute in world.traffic(self.START, self.END):
            counts[int((minute.at - self.START) / timedelta(minutes=1))] = minute.new_users
        return counts

    def _lift(self, world: World, counts: np.ndarray, begin: int, end: int) -> float:
        """New users some minutes after a release against the same slot of other weeks, clear of releases."""
        releases = [r for repo in world.repositories for r in world.releases(repo, self.START, self.END)]
        published = [r.published_at for r in releases if not r.prerelease]
        at = np.array(sorted(int((p - self.START) / timedelta(minutes=1)) for p in published))

        def clear(slot: int) -> bool:
            near = at[(at > slot - 240) & (at < slot + end) & (at != slot)]
            return near.size == 0 and 0 <= slot < len(counts) - end

        after = usual = 0.0
        for release in filter(clear, at):
            slots = [slot for w in (-3, -2, -1, 1, 2, 3) if clear(slot := release + 7 * 1440 * w)]
            if slots:
                after += counts[release + begin : release + end].sum()
                usual += mean(counts[slot + begin : slot + end].sum() for slot in slots)
        return after / usual - 1

    def test_no_link_from_new_users_to_site_outages(self, world: World) -> None:
        bursts = world.new_user_bursts(self.START, self.END)
        assert 80 <= len(bursts) <= 160
        assert abs(excess(bursts, onsets(world, "site", self.START, self.END))) < 0.06

    def test_no_link_between_commits_and_api_outages(self, world: World) -> None:
        commits = sorted(c.committed_at for r in world.repositories for c in world.commits(r, self.START, self.END))
        api = onsets(world, "api", self.START, self.END)
        assert abs(excess(commits, api)) < 0.02
        assert abs(excess(api, commits)) < 3 * 0.5 / len(api) ** 0.5

    def test_the_tag_is_silent_while_the_site_is_down(self, world: World) -> None:
        outages = [o for o in world.outages("site", self.START, self.END) if o.ended_at - o.started_at > HALF_HOUR]
        blind = world_at(truths=replace(Truths(), site_outage_hides_traffic=False))
        minute = timedelta(minutes=1)

        def seen(at: World) -> int:
            return sum(m.active_users for o in outages for m in at.traffic(o.started_at + minute, o.ended_at - minute))

        assert outages
        assert seen(world) < 0.03 * seen(blind)

    def test_a_link_switched_off_changes_nothing_else(self, world: World) -> None:
        none = world_at(truths=NO_LINKS)
        assert none.spikes(self.START, self.END) == world.spikes(self.START, self.END)
        for repo in world.repositories:
            assert none.commits(repo, self.START, self.END) == world.commits(repo, self.START, self.END)
        without_lift = world_at(truths=replace(Truths(), releases_raise_new_users=0.0))
        saturday = datetime(2026, 11, 14, tzinfo=UTC)
        assert without_lift.traffic(saturday, saturday + DAY) == world.traffic(saturday, saturday + DAY)
