from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from bellwether.models.demand import DemandModel
from tests.models.invented import World, rows_of

PLACES = ("centre", "suburbs", "EDDB")


@dataclass(frozen=True)
class Learned:
    """What a model knew, what it says of the five days after that, and what came about (`ridden`)."""

    model: DemandModel
    rows: pd.DataFrame
    ahead: pd.DataFrame


def learn(world: World, seed: int = 1) -> Learned:
    """A model of a world's first weeks; its last five days are kept from it."""
    truth = rows_of(world, seed, PLACES)
    is_ahead = truth["hour_at"] >= truth["hour_at"].max() - pd.Timedelta(hours=119)
    rows = truth.assign(rides=truth["rides"].mask(is_ahead))
    model = DemandModel.train(rows)
    scored = model.score(rows)
    ridden = truth.loc[is_ahead, ["city_id", "place", "hour_at", "rides"]].rename(columns={"rides": "ridden"})
    return Learned(model, rows, scored.merge(ridden, on=["city_id", "place", "hour_at"]))


@pytest.fixture(scope="session")
def planted() -> Learned:
    """Where rain, temperature and arrivals matter."""
    return learn(World(is_planted=True, mean=40, ahead=0))


@pytest.fixture(scope="session")
def null() -> Learned:
    """Where there is the rhythm of day and week, and chance."""
    return learn(World(mean=40, ahead=0))
