import numpy as np
import pytest

from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.events import Counts, Events
from bellwether.verdicts.stats.windows import Shifted, backward, count_field, forward, observed_around, onset_field
from tests.verdicts.stats.worlds import busy, calendar, events, everywhere

OF = calendar(28)
ONSET = 5 * SLOTS + 100


def test_a_window_after_an_event_holds_its_own_slot_for_onsets() -> None:
    effect = events(OF, ONSET)
    field = onset_field(effect, OF, forward((5, 15), effect))
    assert np.flatnonzero(field.values[0]).tolist() == [ONSET - 1, ONSET]
    assert np.flatnonzero(field.values[1]).tolist() == [ONSET - 3, ONSET - 2, ONSET - 1, ONSET]


def test_a_window_before_an_event_leaves_its_own_slot_out() -> None:
    field = onset_field(events(OF, ONSET), OF, backward((5, 15)))
    assert np.flatnonzero(field.values[0]).tolist() == [ONSET + 1]
    assert np.flatnonzero(field.values[1]).tolist() == [ONSET + 1, ONSET + 2, ONSET + 3]


def test_two_onsets_in_a_window_are_one_followed_event() -> None:
    effect = events(OF, ONSET, ONSET + 1)
    assert onset_field(effect, OF, forward((30,), effect)).values.max() == 1.0


def test_a_window_runs_on_over_midnight() -> None:
    effect = events(OF, 6 * SLOTS)
    assert onset_field(effect, OF, forward((5,), effect)).values[0, 6 * SLOTS - 1] == 1.0


def test_four_fifths_of_a_window_must_be_observed() -> None:
    observed = everywhere(28)
    observed[5, 100:102] = False
    effect = Events(np.zeros(0, dtype=np.int64), observed)
    field = onset_field(effect, OF, forward((45, 40), effect))
    assert field.valid[0, 5 * SLOTS + 95]  # 8 of 10
    assert not field.valid[1, 5 * SLOTS + 95]  # 7 of 9


def test_what_comes_after_the_last_day_is_unobserved() -> None:
    effect = events(OF, ONSET)
    valid = onset_field(effect, OF, forward((240,), effect)).valid[0]
    assert not valid[-9:].any()
    assert not valid[-39]
    assert valid[-40]


def test_counts_like_any_other_day_s_give_values_around_nothing() -> None:
    field = count_field(busy(OF, 20.0, 1), OF, forward((60,), busy(OF, 20.0, 1)))
    assert abs(field.values[0].mean()) < 0.05 * field.values[0].std()


def test_a_rise_after_a_moment_is_seen_from_it() -> None:
    counts = busy(OF, 20.0, 1).values.copy().ravel()
    counts[ONSET + 1 : ONSET + 13] *= 2
    risen = Counts(counts.reshape(28, SLOTS))
    field = count_field(risen, OF, forward((60,), risen) + backward((60,)))
    after, before = (row.reshape(28, SLOTS) for row in field.values)
    assert after[5, 100] == after[OF.rest, 100].max()
    assert before[5, 113] == before[OF.rest, 113].max()
    assert after[5, 100] > 0 > after[5, 88]
    assert before[5, 113] > 0 > before[5, 126]


def test_one_burst_of_counts_is_drawn_in_to_two_standard_deviations() -> None:
    counts = busy(OF, 20.0, 1).values.copy()
    counts[5, 101:113] *= 1.5
    high = counts.copy()
    high[5, 101:113] *= 10
    lag = forward((60,), Counts(counts))
    some, more = (count_field(Counts(values), OF, lag).values[0] for values in (counts, high))
    assert more.reshape(28, SLOTS)[5, 100] < 2 * some.reshape(28, SLOTS)[5, 100]


def test_sparse_windows_are_not_drawn_in() -> None:
    counts = np.zeros((28, SLOTS))
    counts[::5, 100:110] = 1.0
    values = count_field(Counts(counts), OF, forward((60,), Counts(counts))).values[0]
    assert values.max() > 1.0


def test_a_rise_that_began_before_counts_for_less() -> None:
    noise = np.repeat(np.random.default_rng(3).lognormal(0, 0.3, 28 * 12), 24).reshape(28, SLOTS)
    counts = Counts(np.round(busy(OF, 40.0, 1).values * noise))
    lag = forward((30,), counts)
    values = counts.values.copy().ravel()
    values[ONSET + 1 : ONSET + 7] *= 3
    fresh = count_field(Counts(values.reshape(28, SLOTS)), OF, lag).values[0, ONSET]
    values[ONSET - 12 : ONSET] *= 3
    already = count_field(Counts(values.reshape(28, SLOTS)), OF, lag).values[0, ONSET]
    assert already < 0.8 * fresh


def test_unobserved_counts_are_neither_high_nor_low() -> None:
    values = busy(OF, 20.0, 1).values.copy()
    lag = forward((60,), Counts(values))
    whole = count_field(Counts(values), OF, lag)
    values[5, 102:104] = np.nan
    holed = count_field(Counts(values), OF, lag)
    assert holed.valid[0, ONSET]
    assert holed.values[0, ONSET] == pytest.approx(whole.values[0, ONSET], abs=2 * whole.values[0].std())
    values[5, 102:110] = np.nan
    assert not count_field(Counts(values), OF, lag).valid[0, ONSET]


def test_an_invalid_window_has_the_value_nothing() -> None:
    values = busy(OF, 20.0, 1).values.copy()
    values[5:9] = np.nan
    field = count_field(Counts(values), OF, forward((60,), Counts(values)))
    assert (field.values[~field.valid] == 0).all()
    assert np.isfinite(field.values).all()


def test_a_shifted_series_is_seen_so_much_later() -> None:
    series = Shifted(np.arange(10.0), np.arange(10) != 4, np.array([-1, 0, 2]))
    values, valid = series.look(np.array([0, 4, 9]))
    assert valid.tolist() == [[False, True, True], [True, False, True], [True, True, False]]
    assert values[valid].tolist() == [3, 8, 0, 9, 2, 6]


def test_an_order_needs_both_sides_observed() -> None:
    observed = everywhere(28)
    observed[5, 100:106] = False
    around = observed_around(Events(np.zeros(0, dtype=np.int64), observed), 60)
    assert not around[5 * SLOTS + 92]
    assert not around[5 * SLOTS + 110]
    assert around[5 * SLOTS + 125]
    assert not around[0]


def test_values_of_counts_are_read_in_standard_deviations() -> None:
    counts = busy(OF, 20.0, 1)
    field = count_field(counts, OF, forward((60,), counts))
    assert field.unit(0) == pytest.approx(field.values[0][field.valid[0]].std())
    assert onset_field(events(OF, ONSET), OF, backward((5,))).unit(0) == 1.0
