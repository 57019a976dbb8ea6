"""Reports made up for tests of the page: a company whose figures look like real ones, of any length."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta

from bellwether.verdicts.report.report import Asked, Change, Naive, Report, Series, Strip, Track
from tests.verdicts.report.invented_answers import SHARE_MINUTES, UNTIL, answers

REPORT_ID = "20261122T060000Z--20260927T060000Z--20261122T060000Z"
COUNT_MINUTES = (30, 45, 60, 90, 120, 180, 240)
Spans = tuple[tuple[datetime, datetime | None], ...]


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
