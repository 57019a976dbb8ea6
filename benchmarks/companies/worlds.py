"""What a company may be like, and what may be planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MONDAY = date(2026, 1, 5)
SPRING, AUTUMN = date(2026, 3, 2), date(2026, 10, 12)
"""Mondays from which eight weeks of Europe/Berlin hold a change of the clocks; 26 from the second hold two."""


@dataclass(frozen=True, slots=True)
class World:
    """A null world: nothing is linked, except by what is set here.

    kappa: outages are as frequent as load to this power.
    slow: sd of a seven-day noise that outages, traffic and new users share, in log.
    growth: how many times busier the end is than the beginning.
    seasonal, noisy: whether load has a day and a week, and whether anything remembers its past.
    outages, releases: expected in all; None for the usual rates (4 roots and 7 releases a week).
    missing: share of the time that nobody looked, source by source.
    suppressing: the site's outages take the traffic with them, which comes back with a refill.
    """

    name: str
    kappa: float = 1.0
    slow: float = 0.0
    growth: float = 1.0
    holidays: bool = False
    seasonal: bool = True
    noisy: bool = True
    outages: float | None = None
    releases: float | None = None
    missing: float = 0.0
    zone: str = "UTC"
    suppressing: bool = False

    def first(self, seed: int, weeks: int) -> date:
        """The local Monday a company's window begins with."""
        if self.zone == "UTC":
            return MONDAY
        return AUTUMN if seed % 2 or weeks >= 24 else SPRING


WORLDS = {
    world.name: world
    for world in (
        World("seasonal"),
        World("shared slow driver", slow=0.6),
        World("3 bank holidays", holidays=True),
        World("kappa 1.6", kappa=1.6),
        World("x2 growth", growth=2.0),
        World("few events", outages=5.0, releases=7.0),
        World("no seasonality", seasonal=False),
        World("white", seasonal=False, noisy=False),
        World("missing data", missing=0.1),
        World("clock changes", zone="Europe/Berlin"),
        World("suppressed traffic", suppressing=True),
    )
}


@dataclass(frozen=True, slots=True)
class Planted:
    """True links. Question 1: `users` more new users, fading to half of that within two hours of a release.

    burst_to_api, burst_to_site (questions 2 and 3): share of bursts that bring an outage after Exp(15 min).
    api_to_site (question 4): share of API outages that bring a site outage after Exp(10 min).
    commits (question 5): how many times as many commits in the three hours after an API outage begins.
    """

    users: float = 0.0
    burst_to_api: float = 0.0
    burst_to_site: float = 0.0
    api_to_site: float = 0.0
    commits: float = 1.0


NOTHING = Planted()


def planted(weeks: int, few: bool = False) -> dict[tuple[str, ...], Planted]:
    """Effects by the questions they make true, those together that do not touch each other.

    At 26 weeks half as large as at 8; with few events about twice as large.
    """
    scale = 2.0 if few else 1.0 if weeks < 20 else 0.5
    return {
        ("Q1", "Q4", "Q5"): Planted(users=0.1 * scale, api_to_site=0.25 * scale, commits=1 + 0.9 * scale),
        ("Q2", "Q3"): Planted(burst_to_api=0.35 * scale, burst_to_site=0.35 * scale),
    }
