"""Without rides, or with too few: no forecast is invented, and people are told what to do."""

from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from bellwether.cities.demand.words import NO_RIDES
from tests.cities.demand.conftest import House
from tests.cities.demand.small_world import AS_OF, DAY, HOUR, NOW, parquet, put_sources, rides

DEMAND = ("demand_backtests", "demand_forecasts", "demand_advice")


def test_without_rides_there_are_features_and_a_note_and_no_forecast(empty: House) -> None:
    put_sources()
    empty.build()
    assert empty.read_rides() == {"files": 0, "rows": 0, "rejected": 0}
    with pytest.raises(AirflowSkipException, match="No ride history, so there is no forecast"):
        empty.train()
    assert [empty.rows()[table] for table in DEMAND] == [[], [], []]
    assert empty.query("select count(*) from city_hours where temperature_c is not null")[0][0] >= 200
    assert empty.words() == NO_RIDES
    page = empty.lake.read("demand/latest.html").decode()
    assert "put a file of your rides below rides/ in the lake" in page
    assert empty.lake.keys("demand/2") == []
    assert empty.lake.keys("models/") == []


def test_the_note_s_example_is_a_file_that_can_be_read(empty: House) -> None:
    example = "\n".join(line.strip() for line in NO_RIDES.splitlines() if line.startswith("    "))
    empty.put("rides/example.csv", example.encode())
    assert empty.read_rides() == {"files": 1, "rows": 1, "rejected": 0}
    assert len(NO_RIDES.splitlines()) <= 25


def test_rides_of_too_few_days_are_said_to_be_too_few(empty: House) -> None:
    table = rides()
    hours = table["hour_at"].to_pylist()
    few = table.filter([hour >= NOW - timedelta(days=20) for hour in hours])
    empty.put("rides/few.parquet", parquet(few))
    empty.read_rides()
    with pytest.raises(AirflowSkipException, match=r"too few to learn from.*\n- Berlin, EDDB: 20 days"):
        empty.train()
    assert [empty.rows()[table] for table in DEMAND] == [[], [], []]
    assert "London" in empty.words()
    assert empty.lake.keys("models/") == []


def test_rides_of_hours_to_come_are_not_known_yet(house: House) -> None:
    with pytest.raises(AirflowSkipException, match="No ride history"):
        house.train(NOW - 56 * DAY)


def test_rides_of_no_city_of_ours_are_left_alone(house: House) -> None:
    house.query("delete from rides_history where city_id = 'london'")
    house.query("update rides_history set city_id = 'atlantis' where place = 'centre'")
    later = AS_OF + DAY + HOUR
    house.forecast(house.train(later), later)
    found = house.query("select distinct city_id, place from demand_forecasts where made_at > '2025-10-25'")
    assert found == [("berlin", "EDDB")]
    house.query("update rides_history set city_id = 'atlantis'")
    later += HOUR
    with pytest.raises(AirflowSkipException, match="not of any city in cities"):
        house.train(later, train_every_hours=0)


def test_rides_that_have_grown_old_are_still_forecast_from_and_said_to_be_old(house: House) -> None:
    much_later = AS_OF + 60 * DAY
    said = house.forecast(house.train(much_later), much_later)
    assert said["forecasts"] == 360
    assert "newest rides are 60 days old" in house.words()
