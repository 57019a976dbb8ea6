import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import Design, ask
from bellwether.verdicts.stats.calendar import SLOTS
from bellwether.verdicts.stats.events import Counts, Events
from tests.verdicts.stats.worlds import OF, SLOTS_OF_CAUSES, busy, events, scattered


@pytest.fixture(scope="module")
def risen() -> Answer:
    """Sparse counts that are three times as high for an hour after every event."""
    values = busy(OF, 0.5, 1).values.ravel().copy()
    for slot in SLOTS_OF_CAUSES:
        values[slot + 1 : slot + 13] += np.arange(12) % 2 * 2
    return ask(
        events(OF, *SLOTS_OF_CAUSES), Counts(values.reshape(56, SLOTS)), OF, Design((30, 60, 120)), permutations=999
    )


def test_every_coincidence_is_listed_with_its_two_times(followed: Answer) -> None:
    pairs = [(each.cause_at, each.effect_at) for each in followed.coincidences]
    assert [cause for cause, _ in pairs] == OF.at(SLOTS_OF_CAUSES).tolist()
    assert [effect - cause for cause, effect in pairs[::2] if effect] == [420] * 12
    assert sum(effect is not None for _, effect in pairs) == followed.forward[0].followed
    assert {(each.count, each.expected) for each in followed.coincidences} == {(None, None)}


def test_the_effect_agrees_with_the_window_it_stands_for(followed: Answer) -> None:
    effect = followed.effect
    assert effect is not None
    window = next(each for each in followed.forward if each.minutes == effect.minutes)
    assert (effect.n, effect.followed, effect.observed) == (window.n, window.followed, window.observed)
    assert effect.unit == "share"
    assert window.z == max(each.z or 0 for each in followed.forward)


def test_an_interval_leaves_out_no_change_where_the_test_finds_one(risen: Answer) -> None:
    effect = risen.effect
    assert effect is not None
    assert (effect.unit, effect.method) == ("ratio", "test inversion")
    assert effect.low is not None
    assert effect.low > 0.3
    assert risen.detectable is not None
    assert 0.1 < risen.detectable < 1.5


@pytest.mark.parametrize("seed", range(6))
def test_the_interval_and_the_two_sided_test_never_disagree(seed: int) -> None:
    design = Design((30, 60), "two-sided")
    counts = _planted(busy(OF, 8.0, seed), 0.12, seed)
    answer = ask(events(OF, *SLOTS_OF_CAUSES), counts, OF, design, permutations=299)
    assert answer.p is not None
    effect = answer.effect
    assert effect is not None
    assert effect.low is not None
    assert effect.high is not None
    assert (effect.low <= 0 <= effect.high) == (answer.p > 0.05)


def test_counts_are_listed_beside_what_matched_times_had(risen: Answer) -> None:
    effect = risen.effect
    assert effect is not None
    counts = [each.count or 0.0 for each in risen.coincidences]
    due = [each.expected for each in risen.coincidences if each.expected is not None]
    assert len(counts) == effect.n
    assert np.mean(counts) == pytest.approx(effect.observed)
    assert np.mean(due) == pytest.approx(effect.expected, rel=0.2)


def test_a_larger_series_lets_smaller_effects_be_found() -> None:
    few, many = (
        ask(events(OF, *SLOTS_OF_CAUSES), busy(OF, mean, 2), OF, Design((60,)), permutations=499).detectable
        for mean in (1.0, 16.0)
    )
    assert few is not None
    assert many is not None
    assert 2 < few / many < 8


def test_the_smallest_rise_named_is_found_in_most_cases() -> None:
    """Planted at the size named, half as much again is found nearly always and a third of it seldom."""
    cause = events(OF, *SLOTS_OF_CAUSES)
    sizes = {1 / 3: 0, 1.0: 0, 1.5: 0}
    for seed in range(8):
        counts = busy(OF, 8.0, seed)
        named = ask(cause, counts, OF, Design((60,)), permutations=299).detectable
        assert named is not None
        for share in sizes:
            planted = _planted(counts, named * share, seed)
            p = ask(cause, planted, OF, Design((60,)), permutations=299, details=False).p
            sizes[share] += p is not None and p <= 0.05
    assert sizes[1 / 3] <= 4
    assert sizes[1.0] >= 5
    assert sizes[1.5] >= 7


def _planted(counts: Counts, rise: float, seed: int) -> Counts:
    rng = np.random.default_rng(seed + 100)
    values = counts.values.ravel().copy()
    for slot in SLOTS_OF_CAUSES:
        values[slot + 1 : slot + 13] += rng.binomial(values[slot + 1 : slot + 13].astype(int), rise)
    return Counts(values.reshape(56, SLOTS))


def test_events_without_a_matched_time_have_no_effect_size_but_a_list() -> None:
    every = np.concatenate([day * SLOTS + np.arange(0, SLOTS, 13) for day in range(56)])
    answer = ask(events(OF, *every), events(OF, *scattered(OF, 20, 2)), OF, Design((240,)))
    assert answer.effect is not None
    assert answer.effect.value is None
    assert answer.detectable is None
    assert len(answer.coincidences) == answer.effect.n


def test_no_events_have_no_details() -> None:
    answer = ask(Events(np.zeros(0, dtype=np.int64), events(OF).observed), busy(OF, 5.0, 1), OF, Design((60,)))
    assert answer.effect is answer.curve is answer.histogram is None
    assert answer.coincidences == ()
