"""The five questions asked of a company with the product's own code, as a deployment would ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from bellwether.verdicts.questions import read
from bellwether.verdicts.report.answering import design_of
from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import ask
from bellwether.verdicts.stats.calendar import Calendar, Flags, grid, holidays, mask, touched
from bellwether.verdicts.stats.events import Counts, Events, onsets, points
from bellwether.verdicts.stats.spikes import spikes

from .clock import SLOT
from .company import Company
from .missing import inside, seen
from .outages import Outages, Seconds

DESIGNS = {f"Q{place}": design_of(question) for place, question in enumerate(read().questions, start=1)}
"""As questions.toml ships them."""
HOUR, WEEK = 3600, 7 * 86400


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question's two sides."""

    cause: Events
    effect: Events | Counts


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A company as the product sees it."""

    calendar: Calendar
    sides: dict[str, Asked]
    api_alone: Events
    site_alone: Events
    """Outage episodes had nothing been planted."""


def look(company: Company, wanted: Iterable[str] = DESIGNS) -> Seen:
    """Signals on the grid, episodes and spikes, of the wanted questions."""
    bare = Calendar(company.world.zone, company.first, company.days)
    observed = {source: _observed(company, bare, source) for source in company.hidden}
    traffic, users = _visits(company, bare, observed["analytics"])
    calendar = replace(bare, holidays=holidays(traffic.values, bare))

    def episodes(source: str, outages: Outages) -> Events:
        kept = ~inside(outages.starts, company.hidden[source])
        return onsets(outages.starts[kept], outages.ends[kept], calendar, observed[source])[0]

    api, site = episodes("api", company.api), episodes("site", company.site)
    sides: dict[str, Callable[[], Asked]] = {"Q4": lambda: Asked(api, site)}
    sides["Q1"] = lambda: Asked(points(_seen(company, company.releases), calendar, observed["code"], HOUR)[0], users)
    sides["Q2"] = lambda: Asked(spikes(traffic, calendar, hidden=_refilling(company, calendar, "Q2"))[0], api)
    sides["Q3"] = lambda: Asked(spikes(users, calendar, hidden=_refilling(company, calendar, "Q3"))[0], site)
    sides["Q5"] = lambda: Asked(api, _commits(company, calendar, observed["code"]))
    alone = episodes("api", company.api_alone), episodes("site", company.site_alone)
    return Seen(calendar, {name: sides[name]() for name in wanted}, *alone)


def answer(seen: Seen, name: str, seed: int, details: bool) -> Answer:
    """The product's answer to one question, before Benjamini-Hochberg."""
    asked = seen.sides[name]
    return ask(asked.cause, asked.effect, seen.calendar, DESIGNS[name], seed=seed, details=details)


def moved(asked: Asked, calendar: Calendar, weeks: int) -> Asked:
    """The causes so many whole weeks later by the local clock, the last weeks' coming first."""
    slot = calendar.slot(asked.cause.at)
    later = (slot + weeks * 7 * 288) % calendar.slots
    within = (asked.cause.at - calendar.at(slot)) % 300
    # A cause in a slot nobody looked at is none, nor one in an hour that never was.
    kept = asked.cause.observed.ravel()[later]
    return Asked(Events(np.sort((calendar.at(later) + within)[kept]), asked.cause.observed), asked.effect)


def _observed(company: Company, calendar: Calendar, source: str) -> Flags:
    looked = seen(calendar.start_at, calendar.end_at, company.hidden[source])
    return mask(calendar, looked[:, 0], looked[:, 1])


def _seen(company: Company, at: Seconds) -> Seconds:
    """What of releases or commits lies in time that somebody looked at."""
    return at[~inside(at, company.hidden["code"])]


def _visits(company: Company, calendar: Calendar, observed: Flags) -> tuple[Counts, Counts]:
    """Traffic and new users; where the site counts them itself, nobody does while it is down."""
    if company.world.suppressing:
        observed = observed & ~touched(calendar, company.site.starts, company.site.ends)
    grids = (grid(calendar, company.clock.at, values) for values in (company.traffic, company.users))
    traffic, users = (Counts(np.where(observed, values, np.nan)) for values in grids)
    return traffic, users


def _commits(company: Company, calendar: Calendar, observed: Flags) -> Counts:
    return Counts(np.where(observed, grid(calendar, _seen(company, company.commits), 1.0), np.nan))


def _refilling(company: Company, calendar: Calendar, question: str) -> Flags | None:
    """Slots in a site outage or the hour after it, whose spikes are no causes; for traffic, if outages suppress it.

    A spike in the slot in which an outage begins came before it or with it, and is no refill.
    """
    if question == "Q2" and not company.world.suppressing:
        return None
    return touched(calendar, company.site.starts + SLOT - 1, company.site.ends + HOUR)
