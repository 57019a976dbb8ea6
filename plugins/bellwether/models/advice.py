"""Where scooters are wanted, and where they may be spared: the hours whose rides will not be the usual ones."""

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
"""The least share by which rides differ from the usual ones in each hour of a stretch."""
# A factor nearer to 1 than this is not named as a reason.
_NAMED = 0.03
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Advice:
    """Hours in a row in which a place needs more scooters than usual, or fewer.

    starts_at, ends_at: UTC. scooters: in the busiest hour of the difference, + bring so many, - so many may be taken
    away. rides, rides_usual, rides_low, rides_high: sums over the hours; the sum of all hours lies within the last
    two more often than in 80 of 100, for not all hours err the same way. why: the drivers, the strongest first.
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
    """What DemandModel.score says of the hours to come, as advice, by place and time.

    It is about what differs from the usual only: what a place needs every Monday morning is no news. A stretch is
    advised on where its rides differ from the usual ones by a tenth in each hour and, in the hour in which they differ
    most, by more than the 80 % interval and by at least one scooter's rides.

    rides_per_scooter: rides that a scooter serves in a busy hour.
    """
    found = []
    for _, hours in scored.sort_values("hour_at").groupby(["city_id", "place"], sort=True):
        for stretch in _stretches(hours):
            found += _advice(stretch, rides_per_scooter)
    return found


def _stretches(hours: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Hours in a row that differ in one direction."""
    usual = hours["rides_usual"].to_numpy(np.float64)
    difference = hours["rides"].to_numpy(np.float64) - usual
    side = np.where(np.abs(difference) >= LEAST * usual, np.sign(difference), 0)
    gap = np.diff(hours["hour_at"].to_numpy("datetime64[s]")) != np.timedelta64(3600, "s")
    ends = np.flatnonzero((np.diff(side) != 0) | gap) + 1
    for start, end in zip([0, *ends], [*ends, len(hours)], strict=True):
        if side[start] != 0 and not np.isnan(side[start]):
            yield hours.iloc[start:end]


def _advice(stretch: pd.DataFrame, rides_per_scooter: float) -> list[Advice]:
    peak = stretch.loc[(stretch["rides"] - stretch["rides_usual"]).abs().idxmax()]
    scooters = int((peak["rides"] - peak["rides_usual"]) / rides_per_scooter)
    if scooters == 0 or peak["rides_low"] <= peak["rides_usual"] <= peak["rides_high"]:
        return []
    first = stretch.iloc[0]
    rides, usual, low, high = stretch[["rides", "rides_usual", "rides_low", "rides_high"]].sum().tolist()
    starts_at, ends_at = first["hour_at"].to_pydatetime(), stretch["hour_at"].iloc[-1].to_pydatetime() + _HOUR
    return [
        Advice(first["city_id"], first["place"], starts_at, ends_at, scooters, rides, usual, low, high, _why(stretch))
    ]


def _why(stretch: pd.DataFrame) -> str:
    """Each driver's mean factor, weighted by the usual rides: 'rain -31 %; arrivals +24 %'."""
    weights = stretch["rides_usual"].to_numpy(np.float64)
    effects = {
        name: float(np.average(np.log(stretch[f"factor_{name}"].to_numpy(np.float64)), weights=weights))
        for name in (*DRIVERS, "holiday")
    }
    shares = {name: np.expm1(effect) for name, effect in effects.items()}
    named = [name for name in sorted(effects, key=lambda name: -abs(effects[name])) if abs(shares[name]) >= _NAMED]
    return "; ".join(f"{name} {100 * shares[name]:+.0f} %" for name in named)
