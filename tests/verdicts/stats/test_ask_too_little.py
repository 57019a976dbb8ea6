"""What is asked of too little data, or of none, and what cannot be asked."""

from dataclasses import replace

import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Verdict
from bellwether.verdicts.stats.ask import Design, ask
from bellwether.verdicts.stats.calendar import SLOTS, Calendar
from bellwether.verdicts.stats.events import Counts, Events
from tests.verdicts.stats.worlds import COUNTS, DAYS, ONSETS, busy, calendar, events, everywhere, judged, scattered

pytestmark = pytest.mark.filterwarnings("error")
NOTHING = np.zeros(0, dtype=np.int64)


def few(of: Calendar, number: int) -> Events:
    return events(of, *scattered(of, number, 5))


@pytest.mark.parametrize("details", [True, False])
@pytest.mark.parametrize(("causes", "effects"), [(0, 0), (0, 20), (20, 0), (1, 20), (20, 1), (4, 4)])
def test_too_few_events_are_too_little_data(causes: int, effects: int, details: bool) -> None:
    of = calendar(DAYS)
    answer = judged(ask(few(of, causes), few(of, effects), of, ONSETS, details=details))
    assert answer.verdict is Verdict.TOO_LITTLE_DATA
    assert answer.p_adjusted is None
    assert answer.reason
    assert (answer.more_days is None) == (min(causes, effects) == 0)


@pytest.mark.parametrize("days", [1, 2, 13, 27])
def test_less_than_four_weeks_are_too_little_data(days: int) -> None:
    of = calendar(days)
    slots = np.arange(days) * SLOTS + 100
    answer = judged(ask(events(of, *slots), events(of, *slots + 1), of, ONSETS))
    assert answer.verdict is Verdict.TOO_LITTLE_DATA
    assert answer.p is None
    assert {window.p for window in answer.forward} == {None}
    assert answer.more_days is not None
    assert answer.more_days >= 28 - days
    counts = judged(ask(events(of, *slots), busy(of, 5.0, 1), of, COUNTS))
    assert counts.verdict is Verdict.TOO_LITTLE_DATA


def test_two_days_with_an_event_need_four_weeks_at_least() -> None:
    of = calendar(2)
    assert ask(few(of, 2), few(of, 2), of, ONSETS).more_days == 26


def test_events_at_one_moment_of_one_day_cannot_tell_anything() -> None:
    of = calendar(DAYS)
    crowd = Events(of.at(np.full(8, 20 * SLOTS + 100)), everywhere(DAYS))
    answer = judged(ask(crowd, few(of, 20), of, replace(ONSETS, merge_minutes=None)))
    assert answer.verdict is Verdict.TOO_LITTLE_DATA


def test_all_coincidences_on_one_day_are_not_supported() -> None:
    of = calendar(DAYS)
    slots = np.append(scattered(of, 8, 5), 30 * SLOTS + np.arange(100, 240, 20))
    effect = 30 * SLOTS + np.arange(101, 241, 20)
    answer = judged(ask(events(of, *slots), events(of, *effect), of, replace(ONSETS, minutes=(5, 15))))
    assert answer.verdict is not Verdict.SUPPORTED


def test_nobody_looked_is_not_measurable() -> None:
    of = calendar(DAYS)
    blind = np.zeros((DAYS, SLOTS), dtype=bool)
    counts = Counts(np.full((DAYS, SLOTS), np.nan))
    for cause, effect in (
        (Events(NOTHING, blind), few(of, 20)),
        (few(of, 20), Events(NOTHING, blind)),
        (few(of, 20), counts),
    ):
        answer = judged(ask(cause, effect, of, ONSETS))
        assert answer.verdict is Verdict.NOT_MEASURABLE
        assert answer.p is None
        assert "was not observed" in answer.reason


def test_looking_only_at_different_times_is_not_measurable() -> None:
    of = calendar(DAYS)
    early = np.zeros((DAYS, SLOTS), dtype=bool)
    early[:, :96] = True
    cause = Events(few(of, 20).at, ~early)
    assert ask(cause, Events(NOTHING, early), of, ONSETS).verdict is Verdict.NOT_MEASURABLE


def test_looking_away_after_every_event_is_not_measurable() -> None:
    of = calendar(DAYS)
    cause = few(of, 20)
    observed = np.zeros((DAYS, SLOTS), dtype=bool)
    observed.ravel()[of.slot(cause.at)] = True
    answer = ask(cause, Events(NOTHING, observed), of, replace(ONSETS, minutes=(30, 60)))
    assert answer.verdict is Verdict.NOT_MEASURABLE


def test_no_days_are_not_measurable() -> None:
    of = calendar(0)
    nothing = Events(NOTHING, np.zeros((0, SLOTS), dtype=bool))
    assert ask(nothing, nothing, of, ONSETS).verdict is Verdict.NOT_MEASURABLE


def test_counts_that_never_vary_are_an_answer_too() -> None:
    of = calendar(DAYS)
    answer = judged(ask(few(of, 20), Counts(np.full((DAYS, SLOTS), 3.0)), of, COUNTS))
    assert answer.verdict in (Verdict.NOT_SUPPORTED, Verdict.TOO_LITTLE_DATA)
    assert judged(ask(few(of, 20), Counts(np.zeros((DAYS, SLOTS))), of, COUNTS)).verdict is Verdict.TOO_LITTLE_DATA


def test_everything_down_all_the_time_is_no_answer() -> None:
    of = calendar(DAYS)
    answer = judged(ask(events(of, *range(0, DAYS * SLOTS, 13)), events(of, *range(DAYS * SLOTS)), of, ONSETS))
    assert answer.verdict is Verdict.TOO_LITTLE_DATA
    assert answer.smallest_p == 1.0


@pytest.mark.parametrize("minutes", [(), (0,), (7,), (-30,)])
def test_a_window_that_cannot_be_is_refused(minutes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="multiples of 5 minutes"):
        Design(minutes)


def test_a_side_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        Design((30,), "less")  # type: ignore[arg-type]
