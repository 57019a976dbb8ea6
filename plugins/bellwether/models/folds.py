"""Folds of the backtest: forecasts of past hours from earlier data only."""

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
"""The least number of days with known rides for training."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A place's hours in a fold with their out-of-sample forecasts, (n,) each.

    scored: the result of Poisson.score. naive: the seasonal naive forecast. foretold: whether the weather is the
    forecast known at the origin. days: days from the origin, 0 where the weather is the measured weather.
    """

    rides: Floats
    scored: dict[str, Floats]
    naive: Floats
    foretold: NDArray[np.bool_]
    days: Floats

    def model(self, trust: Trust) -> Floats:
        """The Poisson regression's forecast, (n,), with a given trust in weather forecasts."""
        return trust.applied(self.scored, self.days)["rides"]


def places_of(rows: pd.DataFrame) -> dict[Place, pd.DataFrame]:
    """The rows by place, in order of time."""
    groups = rows.sort_values("hour_at").groupby(["city_id", "place"], sort=True)
    return {(str(city), str(place)): series.reset_index(drop=True) for (city, place), series in groups}


def origins(rows: pd.DataFrame, horizon: timedelta, folds: int) -> list[pd.Timestamp]:
    """The folds' last hours with known rides, the earliest first."""
    known = rows.loc[rows["rides"].notna(), "hour_at"]
    if known.empty:
        return []
    return [known.max() - (back + 1) * horizon for back in reversed(range(folds))]


def tested(series: pd.DataFrame, origin: pd.Timestamp, foretold: pd.DataFrame | None) -> list[Tested]:
    """The place's hours after the origin with their forecasts; empty if too little is known before it."""
    is_ahead = (series["hour_at"] > origin).to_numpy()
    rides = series["rides"].to_numpy(np.float64)
    if (~np.isnan(rides[~is_ahead])).sum() < MIN_DAYS * 24 or not np.nansum(rides[~is_ahead]):
        return []
    known, is_forecast = _as_known(series.assign(rides=np.where(is_ahead, np.nan, rides)), is_ahead, foretold)
    hours, simple = hours_from(known), seasonal_naive(known["local_at"], known["rides"].to_numpy(np.float64))
    kept = is_ahead & ~np.isnan(rides) & ~np.isnan(simple)
    if not kept.any():
        return []
    scored = {name: value[kept] for name, value in Poisson.fit(hours).score(hours).items()}
    days = np.where(is_forecast, (series["hour_at"] - origin) / pd.Timedelta(days=1), 0.0)
    return [Tested(rides[kept], scored, simple[kept], is_forecast[kept], days[kept])]


def joined(folds: list[Tested]) -> Tested:
    """The hours of all folds together."""
    scored = {name: np.concatenate([fold.scored[name] for fold in folds]) for name in folds[0].scored}
    rides, naive, foretold, days = (
        np.concatenate([getattr(fold, name) for fold in folds]) for name in ("rides", "naive", "foretold", "days")
    )
    return Tested(rides, scored, naive, foretold, days)


def _as_known(
    series: pd.DataFrame, is_ahead: NDArray[np.bool_], foretold: pd.DataFrame | None
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """The series with the weather forecasts known at the origin, and the hours for which there were any."""
    if foretold is None:
        return series, np.zeros(len(series), dtype=bool)
    names = [*WEATHER, PROBABILITY]
    key = ["city_id", "hour_at"]
    columns = foretold.reindex(columns=[*key, *names])
    forecasts = series[key].merge(columns, on=key, how="left", validate="many_to_one")[names]
    is_forecast = forecasts.notna().to_numpy() & is_ahead[:, None]
    # A probability belongs to the amount that was forecast with it.
    is_forecast[:, -1] = is_forecast[:, names.index("precipitation_mm")]
    measured = series.reindex(columns=names).to_numpy(np.float64)
    weather = np.where(is_forecast, forecasts.to_numpy(np.float64), measured)
    return series.assign(**dict(zip(names, weather.T, strict=True))), is_forecast.any(axis=1)
