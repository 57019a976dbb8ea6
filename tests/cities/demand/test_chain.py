"""From the sources' tables and a file of rides to a forecast, advice and words: a small world, start to end."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.models.demand import DemandModel
from tests.cities.demand.small_world import AIRPORT, AS_OF, BUSY_ON, DAY, DISTRICT, HOUR, NOW, PLACES, RAIN_ON

STAMP = "20251024T063000Z"
OVER_ALL = "city_id = '' and place = ''"


def rides_on(done: Any, day: Any, place: str) -> tuple[float, float]:
    """Rides forecast for a day and as usual."""
    return done.warehouse.query(
        "select sum(rides), sum(rides_usual) from demand_forecasts "
        "where place = %s and hour_at >= %s and hour_at < %s", (place, day, day + DAY),
    )[0]  # fmt: skip


def test_each_place_has_a_forecast_for_each_hour_of_five_days(done: Any) -> None:
    rows = done.query("select city_id, place, hour_at, rides, rides_low, rides_high, made_at from demand_forecasts")
    expected = {(*place, NOW + n * HOUR) for place in PLACES for n in range(1, 121)}
    assert {row[:3] for row in rows} == expected
    assert len(rows) == len(expected)
    assert all(0 <= low <= rides <= high and made_at == AS_OF for *_, rides, low, high, made_at in rows)


def test_the_night_in_which_clocks_go_back_has_an_hour_more(done: Any) -> None:
    rows = done.query(f"select hour_at, rides_usual from demand_forecasts where place = '{AIRPORT}' order by 1")
    local = [(hour.astimezone(ZoneInfo("Europe/Berlin")), usual) for hour, usual in rows]
    twice = [usual for hour, usual in local if (hour.day, hour.hour) == (26, 2)]
    assert len([hour for hour, _ in local if hour.day == 26]) == 25
    assert twice[0] == pytest.approx(twice[1], rel=0.02), "the same local hour, so the same rides as usual"
    before, after = (
        {hour.hour: usual for hour, usual in local if hour.day == day} for day in (27, 28)
    )  # both by winter time
    assert all(before[hour] == pytest.approx(after[hour], rel=0.35) for hour in before)


def test_rain_and_arrivals_move_the_forecast(done: Any) -> None:
    rain, usual = rides_on(done, RAIN_ON, "centre")
    assert rain == pytest.approx(0.5 * usual, rel=0.2)
    busy, usual = rides_on(done, BUSY_ON, AIRPORT)
    assert busy > 1.2 * usual
    elsewhere, usual = rides_on(done, BUSY_ON, "centre")
    assert elsewhere == pytest.approx(usual, rel=0.15)


def test_the_backtest_beats_the_week_before_and_is_told_by_place_and_over_all(done: Any) -> None:
    rows = done.query("select city_id, place, mae, naive_mae, hours, folds, method, coverage_80 from demand_backtests")
    assert {row[:2] for row in rows} == {("", ""), *PLACES}
    assert all(mae < 0.9 * naive for _, _, mae, naive, *_ in rows)
    assert all(method == ("poisson" if city else "") for city, *_, method, _ in rows)
    ((hours, folds, coverage, key),) = done.query(
        f"select hours, folds, coverage_80, parameters_key from demand_backtests where {OVER_ALL}"
    )
    assert hours == sum(row[4] for row in rows if row[0])
    assert folds == 5
    assert 0.7 < coverage < 0.9
    model = DemandModel.from_parameters(json.loads(done.lake.read(key)))
    assert key == f"models/demand/{STAMP}.json"
    assert set(model.places) == set(PLACES)


def test_the_backtest_takes_weather_as_it_was_foretold_where_that_is_known(done: Any) -> None:
    found = dict(done.query("select place, foretold_share from demand_backtests where city_id <> ''"))
    assert found == {AIRPORT: pytest.approx(0.2, abs=0.01), "centre": pytest.approx(0.2, abs=0.01), DISTRICT: 0}


def test_advice_says_when_how_many_and_why(done: Any) -> None:
    rows = done.query("select place, starts_at, ends_at, scooters, rides, rides_usual, why from demand_advice")
    rainy = [row for row in rows if row[0] == "centre" and RAIN_ON <= row[1] < RAIN_ON + DAY]
    assert rainy
    assert all(scooters < 0 and rides < usual and "rain" in why for *_, scooters, rides, usual, why in rainy)
    busy = [row for row in rows if row[0] == AIRPORT and BUSY_ON <= row[1] < BUSY_ON + DAY]
    assert any(scooters > 0 and "arrivals" in why for *_, scooters, _, _, why in busy)
    assert all(start < end and (end - start) % HOUR == timedelta(0) for _, start, end, *_ in rows)


def test_the_words_are_short_and_say_what_was_found_and_what_is_doubtful(done: Any) -> None:
    text = done.words()
    lines = text.splitlines()
    assert len(lines) <= 25
    assert all(len(line) <= 150 for line in lines)
    assert "Demand as of 2025-10-24 06:30 UTC: the next 5 days of 3 places in 2 cities." in lines
    assert "4,032 hours with rides known, 2025-08-29 to 2025-10-24" in text
    assert "less than the same hour a week before" in text
    assert "Berlin, centre" in text
    assert "rain -" in text
    assert "weather was as foretold in 13 % of" in text
    assert done.lake.read(f"demand/{STAMP}/words.txt").decode() == text


def test_the_page_lies_beside_the_forecast_and_as_the_latest(done: Any) -> None:
    page = done.lake.read(f"demand/{STAMP}/demand.html").decode()
    assert done.lake.read("demand/latest.html").decode() == page
    assert "3 places in 2 cities" in page
    assert "O&#39;Brien&#39;s %s {x}" in page
    assert page.count('class="plot"') == len(PLACES)
    assert "scooters are" in done.lake.read("demand/spoken.txt").decode()


def test_times_in_the_words_are_those_of_the_city_s_clocks(done: Any) -> None:
    ((start, end),) = done.query(
        "select starts_at, ends_at from demand_advice where city_id = 'berlin' "
        "order by abs(scooters) desc, place, starts_at limit 1"
    )
    first, last = (moment.astimezone(ZoneInfo("Europe/Berlin")) for moment in (start, end))
    assert f"{first:%a %d %b %H:%M}-{last:%H:%M}" in done.words()


def test_the_same_moment_again_adds_nothing_and_says_the_same_whatever_came_in_since(house: Any) -> None:
    house.query("update rides_history set rides = rides * 2, observed_at = now() where place = 'centre'")
    rows, objects = house.rows(), house.objects()
    assert all(rows.values())
    trained = house.train()
    assert trained == {"parameters": f"models/demand/{STAMP}.json"}
    kept = {"words": f"demand/{STAMP}/words.txt", "page": f"demand/{STAMP}/demand.html"}
    assert house.forecast(trained) == kept | {"forecasts": 0, "advice": 0}
    assert house.rows() == rows
    assert house.objects() == objects


def test_a_run_that_was_cut_off_is_finished_by_the_next(house: Any) -> None:
    rows, objects = house.rows(), house.objects()
    for tables, key in (
        (["backtests", "forecasts", "advice"], "demand/"),
        (["forecasts", "advice"], "latest"),
        ([], "words"),
    ):
        for table in tables:
            house.query(f"delete from demand_{table}")
        for lost in [each for each in objects if key in each]:
            house.lake.client.delete_object(Bucket=house.lake.bucket, Key=lost)
        house.forecast(house.train())
        assert house.rows() == rows
        assert house.objects() == objects


def test_parameters_serve_until_they_are_old_or_rides_come_in(house: Any) -> None:
    key = house.train()["parameters"]
    assert house.train(AS_OF + 3 * HOUR)["parameters"] == key
    assert house.train(AS_OF + 3 * HOUR, train_every_hours=2)["parameters"] != key
    newest = house.train(AS_OF + 5 * HOUR)["parameters"]
    assert newest == f"models/demand/{STAMP.replace('0630', '0930')}.json"
    assert house.train(AS_OF + 2 * HOUR)["parameters"] == key, "what is learned later is not known then"
    at = AS_OF + 6 * HOUR
    house.warehouse.query("update rides_history set observed_at = %s where rides = 30", (at,))
    assert house.train(AS_OF + 5 * HOUR)["parameters"] != newest, "rides came in since"
    house.warehouse.query("update rides_history set observed_at = %s", (AS_OF - DAY,))
    assert len(house.lake.keys("models/demand/")) == 3
    assert house.query(f"select count(*) from demand_backtests where {OVER_ALL}") == [(3,)]


def test_an_older_moment_does_not_take_the_latest_words_place(house: Any) -> None:
    latest = house.words()
    earlier = AS_OF - 2 * DAY
    said = house.forecast(house.train(earlier), earlier)
    assert house.words() == latest
    assert "Demand as of 2025-10-22" in house.lake.read(said["words"]).decode()
    later = AS_OF + 2 * HOUR
    house.forecast(house.train(later), later)
    assert "Demand as of 2025-10-24 08:30" in house.words()


def test_parameters_of_another_version_are_not_used(house: Any) -> None:
    key = house.train()["parameters"]
    other = json.loads(house.lake.read(key)) | {"version": 0}
    house.put(key, msgspec.json.encode(other))
    with pytest.raises(AirflowFailException, match=r"train the model anew. Or run with another as_of"):
        house.train()
    assert house.train(AS_OF + HOUR)["parameters"] != key


def test_an_as_of_that_is_no_time_is_refused(house: Any) -> None:
    from bellwether.cities.operators.demand import TrainDemandOperator

    with pytest.raises(AirflowFailException, match="as_of='soon' is not an ISO 8601"):
        TrainDemandOperator(task_id="train").execute({"params": {"as_of": "soon"}, "dag_run": None})
