from collections import Counter

import numpy as np

from bellwether.verdicts.stats.reshuffle import reshuffles, weeks
from tests.verdicts.stats.worlds import calendar


def test_days_stay_within_their_stratum_and_none_is_lost() -> None:
    strata = calendar(35).strata
    drawn = reshuffles(strata, 300, 7)
    assert sorted(np.concatenate([stratum.days for stratum in drawn]).tolist()) == list(range(35))
    for stratum in drawn:
        assert len(set(strata[stratum.days])) == 1
        assert (np.sort(stratum.places, axis=1) == np.arange(len(stratum.days))).all()


def test_the_first_order_is_the_order_as_it_was() -> None:
    for stratum in reshuffles(calendar(28).strata, 10, 3):
        assert (stratum.places[0] == np.arange(len(stratum.days))).all()


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    strata = calendar(28).strata
    first, again, other = reshuffles(strata, 50, 1), reshuffles(strata.copy(), 50, 1), reshuffles(strata, 50, 2)
    assert all((a.places == b.places).all() for a, b in zip(first, again, strict=True))
    assert any((a.places != b.places).any() for a, b in zip(first, other, strict=True))


def test_every_order_of_a_small_stratum_is_as_likely() -> None:
    (stratum,) = reshuffles(np.zeros(3, dtype=np.int64), 6000, 5)
    counts = Counter(tuple(row) for row in stratum.places[1:].tolist())
    assert len(counts) == 6
    assert all(abs(number - 1000) < 150 for number in counts.values())


def test_more_days_after_do_not_change_how_the_first_are_drawn() -> None:
    short, long = reshuffles(calendar(28).strata, 20, 1), reshuffles(calendar(56).strata, 20, 1)
    assert all((a.places == b.places).all() for a, b in zip(short, long, strict=False))


def test_weeks_that_are_not_whole_take_no_part() -> None:
    assert len(weeks(30, 5, 1).days) == 4
    assert weeks(30, 5, 1).places.shape == (6, 4)
