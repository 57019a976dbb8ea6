from dataclasses import replace

import pytest

from bellwether.verdicts.stats.answer import Answer, Check, Verdict
from bellwether.verdicts.stats.verdicts import DAYS_APART, ONE_DAY_OUT, judge, more_days, not_measurable, shortage
from tests.verdicts.stats.worlds import calendar


def answer(p: float | None, verdict: Verdict = Verdict.NOT_SUPPORTED, **more: object) -> Answer:
    return replace(not_measurable("", calendar(56), 1, 99), verdict=verdict, p=p, **more)


def test_p_values_are_corrected_over_the_questions_that_could_be_supported() -> None:
    judged = judge(
        [
            answer(0.01),
            answer(None, Verdict.NOT_MEASURABLE),
            answer(0.04),
            answer(0.001, Verdict.TOO_LITTLE_DATA),
            answer(0.5),
        ]
    )
    assert [each.p_adjusted for each in judged] == [pytest.approx(0.03), None, pytest.approx(0.06), None, 0.5]
    assert [each.verdict.value for each in judged] == [
        "supported",
        "not measurable",
        "not supported",
        "too little data",
        "not supported",
    ]


@pytest.mark.parametrize("name", [DAYS_APART, ONE_DAY_OUT])
def test_what_rests_on_one_day_is_not_supported(name: str) -> None:
    (judged,) = judge([answer(0.001, checks=(Check(name, False, "4 followed events on 1 day"),))])
    assert judged.verdict is Verdict.NOT_SUPPORTED
    assert "4 followed events on 1 day" in judged.reason


def test_another_check_that_fails_is_told_but_does_not_decide() -> None:
    (judged,) = judge([answer(0.001, checks=(Check("moved one week later", False, "p 0.01"),))])
    assert judged.verdict is Verdict.SUPPORTED


def test_the_reason_never_speaks_of_causes() -> None:
    judged = judge([answer(0.001), answer(0.9)])
    assert all("cause" not in each.reason for each in judged)


def test_no_answers_are_judged_to_none() -> None:
    assert judge([]) == []


def test_alpha_can_be_set() -> None:
    assert judge([answer(0.03)], alpha=0.01)[0].verdict is Verdict.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("days", "causes", "effects", "smallest", "word"),
    [
        (27, 50, 50, 0.001, "27 days"),
        (28, 4, 50, 0.001, "4 times"),
        (28, 0, 50, None, "not once"),
        (28, 50, 1, 0.001, "once"),
        (28, 50, 50, 0.2, "chance"),
        (28, 50, 50, None, "chance"),
    ],
)
def test_what_is_too_little_is_said(days: int, causes: int, effects: int, smallest: float | None, word: str) -> None:
    assert word in (shortage(days, causes, effects, smallest) or "")


def test_four_weeks_and_five_of_each_are_enough() -> None:
    assert shortage(28, 5, 5, 0.05) is None


def test_more_days_are_counted_at_the_present_rate() -> None:
    assert more_days(2, 1, 4) == 26
    assert more_days(30, 2, 100) == 45
    assert more_days(30, 100, 0) is None
