"""How well the model would have forecast what is known by now, against the seasonal naive forecast."""

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
    """Errors of forecasts of rides an hour, over all hours of all folds in which both forecasts can be made.

    mae, rmse, bias (forecast less rides): the Poisson regression's, also where it is refused. naive_mae: the seasonal
    naive forecast's. coverage_80: the share of hours within the 80 % interval of the method, made from the other
    folds' errors; None with less than two folds. foretold_share: of the hours, those whose weather was as foretold
    at the origin, not as measured since. method: what forecasts the place; '' over all.
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
    """Errors by place and over all of them, what the intervals are made from, and how foretold weather is believed.

    overall is None where nothing could be tested; left_out says why a place was not.
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
    """Forecasts from up to so many origins, one horizon apart, back from the last known ride; each sees only its past.

    rows: the model's rows, see DemandModel. horizon: at most 120 hours, the model's own. as_known: for an origin, the
    weather as foretold then, with city_id, hour_at and the rows' weather columns; where it is None or NaN the rows'
    own is taken, as though the weather had been known beforehand, which flatters the model. How far what is foretold
    is to be believed is learned from all folds together: three figures.
    A place takes part in the folds before which MIN_DAYS days of its rides are known.
    """
    if not _HOUR <= horizon <= HORIZON:
        raise ValueError(f"A horizon is 1 to {HORIZON // _HOUR} hours, not {horizon}: its level would not be known.")
    places = places_of(rows)
    found: dict[Place, list[Tested]] = {place: [] for place in places}
    with threadpool_limits(limits=1):
        for origin in origins(rows, horizon, folds):
            foretold = as_known(origin.to_pydatetime().replace(tzinfo=UTC))
            for place, series in places.items():
                found[place] += tested(series[series["hour_at"] <= origin + horizon], origin, foretold)
    left_out = {place: _reason(places[place], horizon) for place, some in found.items() if not some}
    return _judged(horizon, {place: some for place, some in found.items() if some}, left_out)


def _reason(series: pd.DataFrame, horizon: timedelta) -> str:
    """Why a place is not tested, and so not forecast either."""
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


def _judged(horizon: timedelta, found: dict[Place, list[Tested]], left_out: dict[Place, str]) -> Backtest:
    if not found:
        return Backtest(horizon, {}, {}, None, left_out, Trust())
    together = joined([each for folds in found.values() for each in folds])
    told = together.foretold
    trust = Trust.of(
        together.rides[told], {name: each[told] for name, each in together.scored.items()}, together.days[told]
    )
    places, intervals, within = {}, {}, []
    for place, folds in found.items():
        errors = _errors(joined(folds), len(folds), trust)
        is_better = errors.mae < errors.naive_mae
        chosen = [(each.rides, each.model(trust) if is_better else each.naive) for each in folds]
        intervals[place] = _interval(chosen)
        held = _held(chosen)
        within += held
        method = poisson.METHOD if is_better else naive.METHOD
        places[place] = replace(errors, method=method, coverage_80=_share(held))
    overall = replace(_errors(together, max(map(len, found.values())), trust), coverage_80=_share(within))
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
    rides, forecast = (np.concatenate(each) for each in zip(*folds, strict=True))
    return Interval.of(rides, forecast)


def _held(folds: list[tuple[Floats, Floats]]) -> list[NDArray[np.bool_]]:
    """For each fold, which of its hours lie in the interval made from the others."""
    found = []
    for at, (rides, forecast) in enumerate(folds if len(folds) > 1 else []):
        others = [each for other, each in enumerate(folds) if other != at]
        low, high = _interval(others).around(forecast)
        found.append((low <= rides) & (rides <= high))
    return found


def _share(held: list[NDArray[np.bool_]]) -> float | None:
    return float(np.concatenate(held).mean()) if held else None
