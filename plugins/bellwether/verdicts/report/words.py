"""A question's answer as a sentence that a reader can check: the counts, then the expected counts.

The verbs for a link are "follow", "precede" (if a test established the order) and "go with".
"""

from __future__ import annotations

import textwrap

from bellwether.amounts import bare, count, minutes, p_value, percent, sentence_of, signed, with_minus
from bellwether.verdicts.report.report import Asked, Naive, Report
from bellwether.verdicts.stats.answer import Answer, Effect, Order, Verdict

NAIVE = "naive hourly Pearson correlation, for comparison only, not evidence"
COMPARED = "at the same hours of comparable days"
_ALPHA = 0.05


def sentence(asked: Asked) -> str:
    """The verdict in plain words with its figures; undefined figures are left out."""
    formats = {
        Verdict.SUPPORTED: _supported,
        Verdict.NOT_SUPPORTED: _not_supported,
        Verdict.TOO_LITTLE_DATA: _too_little,
        Verdict.NOT_MEASURABLE: _not_measurable,
    }
    return formats[asked.answer.verdict](asked)


def short(asked: Asked) -> str:
    """The verdict in a short sentence without figures or symbols, suitable for reading aloud."""
    link = f"{asked.effect} go with {asked.cause}"
    if asked.answer.verdict is Verdict.SUPPORTED:
        return sentence_of(claim(asked))
    if asked.answer.verdict is Verdict.NOT_SUPPORTED:
        return sentence_of(f"The data do not support that {link}")
    if asked.answer.verdict is Verdict.TOO_LITTLE_DATA:
        return sentence_of(f"There is too little data yet to say whether {link}")
    return sentence_of(f"Whether {link} cannot be measured")


def claim(asked: Asked) -> str:
    """The claim of a supported answer, e.g. "API outages follow traffic spikes"."""
    effect, order = asked.answer.effect, asked.answer.order
    subject = asked.effect
    if effect is not None and effect.unit == "ratio" and effect.value is not None:
        subject = f"{'more' if effect.value >= 0 else 'fewer'} {asked.effect}"
    verb = {Order.CAUSE_FIRST: "follow", Order.EFFECT_FIRST: "precede"}.get(order, "go with")
    return f"{subject} {verb} {asked.cause}"


def order_sentence(asked: Asked) -> str:
    """Which side comes first, according to the test of the order."""
    answer = asked.answer
    counts = f"{asked.cause} first in {answer.first}, {asked.effect} first in {answer.last}"
    if answer.effect is not None and answer.effect.unit == "ratio":
        counts = f"{asked.effect} after and before {asked.cause} compared"
    tested = f"{counts}; p {p_value(answer.order_p)}" if answer.order_p is not None else counts
    if answer.order is Order.NOT_RESOLVED:
        return sentence_of(f"Which comes first is not resolved ({tested})")
    first = asked.cause if answer.order is Order.CAUSE_FIRST else asked.effect
    return sentence_of(f"{first} come first ({tested})")


