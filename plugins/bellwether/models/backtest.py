"""Backtest the model on past rides, in comparison with the seasonal naive forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bellwether.models import naive, poisson
from bellwether.models.features import HORIZON, Floats
from bellwether.models.folds import MIN_DAYS, Place, Tested, joined, origins, places_of, tested
from bellwether.models.interval import Interval
from bellwether.models.trust import Trust

if TYPE_CHECKING:
    from numpy.typing import NDArray

AsKnown = Callable[[datetime], "pd.DataFrame | None"]
FOLDS = 8
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of forecasts of rides per hour, over all hours of all folds with both forecasts.

    mae, rmse, bias (forecast minus rides): of the Poisson regression, also if it is not chosen. naive_mae: of the
    seasonal naive forecast. coverage_80: the share of hours within the chosen method's 80 % interval, which is computed
    from the other folds' errors; None with fewer than two folds. foretold_share: the share of hours whose weather was
    the forecast known at the origin, not the measured weather. method: the method chosen for the place; '' overall.
    """

    hours: int
    folds: int
    mae: float
    naive_mae: float
    rmse: float
    bias: float
    rides_mean: float
    coverage_80: float | None
    foretold_share: float
    method: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """Errors by place and overall, the places' intervals, and the trust in weather forecasts.

    overall is None if nothing could be tested; left_out has the reasons for untested places.
    """

    horizon: timedelta
    places: dict[Place, Errors]
    intervals: dict[Place, Interval]
    overall: Errors | None
    left_out: dict[Place, str]
    trust: Trust


def backtest(
    rows: pd.DataFrame,
    horizon: timedelta = HORIZON,
    folds: int = FOLDS,
    as_known: AsKnown = lambda origin: None,
) -> Backtest:
    """Forecast from up to `folds` origins, one horizon apart, back from the last known ride, using earlier data only.

    rows: the model's rows, see DemandModel. horizon: at most 120 hours, the model's own. as_known: for an origin, the
    weather forecast known then, with city_id, hour_at and the rows' weather columns; where it is None or NaN, the rows'
    own weather is used, as if it had been known beforehand, which makes the errors too small. The trust in weather
    forecasts, three numbers, is estimated from all folds together.
    A place is tested in the folds before which at least MIN_DAYS days of its rides are known.
    """
    if not _HOUR <= horizon <= HORIZON:
        raise ValueError(f"A horizon is 1 to {HORIZON // _HOUR} hours, not {horizon}: the level would be unknown.")
    places = places_of(rows)
    folds_of: dict[Place, list[Tested]] = {place: [] for place in places}
    with threadpool_limits(limits=1):
        for origin in origins(rows, horizon, folds):
            foretold = as_known(origin.to_pydatetime().replace(tzinfo=UTC))
            for place, series in places.items():
                folds_of[place] += tested(series[series["hour_at"] <= origin + horizon], origin, foretold)
    left_out = {place: _reason(places[place], horizon) for place, own in folds_of.items() if not own}
    return _evaluated(horizon, {place: own for place, own in folds_of.items() if own}, left_out)


def _reason(series: pd.DataFrame, horizon: timedelta) -> str:
    """The reason why a place is not tested, and therefore not forecast."""
    days = int(series["rides"].notna().sum()) // 24
    least = MIN_DAYS + -(-horizon // timedelta(days=1))
    if days < least:
        return (
            f"{days} days of its rides are known; {least} are the least: {MIN_DAYS} to learn from, the rest to test on"
        )
    if not series["rides"].sum():
        return f"no ride began there in {days} days"
    last = series.loc[series["rides"].notna(), "hour_at"].max()
    return f"its last ride known is of {last:%Y-%m-%d}, too long before the others' to test a forecast"


def _evaluated(horizon: timedelta, folds_of: dict[Place, list[Tested]], left_out: dict[Place, str]) -> Backtest:
    if not folds_of:
        return Backtest(horizon, {}, {}, None, left_out, Trust())
    together = joined([fold for folds in folds_of.values() for fold in folds])
    is_forecast = together.foretold
    scored = {name: values[is_forecast] for name, values in together.scored.items()}
    trust = Trust.of(together.rides[is_forecast], scored, together.days[is_forecast])
    places, intervals, within = {}, {}, []
    for place, folds in folds_of.items():
        errors = _errors(joined(folds), len(folds), trust)
        is_better = errors.mae < errors.naive_mae
        chosen = [(fold.rides, fold.model(trust) if is_better else fold.naive) for fold in folds]
        intervals[place] = _interval(chosen)
        held = _held(chosen)
        within += held
        method = poisson.METHOD if is_better else naive.METHOD
        places[place] = replace(errors, method=method, coverage_80=_share(held))
    overall = replace(_errors(together, max(map(len, folds_of.values())), trust), coverage_80=_share(within))
    return Backtest(horizon, places, intervals, overall, left_out, trust)


def _errors(hours: Tested, folds: int, trust: Trust) -> Errors:
    error = hours.model(trust) - hours.rides
    return Errors(
        hours=len(error),
        folds=folds,
        mae=float(np.abs(error).mean()),
        naive_mae=float(np.abs(hours.naive - hours.rides).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        bias=float(error.mean()),
        rides_mean=float(hours.rides.mean()),
        coverage_80=None,
        foretold_share=float(hours.foretold.mean()),
        method="",
    )


def _interval(folds: list[tuple[Floats, Floats]]) -> Interval:
    rides, forecast = (np.concatenate(parts) for parts in zip(*folds, strict=True))
    return Interval.of(rides, forecast)


def _held(folds: list[tuple[Floats, Floats]]) -> list[NDArray[np.bool_]]:
    """By fold, which of its hours lie in the interval that is computed from the other folds."""
    held = []
    for index, (rides, forecast) in enumerate(folds if len(folds) > 1 else []):
        others = [fold for other, fold in enumerate(folds) if other != index]
        low, high = _interval(others).around(forecast)
        held.append((low <= rides) & (rides <= high))
    return held


def _share(held: list[NDArray[np.bool_]]) -> float | None:
    return float(np.concatenate(held).mean()) if held else None
