from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bellwether.models.demand import DemandModel
from bellwether.models.trust import Trust
from tests.models.conftest import Learned
from tests.models.invented import RAIN, World, rows_of

DRIVERS = ["factor_rain", "factor_temperature", "factor_wind", "factor_arrivals", "factor_holiday"]


def test_parameters_that_went_through_json_give_the_same_forecast_to_the_last_digit(planted: Learned) -> None:
    parameters = json.loads(json.dumps(planted.model.get_parameters(), allow_nan=False))
    again = DemandModel.from_parameters(parameters)
    pd.testing.assert_frame_equal(again.score(planted.rows), planted.model.score(planted.rows), check_exact=True)
    assert again.get_parameters() == parameters
    assert parameters["errors"]["mae"] < parameters["errors"]["naive_mae"]
    assert (parameters["since"], parameters["until"]) == ("2026-01-05T00:00:00+00:00", "2026-04-08T00:00:00+00:00")
    assert parameters["hours"] == 3 * (14 * 168 - 120)


def test_parameters_of_another_version_are_refused_with_what_to_do(planted: Learned) -> None:
    with pytest.raises(ValueError, match="train the model anew"):
        DemandModel.from_parameters({**planted.model.get_parameters(), "version": 0})


def test_parameters_that_are_not_whole_are_refused_with_what_to_do(planted: Learned) -> None:
    whole = planted.model.get_parameters()
    place = {**whole["places"][0], "poisson": {"level": [0.0, 1.0]}}
    for less in ({**whole, "places": [place]}, {**whole, "trust": {"fog": 1.0}}, {"model": "demand", "version": 1}):
        with pytest.raises(ValueError, match="train the model anew"):
            DemandModel.from_parameters(less)


def test_what_rain_takes_is_found_where_it_is_planted_and_not_elsewhere(planted: Learned, null: Learned) -> None:
    for learned, truth in ((planted, RAIN), (null, 1.0)):
        scored = learned.model.score(learned.rows)
        is_wet = (learned.rows["precipitation_mm"] > 0).to_numpy()
        order = learned.rows.sort_values(["city_id", "place", "hour_at"]).index
        found = scored["factor_rain"].to_numpy()
        is_wet = is_wet[order]
        assert found[is_wet].mean() / found[~is_wet].mean() == pytest.approx(truth, abs=0.05)


def test_rain_foretold_counts_as_much_as_it_is_likely(planted: Learned) -> None:
    is_ahead = planted.rows["rides"].isna()
    found = {}
    for likely in (0.0, 0.5, 1.0):
        told = planted.rows.assign(
            precipitation_mm=planted.rows["precipitation_mm"].mask(is_ahead, 1.0),
            precipitation_probability=np.where(is_ahead, likely, np.nan),
        )
        found[likely] = np.log(planted.model.score(told)["factor_rain"].to_numpy()[is_ahead.to_numpy()])
    assert found[1.0].mean() < found[0.5].mean() < found[0.0].mean()
    assert found[0.5] == pytest.approx((found[0.0] + found[1.0]) / 2)


def test_weather_foretold_for_later_days_is_believed_as_the_backtest_taught(planted: Learned) -> None:
    tested = replace(planted.model.backtest, trust=Trust(rain=0.5))
    model, first = replace(planted.model, backtest=tested), planted.ahead["hour_at"].min()
    scored = model.score(planted.rows, as_of=first.to_pydatetime())
    plain = np.log(planted.model.score(planted.rows)["factor_rain"])
    days = ((scored["hour_at"] - first) / pd.Timedelta(days=1)).clip(lower=0)
    assert days.max() > 4.9
    assert np.log(scored["factor_rain"]).to_numpy() == pytest.approx((plain * np.exp(-0.5 * days)).to_numpy())


def test_more_arrivals_than_usual_bring_more_rides(planted: Learned, null: Learned) -> None:
    """Planted is the power 0.3 of the seats and a hundred."""
    for learned, least, most in ((planted, 1.12, 1.3), (null, 0.95, 1.05)):
        rows = learned.rows[learned.rows["place"] == "EDDB"]
        more = rows.assign(seats=rows["seats"].where(rows["hour_at"] < learned.ahead["hour_at"].min(), 320.0))
        less = rows.assign(seats=rows["seats"].where(rows["hour_at"] < learned.ahead["hour_at"].min(), 160.0))
        found = learned.model.score(more)["rides"] / learned.model.score(less)["rides"]
        assert least < found.iloc[-60:].mean() < most


def test_rides_are_the_usual_ones_times_the_factors_of_what_is_unusual(planted: Learned) -> None:
    scored = planted.ahead
    assert scored["rides"].to_numpy() == pytest.approx(scored["rides_usual"] * scored[DRIVERS].prod(axis=1))
    assert (scored["rides_low"] <= scored["rides"]).all()
    assert (scored["rides"] <= scored["rides_high"]).all()
    unknown = ["temperature_c", "precipitation_mm", "wind_m_per_s", "seats"]
    as_usual = planted.model.score(planted.rows.assign(**dict.fromkeys(unknown, np.nan), is_holiday=False)).iloc[-100:]
    assert as_usual["rides"].to_numpy() == pytest.approx(as_usual["rides_usual"].to_numpy())


