"""What would have been forecast of hours whose rides are known by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bellwether.models.features import PROBABILITY, WEATHER, Floats, hours_from
from bellwether.models.naive import seasonal_naive
from bellwether.models.poisson import Poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bellwether.models.trust import Trust

Place = tuple[str, str]
"""City and place."""
MIN_DAYS = 28
"""Days of known rides that are the least to learn from."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A place's hours in a fold, forecast without knowing them: (n,) each.

    scored: what Poisson.score says. naive: the seasonal naive forecast. foretold: where the weather is as foretold at
    the origin. days: from the origin, 0 where the weather is as measured.
    """

    rides: Floats
    scored: dict[str, Floats]
    naive: Floats
    foretold: NDArray[np.bool_]
    days: Floats

    def model(self, trust: Trust) -> Floats:
        """What the Poisson regression forecasts, (n,), if foretold weather is believed so far."""
        return trust.applied(self.scored, self.days)["rides"]


def places_of(rows: pd.DataFrame) -> dict[Place, pd.DataFrame]:
    """The rows of each place in the order of time."""
    groups = rows.sort_values("hour_at").groupby(["city_id", "place"], sort=True)
    return {(str(city), str(place)): some.reset_index(drop=True) for (city, place), some in groups}


def origins(rows: pd.DataFrame, horizon: timedelta, folds: int) -> list[pd.Timestamp]:
    """The last hours whose rides are known to each fold, the earliest first."""
    known = rows.loc[rows["rides"].notna(), "hour_at"]
    if known.empty:
        return []
    return [known.max() - (back + 1) * horizon for back in reversed(range(folds))]


def tested(series: pd.DataFrame, origin: pd.Timestamp, foretold: pd.DataFrame | None) -> list[Tested]:
    """The place's hours after the origin as they would have been forecast; nothing where too little is known."""
    is_ahead = (series["hour_at"] > origin).to_numpy()
    rides = series["rides"].to_numpy(np.float64)
    if (~np.isnan(rides[~is_ahead])).sum() < MIN_DAYS * 24 or not np.nansum(rides[~is_ahead]):
        return []
    known, is_told = _as_known(series.assign(rides=np.where(is_ahead, np.nan, rides)), is_ahead, foretold)
    hours, simple = hours_from(known), seasonal_naive(known["local_at"], known["rides"].to_numpy(np.float64))
    wanted = is_ahead & ~np.isnan(rides) & ~np.isnan(simple)
    if not wanted.any():
        return []
    scored = {name: value[wanted] for name, value in Poisson.fit(hours).score(hours).items()}
    days = np.where(is_told, (series["hour_at"] - origin) / pd.Timedelta(days=1), 0.0)
    return [Tested(rides[wanted], scored, simple[wanted], is_told[wanted], days[wanted])]


def joined(some: list[Tested]) -> Tested:
    """All their hours as one."""
    scored = {name: np.concatenate([each.scored[name] for each in some]) for name in some[0].scored}
    rides, naive, foretold, days = (
        np.concatenate([getattr(each, name) for each in some]) for name in ("rides", "naive", "foretold", "days")
    )
    return Tested(rides, scored, naive, foretold, days)


def _as_known(
    series: pd.DataFrame, is_ahead: NDArray[np.bool_], foretold: pd.DataFrame | None
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """The series with the weather ahead as foretold where it is known to have been, and for which hours it is."""
    if foretold is None:
        return series, np.zeros(len(series), dtype=bool)
    names = [*WEATHER, PROBABILITY]
    key = ["city_id", "hour_at"]
    told = series[key].merge(foretold.reindex(columns=[*key, *names]), on=key, how="left", validate="many_to_one")[
        names
    ]
    is_told = told.notna().to_numpy() & is_ahead[:, None]
    # A likelihood belongs to what was foretold with it.
    is_told[:, -1] = is_told[:, names.index("precipitation_mm")]
    weather = np.where(is_told, told.to_numpy(np.float64), series.reindex(columns=names).to_numpy(np.float64))
    return series.assign(**dict(zip(names, weather.T, strict=True))), is_told.any(axis=1)
