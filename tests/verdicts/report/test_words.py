"""Sentences of verdicts: what they say, and what they never say."""

from dataclasses import replace
from typing import Any

import pytest

from bellwether.verdicts.report.report import Asked, Naive
from bellwether.verdicts.report.words import naive, order_sentence, sentence, short, verdict_lines
from bellwether.verdicts.stats.answer import Answer, Order, Verdict
from tests.verdicts.report.invented import report
from tests.verdicts.report.invented_answers import answer, nothing, ratio_effect, share_effect


def asked(made: Answer, **changes: Any) -> Asked:
    return replace(report(weeks=1).asked[1], answer=made, **changes)


def users(made: Answer) -> Asked:
    return asked(made, cause="releases", effect="new users", sides="two-sided")


SUPPORTED = answer()
RATIO = answer(effect=ratio_effect(), order=Order.CAUSE_FIRST)
NO = answer(Verdict.NOT_SUPPORTED, p_adjusted=0.41, order=Order.NOT_RESOLVED)
LITTLE = answer(Verdict.TOO_LITTLE_DATA, reason="28 days are needed", p=None, p_adjusted=None, more_days=26)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(
            asked(SUPPORTED),
            "API outages follow traffic spikes: 14 of 41 traffic spikes, 34 %, were followed within 30 minutes; "
            "at the same hours of comparable days 9 %; difference +25 points, interval +11 to +40; "
            "p 0.0013 after correction.",
            id="supported, a share",
        ),
        pytest.param(
            asked(replace(SUPPORTED, order=Order.NOT_RESOLVED)),
            "API outages go with traffic spikes: 14 of 41 traffic spikes, 34 %, were followed within 30 minutes; "
            "at the same hours of comparable days 9 %; difference +25 points, interval +11 to +40; "
            "p 0.0013 after correction.",
            id="the order is not resolved",
        ),
        pytest.param(
            users(RATIO),
            "More new users follow releases: in the 2 hours after each of 48 releases 412 new users on average; "
            "at the same hours of comparable days 382; +8 %, interval +3 to +13; p 0.0013 after correction.",
            id="supported, a ratio",
        ),
        pytest.param(
            users(answer(effect=ratio_effect(value=-0.034, low=-0.06, high=-0.008), order=Order.NOT_RESOLVED)),
            "Fewer new users go with releases: in the 2 hours after each of 48 releases 412 new users on average; "
            "at the same hours of comparable days 382; \N{MINUS SIGN}3 %, interval \N{MINUS SIGN}6 to "
            "\N{MINUS SIGN}0.8; p 0.0013 after correction.",
            id="a fall",
        ),
        pytest.param(
            asked(replace(NO, effect=share_effect(low=-0.03, high=0.09), detectable=0.14)),
            "The data do not support that API outages go with traffic spikes: 14 of 41 traffic spikes, 34 %, were "
            "followed within 30 minutes; at the same hours of comparable days 9 %; difference +25 points, interval "
            "\N{MINUS SIGN}3 to +9; p 0.41 after correction; a rise of more than 9 points is unlikely; a link of "
            "+14 points would have been found in four cases of five.",
            id="not supported names the interval",
        ),
        pytest.param(
            users(replace(NO, effect=ratio_effect(low=-0.02, high=0.05), detectable=None)),
            "The data do not support that new users go with releases: in the 2 hours after each of 48 releases 412 "
            "new users on average; at the same hours of comparable days 382; +8 %, interval \N{MINUS SIGN}2 to +5; "
            "p 0.41 after correction; a rise of more than 5 % or a fall of more than 2 % is unlikely.",
            id="a change either way",
        ),
        pytest.param(
            asked(replace(NO, effect=None, p=0.5, p_adjusted=None, detectable=0.2)),
            "The data do not support that API outages go with traffic spikes: p 0.5; a link of +20 points would have "
            "been found in four cases of five.",
            id="not supported without an effect",
        ),
        pytest.param(
            asked(LITTLE),
            "Too little data to say whether API outages go with traffic spikes. 28 days are needed. So far 14 of 41 "
            "traffic spikes, 34 %, were followed within 30 minutes; at the same hours of comparable days 9 %. "
            "About 26 more days are needed.",
            id="how much longer",
        ),
        pytest.param(
            asked(replace(LITTLE, effect=share_effect(n=1, followed=1, observed=1.0, expected=None), more_days=1)),
            "Too little data to say whether API outages go with traffic spikes. 28 days are needed. So far 1 of 1 "
            "traffic spikes, 100 %, was followed within 30 minutes. About 1 more day is needed.",
            id="one of one",
        ),
        pytest.param(
            asked(nothing(Verdict.TOO_LITTLE_DATA)),
            "Too little data to say whether API outages go with traffic spikes. How much longer it takes cannot be "
            "said yet.",
            id="nothing at all yet",
        ),
        pytest.param(
            asked(replace(nothing(Verdict.NOT_MEASURABLE), reason="nobody looked at the API.")),
            "Whether API outages go with traffic spikes cannot be measured: nobody looked at the API.",
            id="not measurable",
        ),
        pytest.param(
            asked(nothing(Verdict.SUPPORTED)), "API outages go with traffic spikes.", id="supported, all undefined"
        ),
        pytest.param(
            asked(nothing(Verdict.NOT_SUPPORTED)),
            "The data do not support that API outages go with traffic spikes.",
            id="not supported, all undefined",
        ),
    ],
)
def test_a_verdict_in_words(said: Asked, words: str) -> None:
    assert sentence(said) == words


