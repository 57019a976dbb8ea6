"""Requests keep under a vendor's limits, whichever threads send them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bellwether.hooks.throttle import Throttle


def moments(throttle, *asked_at):
    return [round(now + throttle.reserve(now), 3) for now in asked_at]


def test_without_limits_nobody_waits():
    assert moments(Throttle(), 1, 1, 1) == [1, 1, 1]


def test_what_is_too_much_waits_its_turn():
    assert moments(Throttle((2, 1.0)), 0, 0, 0, 0, 0) == [0, 0, 1, 1, 2]


def test_time_that_passes_makes_room():
    assert moments(Throttle((2, 1.0)), 0, 0.5, 0.9, 3, 3, 3) == [0, 0.5, 1, 3, 3, 4]


def test_the_stricter_limit_counts():
    assert moments(Throttle((2, 1.0), (3, 60.0)), *[0] * 7) == [0, 0, 1, 60, 60, 61, 120]


@pytest.mark.parametrize(("count", "seconds"), [(5, 1.0), (60, 60.0), (1, 0.5)])
def test_no_stretch_of_time_ever_has_more(count, seconds):
    throttle = Throttle((count, seconds))
    with ThreadPoolExecutor(8) as pool:
        taken = sorted(pool.map(lambda _: throttle.reserve(now=0.0), range(4 * count)))
    assert len(taken) == 4 * count
    for earlier, later in zip(taken, taken[count:], strict=False):
        assert later - earlier >= seconds - 1e-9
