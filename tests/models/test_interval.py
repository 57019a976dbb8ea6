from __future__ import annotations

import numpy as np
import pytest

from bellwether.models.interval import Interval


@pytest.mark.parametrize("mean", [4.0, 60.0])
@pytest.mark.parametrize("spread", [0.001, 0.3])
def test_eighty_of_a_hundred_lie_within(mean: float, spread: float) -> None:
    random = np.random.default_rng(1)
    forecast = mean * np.exp(random.normal(0, 0.7, 4000))
    rides = random.poisson(forecast * random.gamma(1 / spread, spread, 4000)).astype(float)
    low, high = Interval.of(rides[:2000], forecast[:2000]).around(forecast[2000:])
    within = (low <= rides[2000:]) & (rides[2000:] <= high)
    assert 0.76 < within.mean() < 0.88
    busiest = forecast[2000:] > np.quantile(forecast, 0.8)
    assert 0.72 < within[busiest].mean() < 0.9, "not only on average over quiet hours and busy ones"


def test_no_count_is_below_zero() -> None:
    forecast = np.full(500, 0.3)
    low, high = Interval.of(np.random.default_rng(1).poisson(forecast).astype(float), forecast).around(forecast)
    assert (low == 0).all()
    assert (high >= 0.3).all()
