from __future__ import annotations

import numpy as np
import pytest

from bellwether.models.trust import Trust


def foretold(share: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Rides of which the rain foretold tells so much, and what a model says that believes it."""
    random = np.random.default_rng(1)
    rain = np.where(random.random(len(days)) < 0.3, 0.5, 1.1)
    ones = np.ones(len(days))
    rides = random.poisson(30 * rain**share).astype(float)
    return rides, {"rides": 30 * rain, "usual": 30 * ones, "rain": rain, "temperature": ones, "wind": ones}


def test_rain_foretold_for_far_days_is_believed_as_much_as_it_was_right() -> None:
    days = np.tile(np.arange(1, 121) / 24, 20)
    rides, scored = foretold(np.exp(-0.6 * days), days)
    trust = Trust.of(rides, scored, days)
    assert trust.rain == pytest.approx(0.6, abs=0.15)
    believed = trust.applied(scored, days)
    assert abs(believed["rides"] - rides).mean() < 0.8 * abs(scored["rides"] - rides).mean()
    assert believed["rides"] == pytest.approx(believed["usual"] * believed["rain"])


def test_forecasts_that_come_true_are_believed() -> None:
    days = np.tile(np.arange(1, 121) / 24, 20)
    assert Trust.of(*foretold(np.ones(len(days)), days), days).rain < 0.03


def test_where_nothing_was_foretold_all_is_believed() -> None:
    nothing = np.array([])
    assert Trust.of(nothing, dict.fromkeys(("rides", "rain", "temperature", "wind"), nothing), nothing) == Trust()
