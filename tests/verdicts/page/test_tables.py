"""The tables under the charts."""

from dataclasses import replace

from bellwether.verdicts.page import tables
from bellwether.verdicts.stats.answer import Answer
from tests.verdicts.report.invented import report


def some() -> Answer:
    return report(weeks=2).asked[0].answer


def beside_nothing(answer: Answer) -> list[tuple[object, ...]]:
    return [row for row in tables.exclusions(answer).rows if "no comparable time" in str(row)]


def test_events_without_a_comparable_time_are_told_of() -> None:
    answer = some()
    assert answer.effect is not None
    (counted,) = (window.n for window in answer.forward if window.minutes == answer.effect.minutes)
    (row,) = beside_nothing(replace(answer, effect=replace(answer.effect, n=counted - 2)))
    assert "2" in str(row)
    assert not beside_nothing(replace(answer, effect=replace(answer.effect, n=counted)))
    assert not beside_nothing(replace(answer, effect=None))
