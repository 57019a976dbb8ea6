"""Decide verdicts: supported, not supported, too little data or not measurable, with a reason in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from bellwether.verdicts.stats.answer import Answer, Order, Verdict
from bellwether.verdicts.stats.calendar import Calendar
from bellwether.verdicts.stats.multiplicity import benjamini_hochberg

LEAST_DAYS = 28
LEAST_EPISODES = 5
DAYS_APART = "different days"
ONE_DAY_OUT = "without its most telling day"
DECIDING = (DAYS_APART, ONE_DAY_OUT)


def not_measurable(reason: str, calendar: Calendar, seed: int, permutations: int) -> Answer:
    """The answer if nothing was observed: the reason without figures."""
    return Answer(
        verdict=Verdict.NOT_MEASURABLE,
        reason=reason,
        days=calendar.days,
        causes=0,
        effects=0,
        p=None,
        p_adjusted=None,
        p_strict=None,
        smallest_p=None,
        order=Order.NOT_RESOLVED,
        order_p=None,
        first=0,
        last=0,
        effect=None,
        detectable=None,
        more_days=None,
        forward=(),
        backward=(),
        curve=None,
        histogram=None,
        checks=(),
        coincidences=(),
        exclusions=(),
        seed=seed,
        permutations=permutations,
    )


def shortage(days: int, causes: int, effects: float, smallest_p: float | None, alpha: float = 0.05) -> str | None:
    """The reason why the data are too few for a verdict; None if they suffice."""
    if days < LEAST_DAYS:
        return f"{days} days are too few: a comparison with the same hours of other days needs at least {LEAST_DAYS}."
    if causes < LEAST_EPISODES:
        return f"The cause occurred {_times(causes)} in observed time: at least {LEAST_EPISODES} times are needed."
    if effects < LEAST_EPISODES:
        return f"The effect occurred {_times(int(effects))}: at least {LEAST_EPISODES} times are needed."
    if smallest_p is None or smallest_p > alpha:
        return "The events lie so close on the calendar that no result could be distinguished from chance."
    return None


def more_days(days: int, causes: int, effects: float) -> int | None:
    """The number of further days until there are four weeks and, at the present rate, five causes and five effects.

    None if no cause or no effect has occurred yet. 14 if days and counts suffice, but their distribution does not.

    >>> more_days(10, 9, 9), more_days(40, 4, 100), more_days(40, 0, 100), more_days(28, 9, 9)
    (18, 10, None, 14)
    """
    rarest = min(causes, effects)
    if rarest <= 0:
        return None
    needed = max(LEAST_DAYS, math.ceil(days * LEAST_EPISODES / rarest))
    return needed - days if needed > days else 14


def judge(answers: Sequence[Answer], alpha: float = 0.05) -> list[Answer]:
    """Correct the testable answers by Benjamini-Hochberg, and set their final verdicts.

    A supported answer needs an adjusted p of at most alpha, coincidences on at least two days, and a result that
    persists without the events of its most telling day.
    """
    testable = [index for index, answer in enumerate(answers) if _is_testable(answer)]
    adjusted = benjamini_hochberg([_p(answers[index]) for index in testable])
    judged = list(answers)
    for index, p_adjusted in zip(testable, adjusted, strict=True):
        verdict, reason = _verdict(answers[index], p_adjusted, alpha)
        judged[index] = replace(answers[index], p_adjusted=p_adjusted, verdict=verdict, reason=reason)
    return judged


def _is_testable(answer: Answer) -> bool:
    return answer.p is not None and answer.verdict not in (Verdict.NOT_MEASURABLE, Verdict.TOO_LITTLE_DATA)


def _p(answer: Answer) -> float:
    assert answer.p is not None
    return answer.p


def _verdict(answer: Answer, p_adjusted: float, alpha: float) -> tuple[Verdict, str]:
    figure = f"p {p_adjusted:.4f} after correction for the number of questions"
    if p_adjusted > alpha:
        return (
            Verdict.NOT_SUPPORTED,
            f"After the events the effect is as usual at the same hours of other days ({figure}).",
        )
    failed = next((check for check in answer.checks if check.name in DECIDING and check.passed is False), None)
    if failed is not None:
        return Verdict.NOT_SUPPORTED, f"It rests on too few days: {failed.found} ({figure})."
    return (
        Verdict.SUPPORTED,
        f"After the events the effect is unusual for the same hours of other days ({figure}).",
    )


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")
