from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from bellwether.models.advice import advise
from tests.models.conftest import Learned, learn
from tests.models.invented import World


def scored(rides: list[float], usual: float = 40.0, noise: float = 8.0, **factors: float) -> pd.DataFrame:
    """Hours from 06:00 UTC on, with an interval of so much to both sides."""
    names = ("rain", "temperature", "wind", "arrivals", "holiday", "level")
    hours = pd.date_range("2026-11-03 06:00", periods=len(rides), freq="h", tz="UTC", unit="us")
    columns = {"rides": rides, "rides_low": np.array(rides) - noise, "rides_high": np.array(rides) + noise}
    return pd.DataFrame(
        {
            "city_id": "berlin",
            "place": "centre",
            "hour_at": hours,
            "local_at": hours.tz_localize(None),
            **columns,
            "rides_usual": usual,
            **{f"factor_{name}": factors.get(name, 1.0) for name in names},
        }
    )


def test_hours_in_a_row_that_differ_become_one_advice_with_its_reasons() -> None:
    (found,) = advise(scored([40, 30, 22, 28, 40], rain=0.69, arrivals=1.24, wind=1.01))
    assert (found.city_id, found.place) == ("berlin", "centre")
    assert found.starts_at == datetime(2026, 11, 3, 7, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert found.scooters == -12, "18 rides fewer in the busiest hour, 1.5 rides a scooter"
    assert (found.rides, found.rides_usual, found.rides_low, found.rides_high) == (80, 120, 56, 104)
    assert found.why == "rain -31 %; arrivals +24 %"


def test_more_rides_than_usual_ask_for_scooters_as_many_as_serve_them() -> None:
    assert [found.scooters for found in advise(scored([60]))] == [13]
    assert [found.scooters for found in advise(scored([60]), rides_per_scooter=4)] == [5]


def test_a_rise_and_a_fall_are_two_advices_and_so_are_hours_apart() -> None:
    assert [found.scooters > 0 for found in advise(scored([60, 20]))] == [True, False]
    assert len(advise(scored([60, 60, 60]).drop(index=1))) == 2
    assert len(advise(pd.concat([scored([60]), scored([60]).assign(place="suburbs")]))) == 2


@pytest.mark.parametrize(
    "hours",
    [
        scored([34], noise=8),  # within what chance does
        scored([42.5, 37], noise=1),  # less than a tenth
        scored([2.0], usual=1.0, noise=0.5),  # not one scooter
        scored([np.nan, np.nan]),  # a naive place of which nothing is known
    ],
    ids=["noise", "little", "no scooter", "unknown"],
)
def test_what_is_no_news_is_no_advice(hours: pd.DataFrame) -> None:
    assert advise(hours) == []


def test_where_nothing_is_planted_there_is_no_advice_and_rain_where_it_is(planted: Learned, null: Learned) -> None:
    assert advise(null.ahead) == []
    found = advise(planted.ahead)
    assert 3 <= len(found) <= 60
    assert {each.place for each in found} == {"centre", "suburbs", "EDDB"}
    is_wet = planted.rows.set_index(["place", "hour_at"])["precipitation_mm"] > 0
    fewer = [each for each in found if each.why.startswith("rain -")]
    assert fewer
    for each in fewer:
        hours = pd.date_range(each.starts_at, each.ends_at, freq="h", inclusive="left")
        assert is_wet.loc[[(each.place, hour) for hour in hours]].mean() >= 0.5
        assert each.scooters < 0


def test_advice_is_rare_where_places_only_grow_or_drift() -> None:
    for world in (World(mean=40, drift=0.1, ahead=0, weeks=8), World(mean=40, growth=0.04, ahead=0, weeks=8)):
        assert len(advise(learn(world).ahead)) <= 1
