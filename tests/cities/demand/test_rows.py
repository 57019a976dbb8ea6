"""The model's rows: what is known of each hour, from which table, and what is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bellwether.cities.demand.rows import ahead, foretold, model_rows
from bellwether.warehouse import connect
from tests.cities.demand.conftest import House
from tests.company import put

AS_OF = datetime(2025, 6, 4, 9, 20, tzinfo=UTC)
NOW = AS_OF.replace(minute=0)
START = NOW - timedelta(hours=6)
HOUR = timedelta(hours=1)


def ride(place: str, hour: int, rides: int = 5, city: str = "berlin", **more: Any) -> dict[str, Any]:
    row = {"city_id": city, "place": place, "hour_at": START + hour * HOUR, "rides": rides, "observed_at": AS_OF}
    return row | {"temperature_c": None, "rain_mm": None, "wind_m_per_s": None} | more


def put_rides(*rows: dict[str, Any]) -> None:
    for row in rows:
        put("rides_history", ["city_id", "place", "hour_at"], [row])


def put_flights(
    house: House, icao: str, *hours: tuple[int | None, int | None, int | None], city: str = "berlin"
) -> None:
    """By hour from START: arrivals, those of them with seats, their seats."""
    house.warehouse.query("insert into city_airports values (%s, %s, 10)", (city, icao))
    for number, (arrivals, told, seats) in enumerate(hours):
        house.warehouse.query(
            "insert into airport_hours (icao, hour_at, known_at, arrivals, arrivals_with_seats, arriving_seats) "
            "values (%s, %s, now(), %s, %s, %s)", (icao, START + number * HOUR, arrivals, told, seats),
        )  # fmt: skip


def put_foretold(made_at: datetime, temperature: float, rain: float = 0.0, snow: float = 0.0) -> None:
    """A forecast of the three hours up to each of some days."""
    row = {"city_id": "berlin", "made_at": made_at, "temperature_c": temperature, "wind_m_per_s": 4.0,
           "precipitation_probability": 0.3, "rain_3h_mm": 3 * rain, "snow_3h_mm": 3 * snow,
           "observed_at": made_at}  # fmt: skip
    times = [made_at.replace(minute=0) + 3 * n * HOUR for n in range(1, 50)]
    put("weather_forecasts", ["city_id", "made_at", "forecast_at"], [row | {"forecast_at": at} for at in times])


def rows(as_of: datetime = AS_OF, since: datetime = START - HOUR) -> pd.DataFrame:
    return model_rows(connect("warehouse"), as_of, since).set_index(["place", "hour_at"])


def values(found: pd.DataFrame, place: str, column: str, hours: int) -> list[Any]:
    """A column's first hours from START, None where it is not known."""
    some = found.loc[place].reindex(pd.date_range(START, periods=hours, freq="h"))[column]
    return [None if pd.isna(value) else value for value in some]


def test_the_hours_to_come_begin_with_the_first_whole_one() -> None:
    assert ahead(AS_OF).start == NOW + HOUR
    assert ahead(NOW).start == NOW
    assert ahead(AS_OF).end - ahead(AS_OF).start == timedelta(hours=120)


def test_there_is_a_row_for_each_hour_to_the_horizon_s_end_and_holes_are_not_zero(empty: House) -> None:
    put_rides(ride("centre", 0), ride("centre", 2, 7), ride("", 3, 0), ride("centre", 6, 9), ride("centre", 50, 9))
    found = rows()
    assert found.index.is_unique
    for place in ("centre", ""):
        hours = found.loc[place].index
        assert hours.equals(pd.date_range(START, ahead(AS_OF).end - HOUR, freq="h", name="hour_at", unit="us"))
    assert values(found, "centre", "rides", 8) == [5, None, 7, None, None, None, None, None], "09:00 is not over"
    assert values(found, "", "rides", 5) == [None, None, None, 0, None]


@pytest.mark.parametrize(
    ("night", "city", "local_hours"),
    [
        (datetime(2025, 3, 30, tzinfo=UTC), "berlin", [1, 3, 4]),
        (datetime(2025, 10, 26, tzinfo=UTC), "berlin", [2, 2, 3]),
        (datetime(2025, 3, 30, tzinfo=UTC), "london", [0, 2, 3]),
        (datetime(2025, 10, 26, tzinfo=UTC), "london", [1, 1, 2]),
    ],
)
def test_where_clocks_are_changed_hours_are_those_of_utc_and_the_local_ones_follow(
    empty: House, night: datetime, city: str, local_hours: list[int]
) -> None:
    put_rides(ride("centre", 0, 5, city, hour_at=night - timedelta(days=1)))
    found = rows(night - HOUR, night - timedelta(days=2)).loc["centre"]
    assert (np.diff(found.index) == np.timedelta64(1, "h")).all()
    assert found["local_hour"][night : night + 2 * HOUR].tolist() == local_hours
    assert found["weekday"][night + 2 * HOUR] == 7
    offset = found["local_at"] - found.index.tz_localize(None)
    assert offset[night - HOUR] != offset[night + 2 * HOUR]


