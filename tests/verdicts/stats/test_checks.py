import numpy as np

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import Design, ask
from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.checks import STAYS
from bellwether.verdicts.stats.verdicts import DAYS_APART, ONE_DAY_OUT
from tests.verdicts.stats.worlds import FOUR_WINDOWS, OF, SLOTS_OF_CAUSES, events, scattered


def found(answer: Answer, name: str) -> tuple[bool | None, str]:
    check = next(check for check in answer.checks if check.name == name)
    return check.passed, check.found


def test_the_checks_of_a_true_link_pass(followed: Answer) -> None:
    names = ("moved one week later", "moved two weeks later", "threshold 3", ONE_DAY_OUT, DAYS_APART)
    assert [found(followed, name)[0] for name in names] == [True] * 5
    assert "followed events on 1" in found(followed, DAYS_APART)[1]
    assert "29 events" in found(followed, "threshold 3")[1]


def test_a_check_that_cannot_be_made_says_so(followed: Answer) -> None:
    assert found(followed, "threshold 9") == (None, "no event")


def test_a_result_of_one_day_does_not_stay_without_it() -> None:
    crowd = 30 * SLOTS + np.arange(100, 240, 14)
    causes = np.append(crowd, scattered(OF, 10, 5))
    answer = ask(events(OF, *causes), events(OF, *crowd + 1), OF, Design((5, 10), merge_minutes=None))
    assert answer.p is not None
    assert answer.p < 0.2
    passed, said = found(answer, ONE_DAY_OUT)
    assert passed is False
    assert "2026-04-01" in said
    assert float(said.split()[1]) > STAYS


def test_an_effect_a_week_later_fails_the_placebo() -> None:
    causes = SLOTS_OF_CAUSES[SLOTS_OF_CAUSES < 48 * SLOTS]
    answer = ask(events(OF, *causes), events(OF, *causes + 7 * SLOTS + 1), OF, FOUR_WINDOWS)
    assert found(answer, "moved one week later")[0] is False
    assert found(answer, "moved two weeks later")[0] is True
