"""Advice where to bring scooters and where to remove them: the hours whose rides differ from the usual rides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from bellwether.models.features import DRIVERS

if TYPE_CHECKING:
    import pandas as pd

LEAST = 0.1
"""The least relative difference between rides and usual rides in every hour of a period."""
# Factors closer to 1 than this are not named as reasons.
_NAMED = 0.03
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Advice:
    """Consecutive hours in which a place needs more or fewer scooters than usual.

    starts_at, ends_at: UTC. scooters: for the hour with the largest difference; positive numbers to bring, negative
    numbers to remove. rides, rides_usual, rides_low, rides_high: sums over the hours; the total lies between the last
    two in more than 80 % of cases, because the errors of hours partly cancel. why: the drivers, the strongest first.
    """

    city_id: str
    place: str
    starts_at: datetime
    ends_at: datetime
    scooters: int
    rides: float
    rides_usual: float
    rides_low: float
    rides_high: float
    why: str


def advise(scored: pd.DataFrame, rides_per_scooter: float = 1.5) -> list[Advice]:
    """Advice by place and time from the forecasts of DemandModel.score.

    Only deviations from the usual rides give advice. A period is advised if its rides differ from the usual rides by
    at least a tenth in every hour and, in the hour with the largest difference, by more than the 80 % interval and by
    at least one scooter's rides.

    rides_per_scooter: the rides that a scooter serves in a busy hour.
    """
    advice = []
    for _, hours in scored.sort_values("hour_at").groupby(["city_id", "place"], sort=True):
        for period in _periods(hours):
            advice += _advice(period, rides_per_scooter)
    return advice


def _periods(hours: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Consecutive hours that differ from the usual rides in the same direction."""
    usual = hours["rides_usual"].to_numpy(np.float64)
    difference = hours["rides"].to_numpy(np.float64) - usual
    side = np.where(np.abs(difference) >= LEAST * usual, np.sign(difference), 0)
    gap = np.diff(hours["hour_at"].to_numpy("datetime64[s]")) != np.timedelta64(3600, "s")
    ends = np.flatnonzero((np.diff(side) != 0) | gap) + 1
    for start, end in zip([0, *ends], [*ends, len(hours)], strict=True):
        if side[start] != 0 and not np.isnan(side[start]):
            yield hours.iloc[start:end]


def _advice(period: pd.DataFrame, rides_per_scooter: float) -> list[Advice]:
    peak = period.loc[(period["rides"] - period["rides_usual"]).abs().idxmax()]
    scooters = int((peak["rides"] - peak["rides_usual"]) / rides_per_scooter)
    if scooters == 0 or peak["rides_low"] <= peak["rides_usual"] <= peak["rides_high"]:
        return []
    first = period.iloc[0]
    rides, usual, low, high = period[["rides", "rides_usual", "rides_low", "rides_high"]].sum().tolist()
    starts_at, ends_at = first["hour_at"].to_pydatetime(), period["hour_at"].iloc[-1].to_pydatetime() + _HOUR
    return [
        Advice(first["city_id"], first["place"], starts_at, ends_at, scooters, rides, usual, low, high, _why(period))
    ]


def _why(period: pd.DataFrame) -> str:
    """The drivers' mean factors, weighted by the usual rides: 'rain -31 %; arrivals +24 %'."""
    weights = period["rides_usual"].to_numpy(np.float64)
    effects = {
        name: float(np.average(np.log(period[f"factor_{name}"].to_numpy(np.float64)), weights=weights))
        for name in (*DRIVERS, "holiday")
    }
    shares = {name: np.expm1(effect) for name, effect in effects.items()}
    named = [name for name in sorted(effects, key=lambda name: -abs(effects[name])) if abs(shares[name]) >= _NAMED]
    return "; ".join(f"{name} {100 * shares[name]:+.0f} %" for name in named)
