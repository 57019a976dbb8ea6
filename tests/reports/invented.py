"""Reports made up for tests of the page: a company whose figures look like real ones, of any length."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bellwether.reports.report import Asked, Change, Naive, Report, Series, Strip, Track
from bellwether.stats.answer import (
    Answer,
    Check,
    Coincidence,
    Curve,
    Effect,
    Exclusion,
    Histogram,
    Order,
    Verdict,
    WindowResult,
)

REPORT_ID = "20261122T060000Z--20260927T060000Z--20261122T060000Z"
UNTIL = datetime(2026, 11, 22, 6, tzinfo=UTC)
SHARE_MINUTES = (5, 15, 30, 60, 120, 240)
COUNT_MINUTES = (30, 45, 60, 90, 120, 180, 240)
Spans = tuple[tuple[datetime, datetime | None], ...]


def answer(verdict: Verdict = Verdict.SUPPORTED, **changes: object) -> Answer:
    """An answer about shares, as rich as they come; `changes` replace its fields."""
    made = Answer(
        verdict=verdict,
        reason="14 spikes on 13 different days were followed, and without the strongest day the link remains",
        days=56,
        causes=41,
        effects=47,
        p=0.0005,
        p_adjusted=0.00125,
        p_strict=0.0015,
        smallest_p=0.0005,
        order=Order.CAUSE_FIRST,
        order_p=0.006,
        first=15,
        last=3,
        effect=share_effect(),
        detectable=0.14,
        more_days=None,
        forward=windows(SHARE_MINUTES, 41),
        backward=windows(tuple(-each for each in SHARE_MINUTES), 41),
        curve=curve(),
        histogram=histogram(6.8),
        checks=(
            Check("placebo: the same events a day later", True, "3 of 41 followed, 9 % expected; p 0.71"),
            Check("without the most influential day", True, "without 2026-10-14: 12 of 39, p 0.002"),
            Check("threshold of spikes 3 instead of 3.5", True, "15 of 52 followed, p 0.001"),
            Check("threshold of spikes 4.5 instead of 3.5", None, "too few spikes"),
        ),
        coincidences=coincidences(41),
        exclusions=(
            Exclusion("traffic spikes", 3, "less than 80 % of the window after them was observed"),
            Exclusion("API outages", 11, "merged with an outage less than 60 minutes before (flapping)"),
        ),
        seed=20261122,
        permutations=1999,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def share_effect(**changes: object) -> Effect:
    made = Effect("share", 30, 41, 14, 14 / 41, 0.09, 0.25, 0.11, 0.40, "Clopper-Pearson with MOVER")
    return replace(made, **changes)  # type: ignore[arg-type]


def ratio_effect(**changes: object) -> Effect:
    made = Effect("ratio", 120, 48, None, 412.4, 381.9, 0.08, 0.03, 0.13, "test inversion")
    return replace(made, **changes)  # type: ignore[arg-type]


def nothing(verdict: Verdict) -> Answer:
    """An answer in which everything that can be undefined is."""
    none = dict.fromkeys(("p", "p_adjusted", "p_strict", "smallest_p", "order_p", "effect", "detectable", "curve"))
    empty: dict[str, object] = dict.fromkeys(("forward", "backward", "checks", "coincidences", "exclusions"), ())
    rest = {"histogram": None, "more_days": None, "order": Order.NOT_RESOLVED, "reason": "", "causes": 0, "effects": 0}
    return answer(verdict, **none, **empty, **rest, first=0, last=0, days=0)


def windows(lengths: Sequence[int], n: int) -> tuple[WindowResult, ...]:
    return tuple(
        WindowResult(each, n, round(n * 0.3), 0.3, 0.001 * abs(each), 5 - abs(each) / 100, 0.001 * abs(each))
        for each in lengths
    )


def curve() -> Curve:
    minutes = tuple(range(-120, 245, 5))
    values = tuple(0.015 + (0.09 * math.exp(-at / 22) if at >= 0 else 0) + 0.006 * math.sin(at) for at in minutes)
    return Curve(minutes, values, (0.016,) * len(minutes), (0.0,) * len(minutes), (0.048,) * len(minutes))


def histogram(observed: float) -> Histogram:
    edges = tuple(index / 4 - 1 for index in range(25))
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    weights = [math.exp(-((at - 1.1) ** 2) / 0.9) for at in middles]
    return Histogram(edges, tuple(round(1999 * each / sum(weights)) for each in weights), observed)


def coincidences(number: int, days: int = 56) -> tuple[Coincidence, ...]:
    """Events evenly over the days before UNTIL, every third of them followed."""
    step = timedelta(days=days) / (number + 1)
    starts = [int((UNTIL - step * (number - index)).timestamp()) for index in range(number)]
    return tuple(
        Coincidence(at, at + 60 * (5 + at % 25) if index % 3 == 0 else None, None, None)
        for index, at in enumerate(starts)
    )


def counted(number: int) -> tuple[Coincidence, ...]:
    return tuple(
        replace(each, effect_at=None, count=380 + index % 90, expected=381.5)
        for index, each in enumerate(coincidences(number))
    )


def series(label: str, since: datetime, until: datetime, step: int, level: float, seed: int) -> Series:
    """Counts with a day, a week, noise, a hole of a day and the expected count beside them."""
    dice = random.Random(seed)
    number = int((until - since).total_seconds() // 60 // step)
    values: list[float | None] = []
    expected: list[float | None] = []
    for index in range(number):
        at = since + timedelta(minutes=step * index)
        hour = at.hour + at.minute / 60
        mean = level * (0.35 + math.sin(math.pi * hour / 24) ** 2) * (0.6 if at.weekday() > 4 else 1)
        expected.append(round(mean, 1))
        hole = timedelta(days=9) < at - since < timedelta(days=10, hours=7)
        burst = 1.9 if dice.random() < 0.006 else 1
        values.append(None if hole else float(max(0, round(dice.gauss(mean, 1.4 * math.sqrt(mean)) * burst))))
    return Series(label, since, step, tuple(values), tuple(expected))


def outages(since: datetime, until: datetime, number: int, seed: int) -> Spans:
    dice = random.Random(seed)
    length = (until - since).total_seconds()
    starts = sorted(since + timedelta(seconds=dice.uniform(0, length - 7200)) for _ in range(number))
    ends = [start + timedelta(minutes=dice.lognormvariate(2.6, 0.9)) for start in starts]
    return tuple(zip(starts, [*ends[:-1], None], strict=True)) if seed % 2 else tuple(zip(starts, ends, strict=True))


def points(since: datetime, until: datetime, number: int, seed: int) -> Spans:
    return tuple((start, start) for start, _ in outages(since, until, number, seed))


def strip(label: str, source: str, since: datetime, days: int, seed: int) -> Strip:
    dice = random.Random(seed)
    observed = [1000 if dice.random() < 0.93 else dice.choice([0, 420, 870]) for _ in range(days)]
    observed[-1] = 250
    provisional = [0] * days
    if source == "google_analytics":
        observed[-2:], provisional[-2:] = [600, 0], [400, 250]
    seen = UNTIL - timedelta(minutes=7 * seed)
    flags = (("sampled", 12), ("thresholded", 310)) if source == "google_analytics" else ()
    return Strip(label, source, since.date(), tuple(observed), tuple(provisional), seen, flags)


def report(weeks: int = 8, step: int = 60, **changes: object) -> Report:
    """Five questions with four verdicts among them."""
    since, days = UNTIL - timedelta(weeks=weeks), weeks * 7
    made = Report(
        as_of=UNTIL,
        since=since,
        until=UNTIL,
        zone="Europe/Berlin",
        seed=20261122,
        permutations=1999,
        code_version="0.3.0+52892ab",
        asked=questions(since, weeks, step),
        strips=(
            strip("visits and new users", "google_analytics", since, days, 3),
            strip("outages", "statuscake", since, days, 1),
            strip("API monitor", "postman", since, days, 2),
            strip("commits", "github", since, days, 0),
        ),
        changes=(Change("spikes_api_outages", "", "not supported", "supported", DATA_CHANGES),),
        previous_as_of=UNTIL - timedelta(days=1),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


DATA_CHANGES = (
    "7 more traffic spikes and 9 more API outages",
    "Google Analytics restated 2026-11-18 to 2026-11-20",
)


def questions(since: datetime, weeks: int, step: int) -> tuple[Asked, ...]:
    many = weeks * 6
    visitors = series("visitors", since, UNTIL, step, 60 * step, 1)
    users = series("new users", since, UNTIL, step, 2.4 * step, 2)
    commits = series("commits", since, UNTIL, step, 0.02 * step, 3)
    api = Track("API outages", "outages", outages(since, UNTIL, many, 4))
    site = Track("site outages", "outages", outages(since, UNTIL, many, 7))
    spikes = Track("traffic spikes", "spikes", points(since, UNTIL, weeks * 5, 5))
    new_spikes = Track("new-user spikes", "spikes", points(since, UNTIL, many, 6))
    releases = Track("releases", "releases", points(since, UNTIL, many, 8))
    asks = (
        "Do product code releases relate to a change in site activity such as new users?",
        "Do site traffic spikes relate to outages of the API?",
        "Do new-user spikes relate to outages of the site?",
        "Do outages of the API relate to outages of the site?",
        "Do outages of the API relate to a higher number of code commits?",
    )
    first, second, third, fourth, fifth = answers(weeks)
    counts, shares = (COUNT_MINUTES, "two-sided"), (SHARE_MINUTES, "greater")
    return (
        Asked("releases_new_users", "", asks[0], "releases", "new users", *counts, first,
              Naive(0.412, 1e-40, 0.51, 1e-80, 45), (users,), (releases, site)),
        Asked("spikes_api_outages", "", asks[1], "traffic spikes", "API outages", *shares, second,
              Naive(0.207, 3e-15), (visitors,), (spikes, api, site, releases)),
        Asked("new_user_spikes_site_outages", "", asks[2], "new-user spikes", "site outages", *shares, third,
              Naive(0.18, 4e-9), (users,), (new_spikes, site)),
        Asked("api_outages_site_outages", "", asks[3], "API outages", "site outages", *shares, fourth,
              Naive(0.09, 0.02), (), (api, site)),
        Asked("api_outages_commits", "", asks[4], "API outages", "commits", COUNT_MINUTES, "greater", fifth,
              Naive(None, None), (commits,), (api,)),
    )  # fmt: skip


def answers(weeks: int) -> tuple[Answer, Answer, Answer, Answer, Answer]:
    """One for each question."""
    weak = share_effect(minutes=60, n=55, followed=3, observed=3 / 55, expected=0.04, value=0.01, low=-0.03, high=0.09)
    small = share_effect(n=3, followed=1, observed=1 / 3, value=None, low=None, high=None)
    return (
        answer(
            effect=ratio_effect(),
            coincidences=counted(48),
            order=Order.NOT_RESOLVED,
            order_p=0.21,
            causes=48,
            effects=91250,
            p_adjusted=0.004,
            reason="The rise holds after correction and without the strongest day",
        ),
        answer(coincidences=coincidences(weeks * 5, weeks * 7)),
        answer(
            Verdict.NOT_SUPPORTED,
            effect=weak,
            p=0.33,
            p_adjusted=0.41,
            order=Order.NOT_RESOLVED,
            reason="p after correction is above 0.05",
            histogram=histogram(1.2),
        ),
        answer(
            Verdict.TOO_LITTLE_DATA,
            effect=small,
            p=None,
            p_adjusted=None,
            more_days=26,
            reason="2 days of data are there, and 28 are needed",
            curve=None,
            histogram=None,
        ),
        replace(
            nothing(Verdict.NOT_MEASURABLE),
            reason="StatusCake was not read in this window, so outages of the API are not known",
        ),
    )


HOSTILE = "</script><img src=x onerror=alert(1)>\"'<!--{{7*7}}%{x}&amp;\u2028<a href='javascript:alert(2)'>x</a>"


def hostile() -> Report:
    """A report in which every text from outside tries to get out of its place."""
    made = report(weeks=2)
    asked = tuple(
        replace(
            each,
            ask=HOSTILE,
            services=HOSTILE,
            cause=f"{HOSTILE}{number}",
            effect=HOSTILE,
            answer=replace(
                each.answer,
                reason=HOSTILE,
                checks=(Check(HOSTILE, True, HOSTILE),),
                exclusions=(Exclusion(HOSTILE, 1, HOSTILE),),
                effect=replace(each.answer.effect, method=HOSTILE) if each.answer.effect else None,
            ),
            series=tuple(replace(one, label=HOSTILE) for one in each.series),
            tracks=tuple(
                replace(one, label=f"{HOSTILE}{index}", kind=HOSTILE) for index, one in enumerate(each.tracks)
            ),
        )
        for number, each in enumerate(made.asked)
    )
    strips = tuple(replace(one, label=HOSTILE, source=HOSTILE, flags=((HOSTILE, 3),)) for one in made.strips)
    changes = (Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),)
    return replace(made, asked=asked, strips=strips, changes=changes, code_version=HOSTILE)


CALIBRATION = {
    "measured_at": "2026-11-20",
    "companies_null": 400,
    "companies_planted": 200,
    "rows": [
        {
            "question": "traffic spikes, API outages",
            "false_positives_8": 0.031,
            "false_positives_26": 0.04,
            "power_8": 0.959,
            "power_26": None,
            "pearson_false_positives_8": 0.848,
        }
    ],
    "note": "Simulated companies with a day, a week, and slow drifts; percent of companies.",
}
