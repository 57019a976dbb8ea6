from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from bellwether.models.backtest import Backtest, backtest
from tests.models.conftest import Learned
from tests.models.invented import World, rows_of


def ratio(tested: Backtest) -> float:
    assert tested.overall is not None
    return tested.overall.mae / tested.overall.naive_mae


def test_the_error_is_clearly_below_the_naive_one_where_effects_are_planted(planted: Learned, null: Learned) -> None:
    """Any average beats a single week by about 0.7 (1/sqrt(2)): the rest is what the drivers bring."""
    assert ratio(planted.model.backtest) < 0.6
    assert ratio(null.model.backtest) < 0.8
    assert {each.method for each in planted.model.backtest.places.values()} == {"poisson"}


@pytest.mark.parametrize(
    "world",
    [
        World(drift=0.07),
        World(growth=0.03),
        World(drift=0.2),
        World(mean=0.2, spread=0.01),
        World(mean=1, drift=0.07),
        World(weeks=5),
        World(spread=0.4),
    ],
    ids=["drifts", "grows", "drifts much", "few rides", "few and drifting", "five weeks", "much chance"],
)
def test_the_error_is_no_worse_than_the_naive_one_where_nothing_is_planted(world: World) -> None:
    tested = backtest(rows_of(world, 7, ("centre", "suburbs")), folds=4)
    # Of a place where most hours have no ride at all, no forecast of a mean has a smaller absolute error.
    assert ratio(tested) < (1.05 if world.mean < 1 else 1)
    for each in tested.places.values():
        assert each.method == ("poisson" if each.mae < each.naive_mae else "seasonal naive")


def test_eighty_of_a_hundred_hours_lie_in_the_interval_made_without_them(planted: Learned, null: Learned) -> None:
    for learned in (planted, null):
        overall = learned.model.backtest.overall
        assert overall is not None
        assert overall.coverage_80 == pytest.approx(0.8, abs=0.04)
        held = learned.ahead["ridden"].between(learned.ahead["rides_low"], learned.ahead["rides_high"])
        assert held.mean() == pytest.approx(0.8, abs=0.08)


def test_a_place_that_only_last_week_explains_is_forecast_by_it() -> None:
    """Each hour of the week has a value of its own that no other day or hour tells of."""
    rows = rows_of(World(ahead=0, weeks=8), 1)
    week = np.random.default_rng(1).integers(0, 60, 168)
    rows["rides"] = week[(rows["weekday"] - 1) * 24 + rows["local_hour"]].astype(float)
    errors = backtest(rows, folds=2).places["berlin", "centre"]
    assert errors.method == "seasonal naive"
    assert errors.mae > errors.naive_mae == 0


def test_a_fold_sees_only_its_past() -> None:
    """What it forecasts is the same whatever came about afterwards."""
    rows = rows_of(World(ahead=0, weeks=8), 1)
    is_last = rows["hour_at"] > rows["hour_at"].max() - pd.Timedelta(hours=120)
    other = rows.assign(rides=rows["rides"].where(~is_last, 500.0))
    found = [backtest(each, folds=1).overall for each in (rows, other)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].hours == found[1].hours == 120
    assert found[1].rides_mean == 500
    assert found[0].bias + found[0].rides_mean == pytest.approx(found[1].bias + 500)


def test_weather_is_taken_as_it_was_foretold_and_believed_no_further_than_it_was_right() -> None:
    rows = rows_of(World(mean=40, ahead=0, is_planted=True), 1)
    origins: list[datetime] = []

    def as_known(origin: datetime) -> pd.DataFrame:
        """Rain that has nothing to do with the rain that fell."""
        origins.append(origin)
        hours = pd.date_range(origin + timedelta(hours=1), periods=60, freq="h")
        rain = np.random.default_rng(len(origins)).choice([0.0, 3.0], len(hours))
        told = {"city_id": "berlin", "hour_at": hours, "temperature_c": np.nan, "wind_m_per_s": np.nan}
        return pd.DataFrame({**told, "precipitation_mm": rain})

    measured, foretold = backtest(rows, folds=4), backtest(rows, folds=4, as_known=as_known)
    assert measured.overall is not None
    assert foretold.overall is not None
    assert (measured.overall.foretold_share, foretold.overall.foretold_share) == (0, 0.5)
    last = rows["hour_at"].max().to_pydatetime()
    assert origins == [last - back * timedelta(hours=120) for back in (4, 3, 2, 1)]
    assert origins[0].tzinfo is UTC or origins[0].utcoffset() == timedelta(0)
    assert foretold.overall.mae > 1.03 * measured.overall.mae
    assert foretold.trust.rain > 1, "such forecasts are not worth following"


def test_a_place_of_which_little_is_known_is_left_out_with_a_reason() -> None:
    rows = rows_of(World(ahead=0, weeks=7), 1, ("centre", "new", "closed", "empty"))
    first, place = rows["hour_at"].min(), rows["place"]
    is_late = rows["hour_at"] >= first + pd.Timedelta(days=20)
    rides = rows["rides"].mask((place == "new") & ~is_late).mask((place == "closed") & is_late)
    tested = backtest(rows.assign(rides=rides.mask(place == "empty", 0.0)), folds=2)
    assert list(tested.places) == [("berlin", "centre")]
    assert tested.left_out == {
        ("berlin", "new"): "29 days of its rides are known; 33 are the least: 28 to learn from, the rest to test on",
        ("berlin", "closed"): "20 days of its rides are known; 33 are the least: 28 to learn from, the rest to test on",
        ("berlin", "empty"): "no ride began there in 49 days",
    }


def test_without_any_rides_nothing_is_tested() -> None:
    rows = rows_of(World(ahead=0, weeks=2), 1)
    tested = backtest(rows.assign(rides=np.nan))
    assert (tested.overall, tested.places) == (None, {})
    assert list(tested.left_out) == [("berlin", "centre")]