EVERY = [
    asked(each)
    for verdict in Verdict
    for order in Order
    for effect in (share_effect(), ratio_effect(), share_effect(value=None, low=None, high=None, observed=None), None)
    for each in (answer(verdict, order=order, effect=effect), replace(nothing(verdict), order=order, effect=effect))
]


def test_no_sentence_speaks_of_causes_or_of_no_relation_or_of_none() -> None:
    assert len(EVERY) == 96
    for each in EVERY:
        for text in (sentence(each), short(each), order_sentence(each)):
            assert not {"cause", "causes", "caused", "none", "nan"} & set(text.lower().replace(".", " ").split())
            assert "no relation" not in text
            assert "None" not in text
            assert text[0].isupper()
            assert text.endswith(".")
            assert ".." not in text


@pytest.mark.parametrize(
    ("order", "begins"),
    [
        (Order.CAUSE_FIRST, "Traffic spikes come first (traffic spikes first in 15, API outages first in 3; p 0.006)"),
        (Order.EFFECT_FIRST, "API outages come first (traffic spikes first in 15"),
        (Order.NOT_RESOLVED, "Which comes first is not resolved (traffic spikes first in 15"),
    ],
)
def test_the_order_is_told_as_far_as_it_was_found(order: Order, begins: str) -> None:
    assert order_sentence(asked(replace(SUPPORTED, order=order))).startswith(begins)


def test_the_naive_correlation_is_called_naive() -> None:
    assert naive(asked(SUPPORTED)).startswith("naive hourly Pearson correlation, for comparison only, not evidence")
    assert naive(asked(SUPPORTED)).endswith("r 0.21, p below 0.0001, would call it significant")
    weak = naive(asked(SUPPORTED, naive=Naive(-0.02, 0.4)))
    assert weak.endswith("r \N{MINUS SIGN}0.02, p 0.4, would not call it significant")
    assert naive(asked(SUPPORTED, naive=Naive(None, None))).endswith("undefined")
    best = naive(asked(SUPPORTED, naive=Naive(0.1, 0.2, 0.3, 1e-9, -45)))
    assert best.endswith(
        "the best of all lags up to four hours (45 minutes earlier): r 0.30, p below 0.0001, would call it significant"
    )


def test_the_terminal_gets_every_answer_with_the_naive_one_beside() -> None:
    lines = verdict_lines(report())
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 110
    assert text.count("naive hourly Pearson") == 5
    heads = [line[:16].strip() for line in lines if line[:1] != " "]
    assert heads == ["supported", "supported", "not supported", "too little data", "not measurable"]
