"""The planted links are what Truths says, and there are no others."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean

import numpy as np
import pytest

from sandbox.world import Clock, Truths, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
NO_LINKS = Truths(0, 0, 0, False)


def world_at(now: datetime = NOW, truths: Truths | None = None) -> World:
    return World(truths=truths, clock=Clock(now))


@pytest.fixture(scope="module")
def world() -> World:
    return world_at()


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
