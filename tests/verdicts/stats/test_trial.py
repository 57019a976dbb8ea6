import numpy as np
import pytest

from bellwether.verdicts.stats.trial import Asked, Design, Trial, attempt, weekly, window_p
from tests.verdicts.stats.worlds import busy, calendar, events, everywhere, scattered

OF = calendar(56)
SLOTS_OF_CAUSES = scattered(OF, 24, 3)
DESIGN = Design((30, 60, 120), "two-sided")


@pytest.fixture(scope="module")
def asked() -> Asked:
    at = OF.at(SLOTS_OF_CAUSES)
    return Asked(at, SLOTS_OF_CAUSES, everywhere(56), busy(OF, 10.0, 1), OF, DESIGN, 499, 1)


@pytest.fixture(scope="module")
def trial(asked: Asked) -> Trial:
    return attempt(asked)


def test_the_windows_after_come_first_and_those_before_second(trial: Trial) -> None:
    assert [lag.minutes for lag in trial.lags] == [30, 60, 120, -30, -60, -120]
    assert trial.sums.total.shape == (500, 6)
    assert trial.forward.z.size == trial.backward.z.size == 3


def test_the_windows_after_alone_give_the_same_p(asked: Asked, trial: Trial) -> None:
    assert [window_p(asked, window) for window in range(3)] == trial.forward.p_window.tolist()
    assert window_p(asked, trial.forward.best) == trial.forward.p


def test_every_event_counts_where_all_is_observed(trial: Trial) -> None:
    assert trial.counted == 24


def test_whole_weeks_have_a_test_of_their_own(asked: Asked, trial: Trial) -> None:
    result = weekly(asked, trial)
    assert result.observed == pytest.approx(trial.forward.observed)
    assert result.p != trial.forward.p
    assert len(result.largest) == 500


def test_a_cause_that_could_not_have_been_seen_on_a_day_does_not_count_there(asked: Asked) -> None:
    of = calendar(14)
    effect = events(of, 3 * 288 + 101)
    seen = everywhere(14)
    seen[3] = False
    cause = np.array([4 * 288 + 100])
    trial = attempt(Asked(of.at(cause), cause, seen, effect, of, Design((5,)), 200, 1))
    number = trial.sums.number[:, 0]
    assert number[0] == 1
    assert set(number.tolist()) == {0.0, 1.0}
    assert trial.sums.total.max() == 0
