"""Answers made up for tests of reports: each verdict, as rich as they come and with all undefined."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bellwether.verdicts.stats.answer import (
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

UNTIL = datetime(2026, 11, 22, 6, tzinfo=UTC)
SHARE_MINUTES = (5, 15, 30, 60, 120, 240)


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
