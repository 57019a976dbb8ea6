import numpy as np

from bellwether.verdicts.stats.calendar import SLOTS, touched
from bellwether.verdicts.stats.events import Counts
from bellwether.verdicts.stats.spikes import scores, spikes
from tests.verdicts.stats.worlds import calendar

OF = calendar(56)


def world(*bursts: int, length: int = 12, factor: float = 2.0, mean: float = 100.0) -> Counts:
    rhythm = 1.0 - 0.5 * np.cos(2 * np.pi * np.arange(56 * SLOTS) / SLOTS)
    values = np.random.default_rng(1).poisson(mean * rhythm).astype(np.float64)
    for slot in bursts:
        values[slot : slot + length] *= factor
    return Counts(values.reshape(56, SLOTS))


def near(counts: Counts, threshold: float = 5.0) -> list[int]:
    return OF.slot(spikes(counts, OF, threshold)[0].at).tolist()


def test_a_burst_is_found_at_its_start() -> None:
    found = near(world(20 * SLOTS + 150, 33 * SLOTS + 20))
    assert len(found) == 2
    assert abs(found[0] - (20 * SLOTS + 150)) <= 1
    assert abs(found[1] - (33 * SLOTS + 20)) <= 1


def test_a_quiet_series_has_few_spikes() -> None:
    assert len(near(world())) == 0
    assert len(near(world(), 3.5)) <= 5


def test_a_single_slot_out_is_no_spike() -> None:
    values = world().values.copy()
    values[20, 150] *= 1.4
    assert near(Counts(values)) == []


def test_bursts_within_an_hour_are_one_spike() -> None:
    found = near(world(20 * SLOTS + 150, 20 * SLOTS + 158, length=4))
    assert len(found) == 1
    _, exclusions = spikes(world(20 * SLOTS + 150, 20 * SLOTS + 158, length=4), OF, 5.0)
    assert [each.number for each in exclusions] == [1]


def test_a_higher_threshold_finds_no_more() -> None:
    counts = world(*range(10 * SLOTS + 100, 40 * SLOTS, 2 * SLOTS + 7), factor=1.35)
    sizes = [len(near(counts, threshold=threshold)) for threshold in (3.0, 3.5, 4.5, 9.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


def test_refill_after_an_outage_is_no_spike_and_that_time_is_unobserved() -> None:
    burst = 20 * SLOTS + 150
    start = int(OF.at(burst)) - 1800
    hidden = touched(OF, [start], [start + 1500 + 3600])
    counts = world(burst, 33 * SLOTS + 20)
    found, exclusions = spikes(counts, OF, 5.0, hidden)
    assert len(found.at) == 1
    assert [(each.number, each.reason) for each in exclusions] == [(1, "during an outage or in the hour after it")]
    assert not found.observed[hidden].any()
    assert found.observed.sum() < SLOTS * 56


def test_unobserved_slots_have_no_score_and_no_spike() -> None:
    values = world(20 * SLOTS + 150).values.copy()
    values[20, 140:180] = np.nan
    assert near(Counts(values)) == []
    score = scores(Counts(values), OF)
    assert np.isnan(score[20, 140:180]).all()
    assert not np.isnan(score[20, :140]).any()


def test_a_spike_cut_short_by_unobserved_time_is_one() -> None:
    values = world(20 * SLOTS + 150).values.copy()
    values[20, 151:180] = np.nan
    (found,) = near(Counts(values))
    assert abs(found - (20 * SLOTS + 150)) <= 1


def test_nothing_observed_has_no_spike() -> None:
    found, exclusions = spikes(Counts(np.full((56, SLOTS), np.nan)), OF)
    assert (len(found.at), int(found.observed.sum()), exclusions) == (0, 0, ())


def test_counts_of_nothing_have_no_spike() -> None:
    assert near(Counts(np.zeros((56, SLOTS)))) == []


def test_a_step_by_one_in_a_sparse_series_is_no_spike() -> None:
    values = np.zeros((56, SLOTS))
    values[20, 150:153] = 1.0
    assert near(Counts(values)) == []
