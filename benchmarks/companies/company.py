"""A company of a given world: its traffic, new users, outages, releases and commits, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .clock import PER_DAY, SLOT, Clock, clock, rest_days
from .missing import Stretches, nobody_looked
from .noise import counts, moments, remembering
from .outages import Outages, Seconds, merged, outages, triggered
from .worlds import NOTHING, Planted, World

Floats = NDArray[np.float64]
STREAMS = ("rhythm", "traffic", "users", "bursts", "api", "site", "releases", "commits", "to api", "to site", "missing")
BURST_MINUTES, SHAPE, COMMIT_HOURS = 70.0, 60.0, 0.5
"""Not given by the source of the rest; chosen so that the usual methods do as badly, the test as well, as there."""
TRAFFIC, USERS, COMMITS = 200.0, 12.0, 180 / 7 / PER_DAY
USERS_MINUTES, COMMITS_MINUTES = 120, 180


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """What its sources would say, and what is true of it.

    Counts are float (slots,) along `clock.at`; moments are sorted epoch seconds with seconds inside the slot.
    api_alone, site_alone: the outages had nothing been planted. users_by, commits_by: planted factors by slot.
    load, office: the usual shape of visits and of work.
    hidden: stretches nobody looked, by source ("analytics", "api", "site", "code").
    """

    world: World
    planted: Planted
    first: date
    days: int
    clock: Clock
    traffic: Floats
    users: Floats
    api: Outages
    site: Outages
    api_alone: Outages
    site_alone: Outages
    releases: Seconds
    commits: Seconds
    bursts: Seconds
    users_by: Floats
    commits_by: Floats
    load: Floats
    office: Floats
    hidden: dict[str, Stretches]


@dataclass(frozen=True, slots=True, eq=False)
class _Rhythm:
    clock: Clock
    load: Floats
    office: Floats
    slow: Floats


def company(seed: int, weeks: int, world: World, plant: Planted = NOTHING) -> Company:
    """The company of a seed; what is not planted is the same whatever is."""
    sources = np.random.SeedSequence([seed, weeks]).spawn(len(STREAMS))
    rngs = {name: np.random.default_rng(source) for name, source in zip(STREAMS, sources, strict=True)}
    rhythm = _rhythm(rngs["rhythm"], seed, weeks, world)
    until = int(rhythm.clock.at[-1]) + SLOT
    number = 4.0 * weeks
    bursts = moments(rngs["bursts"], rhythm.load, number, rhythm.clock.start)
    releases = moments(rngs["releases"], _releasing(rhythm, world), world.releases or 7.0 * weeks, rhythm.clock.start)
    roots = {name: _roots(rngs[name], rhythm, world, world.outages or number) for name in ("api", "site")}
    to_api = triggered(rngs["to api"], bursts, plant.burst_to_api, 15)
    api, api_alone = merged([roots["api"], to_api], until), merged([roots["api"]], until)
    to_site = [
        triggered(rngs["to site"], bursts, plant.burst_to_site, 15),
        triggered(rngs["to site"], api.starts, plant.api_to_site, 10),
    ]
    site, site_alone = merged([roots["site"], *to_site], until), merged([roots["site"]], until)
    users_by = _lift(rhythm.clock, releases, USERS_MINUTES, plant.users)
    commits_by = 1 + (plant.commits - 1) * _since(rhythm.clock, api.starts, COMMITS_MINUTES)
    traffic, users = _visits(rngs, rhythm, world, bursts, site, users_by)
    return Company(
        world, plant, world.first(seed, weeks), 7 * weeks, rhythm.clock, traffic, users, api, site, api_alone,
        site_alone, releases, _commits(rngs["commits"], rhythm, world, commits_by, weeks), bursts, users_by,
        commits_by, rhythm.load, rhythm.office,
        nobody_looked(rngs["missing"], world.missing, rhythm.clock.start, until),
    )  # fmt: skip


def _rhythm(rng: np.random.Generator, seed: int, weeks: int, world: World) -> _Rhythm:
    days, first = 7 * weeks, world.first(seed, weeks)
    passing = clock(first, days, world.zone)
    slots = len(passing.at)
    rest = rest_days(first, days, round(3 * weeks / 8) if world.holidays else 0)[passing.day]
    growth = np.log(world.growth) * (np.arange(slots) / slots - 0.5)
    slow = remembering(rng, slots, 168, world.slow) if world.slow else np.zeros(slots)
    if not world.seasonal:
        return _Rhythm(passing, np.exp(growth), np.ones(slots), slow)
    hour = passing.slot / 12
    # About six times as much in the afternoon as at night.
    shape = 0.87 * np.cos((hour - 14.5) * np.pi / 12) - 0.15 * np.cos((hour - 20) * np.pi / 6)
    week = np.where(passing.weekday == 6, -0.45, np.where(rest, -0.5, 0.05 - 0.03 * passing.weekday))
    holiday = np.where(rest & (passing.weekday < 5), -0.2, 0.0)
    load = np.exp(shape + week + holiday)
    office = np.where(rest | (hour < 9) | (hour >= 17.5), 0.0, 1.0)
    return _Rhythm(passing, load / load.mean() * np.exp(growth), office, slow)


def _roots(rng: np.random.Generator, rhythm: _Rhythm, world: World, number: float) -> Outages:
    own = remembering(rng, len(rhythm.load), 96, 0.5) if world.noisy else 0.0
    intensity = rhythm.load**world.kappa * np.exp(own + rhythm.slow)
    return outages(rng, moments(rng, intensity, number, rhythm.clock.start))


def _releasing(rhythm: _Rhythm, world: World) -> Floats:
    """1.4 a working day, on Fridays about half as many."""
    return rhythm.office * np.where(world.seasonal & (rhythm.clock.weekday == 4), 0.55, 1.0)


def _visits(
    rngs: dict[str, np.random.Generator], rhythm: _Rhythm, world: World, bursts: Seconds, site: Outages, lift: Floats
) -> tuple[Floats, Floats]:
    slots, both = len(rhythm.load), rngs["rhythm"]
    shared = rhythm.slow.copy()
    own = {"traffic": np.zeros(slots), "users": np.zeros(slots)}
    if world.noisy:
        shared += remembering(both, slots, 2, 0.10) + remembering(both, slots, 72, 0.08)
        own = {name: remembering(rngs[name], slots, 2, 0.06) for name in own}
    busy = rhythm.load * np.exp(shared) * _campaigns(rngs["bursts"], rhythm.clock, bursts)
    if world.suppressing:
        busy *= _down(rhythm.clock, site)
    traffic = counts(rngs["traffic"], TRAFFIC * busy * np.exp(own["traffic"]), SHAPE)
    return traffic, counts(rngs["users"], USERS * busy * lift * np.exp(own["users"]), SHAPE)


def _campaigns(rng: np.random.Generator, passing: Clock, bursts: Seconds) -> Floats:
    """Factor by slot: at each burst 1.5 to 3.2 times as many, decaying."""
    excess = np.zeros(len(passing.at))
    heights = rng.uniform(1.5, 3.2, len(bursts)) - 1
    np.add.at(excess, (bursts - passing.start) // SLOT, heights)
    decayed: Floats = lfilter([1.0], [1.0, -np.exp(-SLOT / (BURST_MINUTES * 60))], excess)
    return 1 + decayed


def _down(passing: Clock, site: Outages) -> Floats:
    """Factor by slot: almost nobody while the site is down, and up to twice as many just after."""
    edges = np.append(passing.at, passing.at[-1] + SLOT)
    turns = np.column_stack([site.starts, site.ends]).ravel()
    passed = np.append(0.0, np.cumsum(np.diff(turns) * (np.arange(len(turns) - 1) % 2 == 0))) if len(turns) else None
    share = np.zeros(len(passing.at)) if passed is None else np.diff(np.interp(edges, turns, passed)) / SLOT
    again = np.bincount((site.ends - passing.start) // SLOT + 1, minlength=len(share) + 1)[: len(share)]
    back = lfilter([1.0], [1.0, -np.exp(-SLOT / 1500)], again.astype(np.float64))
    return (1 - 0.98 * share) * (1 + back * (share < 1))


def _lift(passing: Clock, releases: Seconds, minutes: int, size: float) -> Floats:
    """Factor by slot: 1 + `size` after each release, falling in a line to half of that, then gone."""
    steps = minutes * 60 // SLOT
    after = np.log1p(size * (1 - 0.5 * (np.arange(steps) + 0.5) / steps))
    begun = np.bincount((releases - passing.start) // SLOT + 1, minlength=len(passing.at) + 1)[: len(passing.at)]
    return np.exp(np.convolve(begun, after)[: len(passing.at)])


def _since(passing: Clock, starts: Seconds, minutes: int) -> Floats:
    """1.0 in slots up to `minutes` after a start, else 0."""
    begun = np.bincount((starts - passing.start) // SLOT + 1, minlength=len(passing.at) + 1)[: len(passing.at)]
    return (np.convolve(begun, np.ones(minutes * 60 // SLOT))[: len(passing.at)] > 0).astype(np.float64)


def _commits(rng: np.random.Generator, rhythm: _Rhythm, world: World, factor: Floats, weeks: int) -> Seconds:
    slots = len(rhythm.load)
    bursty = np.exp(remembering(rng, slots, COMMIT_HOURS, 0.7) - 0.7**2 / 2) if world.noisy else np.ones(slots)
    usual = rhythm.office / rhythm.office.mean() * COMMITS
    spread = rng.poisson(usual * bursty * factor)
    at = np.repeat(rhythm.clock.at, spread) + rng.integers(0, SLOT, spread.sum())
    return np.sort(at)