def verdict_lines(report: Report, width: int = 110) -> list[str]:
    """The answers as lines for a terminal, each followed by the naive correlation, labelled as such."""
    lines: list[str] = []
    for asked in report.asked:
        head = f"{asked.answer.verdict.value:<16}"
        body = [sentence(asked)]
        if asked.answer.verdict is Verdict.SUPPORTED:
            body.append(order_sentence(asked))
        lines += _wrapped(f"{head}{' '.join(body)}", width, " " * 16)
        lines += _wrapped(f"{' ' * 16}{naive(asked)}", width, " " * 18)
    return lines


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Wrap a text without separating numbers from their percent signs."""
    bound = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap(bound, width, subsequent_indent=indent)]


def naive(asked: Asked) -> str:
    """The result of a naive correlation of hourly counts."""
    r, p = asked.naive.r, asked.naive.p
    if r is None or p is None:
        return f"{NAIVE}: undefined"
    return f"{NAIVE}: {_correlated(r, p)}{_best_lag(asked.naive)}"


def _correlated(r: float, p: float) -> str:
    verdict = "would call it significant" if p <= _ALPHA else "would not call it significant"
    return f"r {with_minus(f'{r:.2f}')}, p {p_value(p)}, {verdict}"


def _best_lag(naive: Naive) -> str:
    """The best of many lags, tested as if it were the only lag."""
    if naive.best_r is None or naive.best_p is None or naive.best_minutes is None:
        return ""
    lag = f"{minutes(abs(naive.best_minutes))} {'later' if naive.best_minutes > 0 else 'earlier'}"
    lag = lag if naive.best_minutes else "at once"
    return f"; the best of all lags up to four hours ({lag}): {_correlated(naive.best_r, naive.best_p)}"


def figures(asked: Asked) -> str:
    """Counts, expected counts, the difference, its interval and p, as a clause."""
    answer, effect = asked.answer, asked.answer.effect
    parts = [] if effect is None else [_counts(asked, effect), _difference(effect)]
    if answer.p_adjusted is not None:
        parts.append(f"p {p_value(answer.p_adjusted)} after correction")
    elif answer.p is not None:
        parts.append(f"p {p_value(answer.p)}")
    return "; ".join(part for part in parts if part)


def _supported(asked: Asked) -> str:
    return sentence_of(_joined(claim(asked), figures(asked)))


def _not_supported(asked: Asked) -> str:
    link = f"the data do not support that {asked.effect} go with {asked.cause}"
    return sentence_of(_joined(link, "; ".join(part for part in (figures(asked), limits(asked)) if part)))


def _too_little(asked: Asked) -> str:
    head = sentence_of(f"Too little data to say whether {asked.effect} go with {asked.cause}")
    days = asked.answer.more_days
    longer = "How much longer it takes cannot be said yet."
    if days is not None:
        longer = f"About {days} more {'day is' if days == 1 else 'days are'} needed."
    effect = asked.answer.effect
    so_far = sentence_of(f"so far {_counts(asked, effect)}") if effect is not None and _counts(asked, effect) else ""
    return " ".join(part for part in (head, sentence_of(asked.answer.reason), so_far, longer) if part)


def _not_measurable(asked: Asked) -> str:
    head = f"Whether {asked.effect} go with {asked.cause} cannot be measured"
    return sentence_of(_joined(head, asked.answer.reason))


def limits(asked: Asked) -> str:
    """The links that an unsupported answer rules out, and the smallest link it could have detected."""
    answer, effect = asked.answer, asked.answer.effect
    parts = [] if effect is None else _unlikely(effect, asked.sides)
    if answer.detectable is not None:
        unit = "share" if effect is None else effect.unit
        size = signed(abs(answer.detectable), unit=unit)
        parts.append(f"a link of {size} would have been found in four cases of five")
    return "; ".join(parts)


def _unlikely(effect: Effect, sides: str) -> list[str]:
    ruled_out = []
    if effect.high is not None:
        ruled_out.append("any rise" if effect.high <= 0 else f"a rise of more than {_size(effect.high, effect.unit)}")
    if sides == "two-sided" and effect.low is not None:
        ruled_out.append("any fall" if effect.low >= 0 else f"a fall of more than {_size(-effect.low, effect.unit)}")
    return [f"{' or '.join(ruled_out)} is unlikely"] if ruled_out else []


def _size(value: float, unit: str) -> str:
    return signed(value, unit=unit).removeprefix("+")


def _counts(asked: Asked, effect: Effect) -> str:
    if effect.unit == "share":
        return _followed(asked, effect)
    if effect.observed is None:
        return ""
    within = f"in the {minutes(effect.minutes)} after each of {effect.n} {asked.cause} {count(effect.observed)}"
    expected = "" if effect.expected is None else f"; {COMPARED} {count(effect.expected)}"
    return f"{within} {asked.effect} on average{expected}"


def _followed(asked: Asked, effect: Effect) -> str:
    if effect.followed is None or effect.observed is None:
        return ""
    were = "was" if effect.followed == 1 else "were"
    counts = f"{effect.followed} of {effect.n} {asked.cause}, {percent(effect.observed)}, {were} followed"
    expected = "" if effect.expected is None else f"; {COMPARED} {percent(effect.expected)}"
    return f"{counts} within {minutes(effect.minutes)}{expected}"


def _difference(effect: Effect) -> str:
    if effect.value is None:
        return ""
    head = "difference " if effect.unit == "share" else ""
    difference = f"{head}{signed(effect.value, unit=effect.unit)}"
    return difference if (interval := interval_text(effect)) is None else f"{difference}, interval {interval}"


def interval_text(effect: Effect) -> str | None:
    """The interval without its unit, e.g. "+11 to +40"; None if an end is missing."""
    if effect.low is None or effect.high is None:
        return None
    return f"{bare(effect.low)} to {bare(effect.high)}"


def _joined(head: str, tail: str) -> str:
    return f"{head}: {tail}" if tail.strip() else head


def secondary(answer: Answer) -> str:
    """A note on the windows before the event, which are secondary to the question."""
    best = min((window.p for window in answer.backward if window.p is not None), default=None)
    return "" if best is None else f"smallest adjusted p of the windows before the event: {p_value(best)} (secondary)"
