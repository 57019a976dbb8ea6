"""Intervals against the same sets written out second by second."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from bellwether.verdicts.signals.intervals import OPEN, Intervals, intersection, union

LENGTH = 60


def any_intervals(rng: random.Random) -> tuple[Intervals, set[int]]:
    pairs = [sorted((rng.randrange(LENGTH), rng.randrange(LENGTH))) for _ in range(rng.randrange(8))]
    seconds = {at for start, end in pairs for at in range(start, end)}
    return Intervals.joined([start for start, _ in pairs], [end for _, end in pairs]), seconds


def seconds_of(intervals: Intervals) -> set[int]:
    return {at for start, end in intervals.pairs() for at in range(start, end)}


@pytest.mark.parametrize("seed", range(60))
def test_they_are_what_sets_of_seconds_are(seed: int) -> None:
    rng = random.Random(seed)
    (one, ones), (other, others) = any_intervals(rng), any_intervals(rng)
    assert seconds_of(one) == ones
    assert seconds_of(one | other) == ones | others
    assert seconds_of(one & other) == ones & others
    assert seconds_of(one - other) == ones - others
    assert seconds_of(one.within(10, 40)) == ones & set(range(10, 40))
    assert one.seconds == len(ones)
    inside = one.contains(np.arange(LENGTH))
    assert set(np.flatnonzero(inside)) == ones
    for found in (one, one | other, one & other, one - other):
        assert all(found.starts < found.ends)
        assert all(found.ends[:-1] < found.starts[1:]), "those that touch are one"


def test_many_together() -> None:
    parts = [Intervals.joined([start], [start + 10]) for start in (0, 5, 8)]
    assert union(parts).pairs() == [(0, 18)]
    assert intersection(parts).pairs() == [(8, 10)]
    assert union([]).pairs() == intersection([]).pairs() == []


def test_what_lasts_still_ends_on_a_day_nobody_will_see() -> None:
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert Intervals.of([(noon, None)]).pairs() == [(int(noon.timestamp()), OPEN)]