def test_a_forecast_is_never_made_from_what_is_to_come(planted: Learned) -> None:
    ahead = planted.rows["rides"].isna()
    known = planted.rows.assign(rides=planted.rows["rides"].where(~ahead, 1000.0))
    first = planted.ahead["hour_at"].min()
    columns = ["rides", "rides_low", "rides_high", "rides_usual"]
    given, kept = (planted.model.score(rows, as_of=first.to_pydatetime()) for rows in (known, planted.rows))
    np.testing.assert_array_equal(given.loc[given["hour_at"] >= first, columns], kept.loc[ahead.to_numpy(), columns])


def test_five_weeks_are_enough_to_score(planted: Learned) -> None:
    first = planted.ahead["hour_at"].min()
    scored = planted.model.score(planted.rows[planted.rows["hour_at"] >= first - pd.Timedelta(weeks=5)])
    found = scored.loc[scored["hour_at"] >= first, "rides"].to_numpy()
    assert found == pytest.approx(planted.ahead["rides"].to_numpy())


def test_a_holiday_is_forecast_as_a_sunday() -> None:
    rows = rows_of(World(mean=40, weeks=11), 1)
    monday = rows["local_at"].dt.date == (rows["local_at"].max() - pd.Timedelta(days=1)).date()
    rows = rows.assign(is_holiday=rows["is_holiday"] | monday)
    assert rows.loc[monday, "weekday"].iloc[0] < 6
    model = DemandModel.train(rows)
    scored = model.score(rows).set_index("local_at")
    day, sunday = scored[monday.to_numpy()], scored[scored.index.dayofweek == 6].iloc[-24:]
    plain = [each["rides"] / each[DRIVERS[:4]].prod(axis=1) for each in (day, sunday)]
    assert plain[0].to_numpy() == pytest.approx(plain[1].to_numpy(), rel=0.2)
    assert day["factor_holiday"].at[day.index[8]] < 0.5, "nobody commutes"
    assert (scored.loc[~rows["is_holiday"].to_numpy(), "factor_holiday"] == 1).all()


def test_a_city_that_grows_is_as_usual() -> None:
    rows = rows_of(World(mean=40, growth=0.05), 1)
    scored = DemandModel.train(rows).score(rows).iloc[-120:]
    assert (scored["factor_level"] > 1.2).all()
    assert (scored["rides"] / scored["rides_usual"]).between(0.9, 1.1).all()


def test_the_rhythm_follows_the_clock_when_it_is_changed() -> None:
    """Learned in winter time alone, the morning after summer time began has its peak at eight by the new clock."""
    rows = rows_of(World(mean=40, weeks=12, spread=0.01), 1)
    ahead = rows[rows["rides"].isna()]
    assert ahead["local_at"].min() < pd.Timestamp("2026-03-31") < ahead["local_at"].max()
    scored = DemandModel.train(rows).score(rows).set_index("local_at")["rides"]
    morning = scored.loc["2026-03-31 05:00":"2026-03-31 12:00"]
    assert morning.idxmax() == pd.Timestamp("2026-03-31 08:00")


def test_a_place_without_enough_rides_is_not_forecast() -> None:
    rows = rows_of(World(weeks=6), 1, ("centre", "new"))
    rows["rides"] = rows["rides"].mask((rows["place"] == "new") & (rows["local_at"] < "2026-02-01"))
    model = DemandModel.train(rows)
    assert set(model.score(rows)["place"]) == {"centre"}
    assert list(model.left_out) == [("berlin", "new")]
    nothing = DemandModel.train(rows.assign(rides=np.nan))
    assert nothing.score(rows).empty
    assert DemandModel.from_parameters(nothing.get_parameters()).left_out == nothing.left_out


def test_a_naive_place_is_forecast_by_last_week_and_as_usual() -> None:
    rows = rows_of(World(weeks=8), 1)
    week = np.random.default_rng(1).integers(0, 60, 168)
    by_week = week[(rows["weekday"] - 1) * 24 + rows["local_hour"]].astype(float)
    rows["rides"] = rows["rides"].mask(rows["rides"].notna(), pd.Series(by_week))
    scored = DemandModel.train(rows).score(rows).iloc[-120:]
    assert set(scored["method"]) == {"seasonal naive"}
    assert scored["rides"].tolist() == scored["rides_usual"].tolist() == by_week[-120:].tolist()
    assert (scored[DRIVERS] == 1).all(axis=None)


def test_rows_with_a_hole_are_refused() -> None:
    rows = rows_of(World(weeks=6), 1)
    with pytest.raises(ValueError, match="exactly once: berlin 'centre' does not after 2026-01-09"):
        DemandModel.train(rows.drop(index=100))
