"""Answer a question: is the effect associated with the cause beyond what time of day and week explain?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from bellwether.verdicts.stats.answer import Answer, Exclusion, Verdict, WindowResult
from bellwether.verdicts.stats.calendar import Calendar
from bellwether.verdicts.stats.checks import days_apart
from bellwether.verdicts.stats.details import detailed
from bellwether.verdicts.stats.events import Counts, Events, chained
from bellwether.verdicts.stats.maxt import MaxT
from bellwether.verdicts.stats.order import by_contrast, by_signs
from bellwether.verdicts.stats.trial import Asked, Design, Trial, attempt, weekly
from bellwether.verdicts.stats.verdicts import LEAST_DAYS, judge, more_days, not_measurable, shortage
from bellwether.verdicts.stats.windows import observed_around

STRICT_DAYS = 42
"""Six weeks have 720 permutations; fewer weeks have too few for a small p."""

__all__ = ["Design", "ask", "judge", "not_measurable"]


def ask(
    cause: Events,
    effect: Events | Counts,
    calendar: Calendar,
    design: Design,
    *,
    variants: Mapping[str, Events] | None = None,
    exclusions: tuple[Exclusion, ...] = (),
    permutations: int = 1999,
    seed: int = 1,
    details: bool = True,
) -> Answer:
    """Answer a question; the verdict is provisional until `judge` has corrected all answers together.

    variants: the cause at other thresholds, by name, for the checks. exclusions: earlier exclusions of the caller.
    details: False omits effect, curve, histogram, checks and coincidences. Missing events or observed time raise no
    error: the answer states them.
    """
    bare = replace(not_measurable("", calendar, seed, permutations), exclusions=exclusions)
    if (reason := _unmeasured(cause, effect)) is not None:
        return replace(bare, reason=reason)
    at, merged = chained(_seen(cause, calendar).at, design.merge_seconds)
    slots = calendar.slot(at)
    effect = _seen(effect, calendar) if isinstance(effect, Events) else effect
    asked = Asked(at, slots, cause.observed, effect, calendar, design, permutations, seed)
    trial = attempt(asked)
    if len(slots) and trial.counted == 0:
        return replace(bare, reason="The effect was not observed at the times of the events.")
    answer = replace(
        _answered(bare, asked, trial),
        exclusions=(*exclusions, *_left(merged, len(slots) - trial.counted)),
        forward=_windows(asked, trial, trial.forward, 0),
        backward=_windows(asked, trial, trial.backward, len(design.minutes)),
    )
    return detailed(answer, asked, trial, variants or {}) if details else answer


def _unmeasured(cause: Events, effect: Events | Counts) -> str | None:
    if not cause.observed.any():
        return "The cause was not observed on any of these days."
    if not effect.observed.any():
        return "The effect was not observed on any of these days."
    if not (cause.observed & effect.observed).any():
        return "The cause and the effect were never observed at the same time."
    return None


def _seen(events: Events, calendar: Calendar) -> Events:
    """The events in observed slots, in order of time."""
    at = np.sort(events.at)
    slot = calendar.slot(at)
    return Events(at[(slot >= 0) & events.observed.ravel()[slot]], events.observed)


def _left(merged: int, unseen: int) -> list[Exclusion]:
    reasons = [(merged, "merged with the event before"), (unseen, "the time after the event was not observed")]
    return [Exclusion("events", number, reason) for number, reason in reasons if number]


def _answered(bare: Answer, asked: Asked, trial: Trial) -> Answer:
    days, causes, effects = asked.calendar.days, trial.counted, _effects(asked)
    p, p_strict, smallest = None, None, None
    if days >= LEAST_DAYS and causes > 0 and effects > 0:
        p, p_strict, smallest = _tested(asked, trial)
    short = shortage(days, causes, effects, smallest)
    if isinstance(asked.effect, Counts):
        order = by_contrast(trial.sums, trial.forward.best, asked.design.two_sided)
    else:
        order = by_signs(asked.at[observed_around(asked.effect, 60)[asked.slots]], asked.effect.at)
    return replace(
        bare,
        verdict=Verdict.NOT_SUPPORTED if short is None else Verdict.TOO_LITTLE_DATA,
        reason=short or "Not yet corrected for the number of questions.",
        causes=causes,
        effects=effects,
        p=p,
        p_strict=p_strict,
        smallest_p=smallest,
        order=order.order,
        order_p=order.p,
        first=order.first,
        last=order.last,
        more_days=None if short is None else more_days(days, causes, effects),
        checks=(days_apart(asked, trial),) if causes else (),
    )


def _tested(asked: Asked, trial: Trial) -> tuple[float, float, float]:
    """The headline p, the strict p, and the smallest attainable headline p."""
    days, weeks = trial.forward, weekly(asked, trial)
    strict = max(days.p, weeks.p)
    if asked.design.strict and asked.calendar.days >= STRICT_DAYS:
        return strict, strict, max(days.smallest_p, weeks.smallest_p)
    return days.p, strict, days.smallest_p


def _effects(asked: Asked) -> float:
    if isinstance(asked.effect, Counts):
        return float(np.nansum(asked.effect.values))
    return len(asked.effect.at)


def _windows(asked: Asked, trial: Trial, result: MaxT, start: int) -> tuple[WindowResult, ...]:
    rows = []
    for column, lag in enumerate(trial.lags[start : start + result.z.size]):
        total, number = (float(sums[0, start + column]) for sums in (trial.sums.total, trial.sums.number))
        unit = trial.field.unit(start + column)
        rows.append(
            WindowResult(
                minutes=lag.minutes,
                n=round(number),
                followed=None if isinstance(asked.effect, Counts) else round(total),
                observed=_known(result.observed[column] / unit),
                expected=_known(result.expected[column] / unit),
                z=_known(result.z[column]),
                p=_known(result.p_window[column]) if asked.calendar.days >= LEAST_DAYS else None,
            )
        )
    return tuple(rows)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