def test_a_place_named_by_an_airport_has_its_seats_and_any_other_those_of_all_the_city_s(empty: House) -> None:
    put_flights(empty, "EDDB", (2, 2, 300), (0, 0, 0), (3, 2, 400), (2, 0, 0), (None, None, None))
    put_flights(empty, "EDAZ", (1, 1, 70), (1, 1, 70), (0, 0, 0), (1, 1, 70), (1, 1, 70))
    put_flights(empty, "EGLL", (9, 9, 900), city="london")
    put_rides(*(ride(place, 0) for place in ("EDDB", "EDAZ", "centre", "EGLL")))
    found = rows()
    assert values(found, "EDDB", "seats", 6) == [300, 0, 600, 300, None, None]
    assert values(found, "EDAZ", "seats", 6) == [70, 70, 0, 70, 70, None]
    assert values(found, "centre", "seats", 6) == [370, 70, 600, 370, None, None]
    assert values(found, "EGLL", "seats", 1) == [370], "an airport of another city is a district's name here"


def test_a_city_without_airports_has_no_seats_known(empty: House) -> None:
    put_rides(ride("centre", 0))
    assert rows()["seats"].isna().all()


def test_weather_to_come_is_what_was_foretold_by_then_and_not_later(empty: House) -> None:
    put_rides(ride("centre", 0))
    put_foretold(AS_OF - 3 * HOUR, 11.0, rain=2.0)
    put_foretold(AS_OF - HOUR, 12.0, rain=0.5, snow=0.25)
    put_foretold(AS_OF + HOUR, 30.0, rain=9.0)
    found = rows().loc["centre"].loc[ahead(AS_OF).start :]
    assert set(found["temperature_c"]) == {12.0}
    assert set(found["precipitation_mm"]) == {0.75}
    assert set(found["wind_m_per_s"]) == {4.0}
    assert set(found["precipitation_probability"]) == {0.3}
    told = foretold(connect("warehouse"), AS_OF - 2 * HOUR)
    assert told is not None
    assert set(told["temperature_c"]) == {11.0}
    assert set(told["precipitation_mm"]) == {2.0}
    assert set(told["precipitation_probability"]) == {0.3}
    assert foretold(connect("warehouse"), AS_OF - 4 * HOUR) is None


def test_weather_of_the_past_is_as_foretold_else_as_measured(empty: House) -> None:
    put_rides(
        ride("centre", 0, temperature_c=9.0, rain_mm=1.0),
        ride("EDDB", 0, temperature_c=11.0, rain_mm=2.0),
        ride("centre", 1, temperature_c=9.0, rain_mm=1.0),
        ride("EDDB", 2, wind_m_per_s=5.0),
    )
    empty.warehouse.query(
        "insert into city_hours (city_id, hour_at, known_at, local_at, local_date, local_hour, weekday, is_holiday, "
        "temperature_c, rain_mm, snow_mm, precipitation_probability) "
        "values ('berlin', %s, %s, '', '2025-06-04', 6, 3, false, 20, 0, 0, 0.25)",
        (START + HOUR, AS_OF),
    )
    found = rows()
    for place in ("centre", "EDDB"):
        assert values(found, place, "temperature_c", 4) == [10.0, 20.0, None, None]
        assert values(found, place, "precipitation_mm", 4) == [1.5, 0.0, None, None]
        assert values(found, place, "wind_m_per_s", 4) == [None, None, 5.0, None]
        assert values(found, place, "precipitation_probability", 4) == [None, 0.25, None, None]


def test_rows_that_no_hour_or_no_city_of_ours_has_are_left_out(empty: House) -> None:
    put_rides(ride("centre", 0), ride("half", 0, hour_at=START + HOUR / 2), ride("centre", 0, city="atlantis"))
    found = rows()
    assert set(found.index.get_level_values("place")) == {"centre"}
    assert set(found["city_id"]) == {"berlin"}
    assert model_rows(connect("warehouse"), AS_OF, AS_OF).empty
