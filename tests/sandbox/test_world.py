"""The world is a pure function of seed, truths and time, and knows nothing of what is to come."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.world import Clock, Truths, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
BY_REPOSITORY = ["commits", "releases", "deployments", "workflow_runs"]
SERIES = ["traffic", "spikes", "new_user_bursts", "site", "api", *BY_REPOSITORY]


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
