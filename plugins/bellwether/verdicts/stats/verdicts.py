"""What may be said: supported, not supported, too little data, not measurable; and the reason, in a sentence."""

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
    """The answer where nothing was observed: no figure, and the reason."""
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
    """Why these data are too little for a verdict, or None where they are enough."""
    if days < LEAST_DAYS:
        return f"{days} days are too few: the same hours of comparable days take {LEAST_DAYS} at least."
    if causes < LEAST_EPISODES:
        return f"The events asked about came {_times(causes)} in observed time: {LEAST_EPISODES} at least are wanted."
    if effects < LEAST_EPISODES:
        return f"What might follow came {_times(int(effects))}: {LEAST_EPISODES} at least are wanted."
    if smallest_p is None or smallest_p > alpha:
        return "The events lie so close on the calendar that no outcome at all could have told them from chance."
    return None


def more_days(days: int, causes: int, effects: float) -> int | None:
    """How many more days until four weeks and, at the present rate, five of each kind.

    None where one of the two has not happened yet, so that nobody can say. A fortnight where the counts suffice and
    only the calendar does not.

    >>> more_days(10, 9, 9), more_days(40, 4, 100), more_days(40, 0, 100), more_days(28, 9, 9)
    (18, 10, None, 14)
    """
    rarest = min(causes, effects)
    if rarest <= 0:
        return None
    wanted = max(LEAST_DAYS, math.ceil(days * LEAST_EPISODES / rarest))
    return wanted - days if wanted > days else 14


def judge(answers: Sequence[Answer], alpha: float = 0.05) -> list[Answer]:
    """Benjamini-Hochberg over the answers that could have been supported, then the last word on each.

    Supported takes an adjusted p of at most alpha, coincidences on two days at least, and a result that stays
    without the events of its most telling day.
    """
    open_ones = [place for place, answer in enumerate(answers) if _judged(answer)]
    adjusted = benjamini_hochberg([_p(answers[place]) for place in open_ones])
    judged = list(answers)
    for place, p_adjusted in zip(open_ones, adjusted, strict=True):
        verdict, reason = _verdict(answers[place], p_adjusted, alpha)
        judged[place] = replace(answers[place], p_adjusted=p_adjusted, verdict=verdict, reason=reason)
    return judged


def _judged(answer: Answer) -> bool:
    return answer.p is not None and answer.verdict not in (Verdict.NOT_MEASURABLE, Verdict.TOO_LITTLE_DATA)


def _p(answer: Answer) -> float:
    assert answer.p is not None
    return answer.p


def _verdict(answer: Answer, p_adjusted: float, alpha: float) -> tuple[Verdict, str]:
    figure = f"p {p_adjusted:.4f} after correction for the number of questions"
    if p_adjusted > alpha:
        return Verdict.NOT_SUPPORTED, f"What came after is within what other days show at the same hours ({figure})."
    failed = next((check for check in answer.checks if check.name in DECIDING and check.passed is False), None)
    if failed is not None:
        return Verdict.NOT_SUPPORTED, f"It rests on too few days: {failed.found} ({figure})."
    return Verdict.SUPPORTED, f"What came after is beyond what other days show at the same hours ({figure})."


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")
