"""The seasonal naive forecast, the benchmark of all others: the rides of a week before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from bellwether.models.features import Floats

METHOD = "seasonal naive"
WEEKS = 5
"""The most weeks that it looks back for a known hour."""


def seasonal_naive(local_at: pd.Series, rides: Floats) -> Floats:
    """The rides of the same local hour one week before, (n,); of an earlier week if unknown.

    The local hour that is skipped at the start of summer time is missing; of a repeated local hour the first is taken.
    R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2.

    local_at: naive local times of the hours in `rides`. NaN where no such hour is known.
    """
    clock = pd.DatetimeIndex(local_at)
    known = pd.Series(rides, index=clock)
    known = known[~known.index.duplicated()]
    forecast = np.full(len(rides), np.nan)
    for weeks in range(1, WEEKS + 1):
        earlier = known.reindex(clock - pd.Timedelta(weeks=weeks)).to_numpy(np.float64)
        forecast = np.where(np.isnan(forecast), earlier, forecast)
    return forecast
