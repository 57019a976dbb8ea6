"""What was planted against what was found, as factors on the rides."""

from __future__ import annotations

import numpy as np

from bellwether.models.demand import DemandModel
from benchmarks.rides.rows import Invented
from sandbox.world import riders
from sandbox.world.airports import BY_ICAO


def rain(model: DemandModel, world: Invented) -> dict[str, float]:
    """Hours with rain or snow against those without."""
    hours = world.rows.merge(model.score(world.rows), on=["city_id", "place", "hour_at"])
    is_wet, mm = hours["precipitation_mm"] > 0, hours["precipitation_mm"].to_numpy()
    planted = riders.of_precipitation(mm) if world.is_planted else np.ones(len(mm))
    found = hours["factor_rain"].to_numpy()
    return {
        "rain against dry, planted": _mean(planted[is_wet]) / _mean(planted[~is_wet]),
        "rain against dry, found": _mean(found[is_wet]) / _mean(found[~is_wet]),
    }


def arrivals(model: DemandModel, world: Invented) -> dict[str, float]:
    """At airports, twice as many seats in an hour and the one before as land there in an average one."""
    rows = world.rows[world.rows["place"].isin(list(BY_ICAO))]
    twice = model.score(rows.assign(seats=2 * rows["seats"])).merge(rows, on=["city_id", "place", "hour_at"])
    share = twice["seats"] / twice.groupby("place")["seats"].transform("mean")
    found = twice["factor_arrivals"].to_numpy() / model.score(rows)["factor_arrivals"].to_numpy()
    planted = float(riders.of_arrivals(np.array(2.0))) if world.is_planted else 1.0
    return {"twice the arrivals, planted": planted, "twice the arrivals, found": _mean(found[share.between(0.8, 1.2)])}


def _mean(factors: np.ndarray) -> float:
    return float(np.exp(np.log(factors).mean()))
