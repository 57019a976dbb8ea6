"""A Poisson regression with a log link for the rides of a place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bellwether.models.features import (
    DRIVER_OF,
    DRIVERS,
    LAG,
    RHYTHM_SPREAD,
    SPREAD,
    WEEK,
    Floats,
    Hours,
    Usual,
    deviations,
    rhythm,
    timetable,
    usual_of,
)

METHOD = "poisson"
PRIOR_RIDES = 20.0
"""Expected rides that are added to both sides of a level, so that noise does not dominate places with few rides."""
_LEVEL_SPREAD = 0.5
_TREND_SPREAD = 0.5
_TREND_HOURS = 4 * WEEK
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Poisson:
    """The fitted model of a place. Coefficients are for the logarithm of the rides, per unit of `features`.

    coefficients: intercept, rhythm (124), drivers (7). level: intercept and coefficient of the level, which is
    relative to the rides expected by the former.
    low, high: (7,) the range of each driver's column in training; values outside are clipped.
    """

    coefficients: Floats
    level: Floats
    low: Floats
    high: Floats
    usual: Usual

    @classmethod
    def fit(cls, hours: Hours) -> Poisson:
        """Fit the hours with known rides.

        Rhythm and drivers are fitted together with a slow trend, so that growth in spring is not attributed to warmth.
        The trend is then replaced by the level, which is known at forecast time: a week's rides relative to the rides
        expected for its hours and weather, so that a rainy week does not count as a decline.
        """
        known = ~np.isnan(hours.rides)
        usual = usual_of(hours, int(np.flatnonzero(known)[-1]) + 1)
        drivers = timetable(hours, usual) + deviations(hours, usual)
        columns, trend = np.column_stack([rhythm(hours, hours.day), drivers]), _trend(known)
        spreads = np.concatenate([RHYTHM_SPREAD, SPREAD, np.full(trend.shape[1], _TREND_SPREAD)])
        learned = _fit(np.column_stack([columns, trend])[known], spreads, hours.rides[known])
        coefficients = learned[: 1 + columns.shape[1]]
        expected = _expected(columns, coefficients)
        level = _level(hours.rides, expected)[:, None]
        of_level = _fit(level[known], np.array([_LEVEL_SPREAD]), hours.rides[known], expected[known])
        return cls(coefficients, of_level, drivers[known].min(axis=0), drivers[known].max(axis=0), usual)

    def score(self, hours: Hours) -> dict[str, Floats]:
        """Expected `rides`, `usual` rides with all drivers as usual, and the factors of the drivers and the level."""
        by_day, usually = rhythm(hours, hours.day), timetable(hours, self.usual)
        drivers = np.clip(usually + deviations(hours, self.usual), self.low, self.high)
        expected = _expected(np.column_stack([by_day, drivers]), self.coefficients)
        intercept, days, driven = np.split(self.coefficients, [1, 1 + by_day.shape[1]])
        effects = (drivers - usually) * driven
        factors = {name: np.exp(effects[:, name == DRIVER_OF].sum(axis=1)) for name in DRIVERS}
        usual_days = rhythm(hours, hours.weekday)
        factors["holiday"] = np.exp((by_day - usual_days) @ days)
        level = np.exp(self.level[0] + self.level[1] * _level(hours.rides, expected))
        usual = np.exp(intercept + usual_days @ days + usually @ driven) * level
        return {"rides": expected * level, "usual": usual, **factors, "level": level}

    def get_parameters(self) -> dict[str, Any]:
        """The parameters as JSON types; from_parameters reads them."""
        lists = {name: value.tolist() for name, value in asdict(self).items() if name != "usual"}
        seats = [None if np.isnan(value) else value for value in self.usual.seats.tolist()]
        return {**lists, "usual_weather": self.usual.weather.tolist(), "usual_seats": seats}

    @classmethod
    def from_parameters(cls, parameters: dict[str, Any]) -> Poisson:
        """The model with the parameters of get_parameters."""
        arrays = {name: np.array(value, dtype=np.float64) for name, value in parameters.items()}
        usual = Usual(arrays.pop("usual_weather"), arrays.pop("usual_seats"))
        return cls(**arrays, usual=usual)


def _fit(columns: Floats, spreads: Floats, rides: Floats, expected: Floats | None = None) -> Floats:
    """Intercept and coefficients; relative to `expected` if it is given.

    The ridge penalties are those of normal priors around 0 with the columns' spreads.
    """
    from sklearn.linear_model import PoissonRegressor

    weights = np.ones(len(rides)) if expected is None else expected
    model = PoissonRegressor(alpha=1 / weights.sum(), solver="newton-cholesky", max_iter=_STEPS)
    model.fit(columns * spreads, rides / weights, weights)
    return np.append(model.intercept_, model.coef_ * spreads)


def _expected(columns: Floats, coefficients: Floats) -> Floats:
    return np.exp(coefficients[0] + columns @ coefficients[1:])


def _trend(known: NDArray[np.bool_]) -> Floats:
    """Columns (n, m) of a piecewise linear trend with a knot every four weeks from the first known hour on."""
    first, last = np.flatnonzero(known)[[0, -1]]
    at = np.clip(np.arange(len(known)) - first, 0, last - first) / _TREND_HOURS
    return np.maximum(1 - np.abs(at[:, None] - np.arange(np.ceil(at[-1]) + 1)), 0)


def _level(rides: Floats, expected: Floats) -> Floats:
    """Log of a week's known rides relative to the expected rides of the same hours, (n,).

    The week ends one horizon before the hour. If nothing is known of it, the last known level is used, else 0.
    """
    known = ~np.isnan(rides)
    end = np.clip(np.arange(len(rides)) - LAG, 0, None)
    begin = np.clip(end - WEEK, 0, None)
    sums = [np.append(0.0, np.cumsum(np.where(known, values, 0.0))) for values in (rides, expected)]
    of_week, expected_of_week = (running[end] - running[begin] for running in sums)
    last = np.maximum.accumulate(np.where(expected_of_week > 0, np.arange(len(rides)), 0))
    return np.log((of_week + PRIOR_RIDES) / (expected_of_week + PRIOR_RIDES))[last]
