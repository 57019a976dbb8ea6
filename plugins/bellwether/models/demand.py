"""The model of rides by city, place and hour: training, forecasts with intervals, and parameters."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bellwether.models import naive
from bellwether.models.backtest import Backtest, Errors
from bellwether.models.backtest import backtest as backtest_of
from bellwether.models.features import DRIVERS, hours_from
from bellwether.models.folds import Place, places_of
from bellwether.models.interval import Interval
from bellwether.models.naive import seasonal_naive
from bellwether.models.poisson import Poisson
from bellwether.models.trust import Trust

if TYPE_CHECKING:
    from bellwether.models.features import Floats, Hours

VERSION = 1
FACTORS = tuple(f"factor_{name}" for name in (*DRIVERS, "holiday", "level"))
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class DemandModel:
    """A Poisson regression for each place, or the seasonal naive forecast if it has no larger error in the backtest.

    Rows are a DataFrame with one row per city, place and hour, without gaps between hours: city_id, place (str),
    hour_at (datetime64, UTC), local_at (the same in local time, naive), local_hour, weekday (1 Monday to 7),
    is_holiday, temperature_c, precipitation_mm (in the hour), wind_m_per_s, seats (that land in the hour nearby) and
    rides (that begin in it); NaN where unknown. The optional column precipitation_probability (0 to 1, NaN where the
    weather was measured) weights forecast precipitation.

    hours: the number of hours with known rides; since, until: their first hour and the end of their last, ISO 8601.
    """

    places: dict[Place, Poisson]
    backtest: Backtest
    hours: int
    since: str | None
    until: str | None

    @property
    def left_out(self) -> dict[Place, str]:
        """The places that are not forecast, with the reasons."""
        return self.backtest.left_out

    @classmethod
    def train(cls, rows: pd.DataFrame, backtest: Backtest | None = None) -> DemandModel:
        """Train on all rows with known rides; the backtest is computed from the rows unless it is given.

        Raises ValueError if a place's hours are not consecutive.
        """
        from threadpoolctl import threadpool_limits

        tested = backtest or backtest_of(rows)
        with threadpool_limits(limits=1):
            places = {
                place: Poisson.fit(hours_from(series))
                for place, series in places_of(rows).items()
                if place in tested.places
            }
        known = rows.loc[rows["rides"].notna(), "hour_at"]
        since, until = (None, None) if known.empty else (known.min().isoformat(), (known.max() + _HOUR).isoformat())
        return cls(places, tested, len(known), since, until)

    def score(self, rows: pd.DataFrame, as_of: datetime | None = None) -> pd.DataFrame:
        """The forecasts for all rows of the trained places, in order of place and time.

        In addition to the hours to forecast, rows must contain the five weeks before them: the level is taken from the
        week that ended five days before an hour (or the last known such week), the naive forecast from the hour one to
        five weeks before. No forecast uses its own hour's rides or later rides.

        as_of: the time after which the weather is a forecast, which is trusted less the further ahead it is; the
        default is the end of the known rides.

        Columns: city_id, place, hour_at, local_at, method, rides (expected), rides_low and rides_high (the 80 %
        interval), rides_usual and factor_… by driver, 1.0 as usual. rides is rides_usual times all factors except
        factor_level, which is included in rides_usual: the place's level relative to its history.
        All factors of the method 'seasonal naive' are 1; its rides are NaN where no such hour is known.
        """
        if as_of is None:
            as_of = rows.loc[rows["rides"].notna(), "hour_at"].max() + _HOUR
        days = ((rows["hour_at"] - as_of) / pd.Timedelta(days=1)).clip(lower=0).fillna(0.0)
        places = places_of(rows.assign(days_ahead=days))
        frames = [self._scored(place, series) for place, series in places.items() if place in self.places]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_columns())

    def get_parameters(self) -> dict[str, Any]:
        """All that score needs, and the backtest's errors, as JSON types; from_parameters reads it."""
        tested = self.backtest
        return {
            "model": "demand",
            "version": VERSION,
            "hours": self.hours,
            "since": self.since,
            "until": self.until,
            "horizon_hours": tested.horizon // _HOUR,
            "errors": asdict(tested.overall) if tested.overall else None,
            "trust": asdict(tested.trust),
            "places": [
                {
                    "city_id": place[0],
                    "place": place[1],
                    "errors": asdict(tested.places[place]),
                    "interval": asdict(tested.intervals[place]),
                    "poisson": learned.get_parameters(),
                }
                for place, learned in self.places.items()
            ],
            "left_out": [{"city_id": city, "place": name, "why": why} for (city, name), why in self.left_out.items()],
        }

    @classmethod
    def from_parameters(cls, parameters: dict[str, Any]) -> DemandModel:
        """The model with the parameters. Raises ValueError if they belong to another model or version."""
        kind = parameters.get("model"), parameters.get("version")
        if kind != ("demand", VERSION):
            raise ValueError(f"These are parameters of {kind}, not of ('demand', {VERSION}): train the model anew.")
        try:
            return cls._of(parameters)
        except (KeyError, TypeError, AttributeError) as malformed:
            raise ValueError(f"The parameters are incomplete ({malformed!r}): train the model anew.") from None

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> DemandModel:
        places = {(entry["city_id"], entry["place"]): entry for entry in parameters["places"]}
        tested = Backtest(
            parameters["horizon_hours"] * _HOUR,
            {place: Errors(**entry["errors"]) for place, entry in places.items()},
            {place: Interval(**entry["interval"]) for place, entry in places.items()},
            Errors(**parameters["errors"]) if parameters["errors"] else None,
            {(entry["city_id"], entry["place"]): entry["why"] for entry in parameters["left_out"]},
            Trust(**parameters["trust"]),
        )
        learned = {place: Poisson.from_parameters(entry["poisson"]) for place, entry in places.items()}
        return cls(learned, tested, parameters["hours"], parameters["since"], parameters["until"])

    def _scored(self, place: Place, series: pd.DataFrame) -> pd.DataFrame:
        method, hours = self.backtest.places[place].method, hours_from(series)
        if method == naive.METHOD:
            forecast = _naive(series, hours)
        else:
            days = series["days_ahead"].to_numpy(np.float64)
            forecast = self.backtest.trust.applied(self.places[place].score(hours), days)
        low, high = self.backtest.intervals[place].around(forecast["rides"])
        columns = {"method": method, "rides": forecast["rides"], "rides_low": low, "rides_high": high}
        factors = {name: forecast[name.removeprefix("factor_")] for name in FACTORS}
        key = series[["city_id", "place", "hour_at", "local_at"]]
        return key.assign(**columns, rides_usual=forecast["usual"], **factors)[_columns()]


def _naive(series: pd.DataFrame, hours: Hours) -> dict[str, Floats]:
    rides = seasonal_naive(series["local_at"], hours.rides)
    as_usual = {name.removeprefix("factor_"): np.ones(len(rides)) for name in FACTORS}
    return {"rides": rides, "usual": rides, **as_usual}


def _columns() -> list[str]:
    key = ["city_id", "place", "hour_at", "local_at", "method"]
    return [*key, "rides", "rides_low", "rides_high", "rides_usual", *FACTORS]
