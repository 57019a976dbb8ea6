"""The forecast that any other has to beat: what was a week before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from bellwether.models.features import Floats

METHOD = "seasonal naive"
WEEKS = 5
"""How many weeks it looks back for one whose hour is known."""


def seasonal_naive(local_at: pd.Series, rides: Floats) -> Floats:
    """The known rides of the same hour of the local clock one week before, (n,); that of the week before if missing.

    By the local clock the hour that summer time leaves out is missing, and of the one that comes twice the first is
    taken. R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2.

    local_at: naive local times, one for each hour in `rides`. NaN where no such hour is known.
    """
    clock = pd.DatetimeIndex(local_at)
    known = pd.Series(rides, index=clock)
    known = known[~known.index.duplicated()]
    found = np.full(len(rides), np.nan)
    for weeks in range(1, WEEKS + 1):
        then = known.reindex(clock - pd.Timedelta(weeks=weeks)).to_numpy(np.float64)
        found = np.where(np.isnan(found), then, found)
    return found
