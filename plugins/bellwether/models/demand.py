"""Rides by city, place and hour: learned, forecast with intervals, and told as parameters."""

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
    """A Poisson regression for each place, or the seasonal naive forecast where the backtest found it no worse.

    Rows are a DataFrame with one row per city, place and hour, hour after hour without a hole: city_id, place (str),
    hour_at (datetime64, UTC), local_at (the same on the local clock, naive), local_hour, weekday (1 Monday to 7),
    is_holiday, temperature_c, precipitation_mm (in the hour), wind_m_per_s, seats (that land in the hour nearby) and
    rides (that begin in it); NaN where not known. Besides, if there is one, precipitation_probability (0 to 1, NaN
    where it was measured): what is foretold to fall counts as much as it is likely to.

    hours: known rides learned from; since, until: from the first of them to past the last, ISO 8601.
    """

    places: dict[Place, Poisson]
    backtest: Backtest
    hours: int
    since: str | None
    until: str | None

    @property
    def left_out(self) -> dict[Place, str]:
        """The places that are not forecast, and why."""
        return self.backtest.left_out

    @classmethod
    def train(cls, rows: pd.DataFrame, backtest: Backtest | None = None) -> DemandModel:
        """Learn from all rows with known rides; the backtest is made of the rows where none is given.

        Raises ValueError where a place's hours are not one after the other.
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
        """Each row of the places learned, in order of place and time, with what is forecast of its hour.

        Besides the hours asked for, rows hold the five weeks before them: the level is taken from the week that ended
        five days before an hour (the last such week known), the naive forecast from the hour a week before, or up to
        five. No forecast is made from its own hour's rides or from later ones.

        as_of: the moment after which the weather is as foretold, which is believed the less the further ahead;
        the end of the known rides unless given.

        Columns: city_id, place, hour_at, local_at, method, rides (expected), rides_low and rides_high (80 % of hours
        are thought to lie within), rides_usual and factor_… by driver, 1.0 as usual. rides is rides_usual times the
        factors but factor_level, which is in rides_usual: how far the place is off the level of its history.
        A place forecast by 'seasonal naive' is as usual in all; its rides are NaN where no such hour is known.
        """
        if as_of is None:
            as_of = rows.loc[rows["rides"].notna(), "hour_at"].max() + _HOUR
        days = ((rows["hour_at"] - as_of) / pd.Timedelta(days=1)).clip(lower=0).fillna(0.0)
        places = places_of(rows.assign(days_ahead=days))
        found = [self._scored(place, series) for place, series in places.items() if place in self.places]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_columns())

    def get_parameters(self) -> dict[str, Any]:
        """All that score needs, and how well it did, as JSON has it; from_parameters reads it back."""
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
        """The model that gave the parameters. Raises ValueError where they are of another model or version."""
        kind = parameters.get("model"), parameters.get("version")
        if kind != ("demand", VERSION):
            raise ValueError(f"These are parameters of {kind}, not of ('demand', {VERSION}): train the model anew.")
        try:
            return cls._of(parameters)
        except (KeyError, TypeError, AttributeError) as malformed:
            raise ValueError(f"The parameters are not whole ({malformed!r}): train the model anew.") from None

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> DemandModel:
        places = {(each["city_id"], each["place"]): each for each in parameters["places"]}
        tested = Backtest(
            parameters["horizon_hours"] * _HOUR,
            {place: Errors(**each["errors"]) for place, each in places.items()},
            {place: Interval(**each["interval"]) for place, each in places.items()},
            Errors(**parameters["errors"]) if parameters["errors"] else None,
            {(each["city_id"], each["place"]): each["why"] for each in parameters["left_out"]},
            Trust(**parameters["trust"]),
        )
        learned = {place: Poisson.from_parameters(each["poisson"]) for place, each in places.items()}
        return cls(learned, tested, parameters["hours"], parameters["since"], parameters["until"])

    def _scored(self, place: Place, series: pd.DataFrame) -> pd.DataFrame:
        method, hours = self.backtest.places[place].method, hours_from(series)
        if method == naive.METHOD:
            found = _naive(series, hours)
        else:
            days = series["days_ahead"].to_numpy(np.float64)
            found = self.backtest.trust.applied(self.places[place].score(hours), days)
        low, high = self.backtest.intervals[place].around(found["rides"])
        columns = {"method": method, "rides": found["rides"], "rides_low": low, "rides_high": high}
        factors = {name: found[name.removeprefix("factor_")] for name in FACTORS}
        key = series[["city_id", "place", "hour_at", "local_at"]]
        return key.assign(**columns, rides_usual=found["usual"], **factors)[_columns()]


def _naive(series: pd.DataFrame, hours: Hours) -> dict[str, Floats]:
    rides = seasonal_naive(series["local_at"], hours.rides)
    as_usual = {name.removeprefix("factor_"): np.ones(len(rides)) for name in FACTORS}
    return {"rides": rides, "usual": rides, **as_usual}


def _columns() -> list[str]:
    key = ["city_id", "place", "hour_at", "local_at", "method"]
    return [*key, "rides", "rides_low", "rides_high", "rides_usual", *FACTORS]
