from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bellwether.models.naive import seasonal_naive
from tests.models.invented import calendar


def counted(start: str, days: int) -> tuple[pd.DataFrame, np.ndarray]:
    rows = calendar(pd.Timestamp(start, tz="UTC"), days * 24, "Europe/Berlin")
    return rows, np.arange(len(rows), dtype=float)


def at(rows: pd.DataFrame, found: np.ndarray, local: str) -> list[float]:
    return found[(rows["local_at"] == pd.Timestamp(local)).to_numpy()].tolist()


@pytest.mark.parametrize(("start", "after"), [("2026-03-19", "2026-03-30"), ("2026-10-15", "2026-10-26")])
def test_the_hour_a_week_before_is_that_of_the_local_clock(start: str, after: str) -> None:
    """On the Monday after the clocks were changed, nine o'clock is like nine o'clock."""
    rows, rides = counted(start, 14)
    then = at(rows, rides, str(pd.Timestamp(f"{after} 09:00") - pd.Timedelta(weeks=1)))
    assert at(rows, seasonal_naive(rows["local_at"], rides), f"{after} 09:00") == then != []


def test_the_hour_that_summer_time_leaves_out_is_taken_from_two_weeks_before() -> None:
    rows, rides = counted("2026-03-19", 21)
    assert at(rows, rides, "2026-03-29 02:00") == []
    found = at(rows, seasonal_naive(rows["local_at"], rides), "2026-04-05 02:00")
    assert found == at(rows, rides, "2026-03-22 02:00") != []


def test_of_the_hour_that_comes_twice_the_first_is_taken() -> None:
    rows, rides = counted("2026-10-15", 21)
    first, second = at(rows, rides, "2026-10-25 02:00")
    assert second == first + 1
    assert at(rows, seasonal_naive(rows["local_at"], rides), "2026-11-01 02:00") == [first]


def test_what_is_missing_is_taken_from_the_week_before_it_and_never_from_its_own_week() -> None:
    rows, rides = counted("2026-06-01", 28)
    rides[100] = np.nan
    found = seasonal_naive(rows["local_at"], rides)
    assert found[100 + 168] != found[100 + 168]
    assert found[100 + 2 * 168] == rides[100 + 168]
    rides[100 + 168] = np.nan
    assert np.isnan(seasonal_naive(rows["local_at"], rides)[100 + 2 * 168])
    rides[50 + 168] = np.nan
    assert seasonal_naive(rows["local_at"], rides)[50 + 2 * 168] == rides[50]
