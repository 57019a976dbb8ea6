"""A city's hours: its clocks on the days they are changed, its weeks and its holidays."""

from datetime import UTC, datetime, timedelta

import pytest

from bellwether.cities.marts import local_hours
from bellwether.places import CitiesError, City, read_cities
from bellwether.window import Window
from tests.cities.marts.facts import at
from tests.flights import local_day

BERLIN, LONDON = (read_cities()[name] for name in ("berlin", "london"))
ONCE = list(range(24))


@pytest.mark.parametrize(
    ("city", "date", "shown"),
    [
        (BERLIN, "2026-03-28", ONCE),
        (BERLIN, "2026-03-29", [0, 1, *range(3, 24)]),
        (BERLIN, "2026-10-25", [0, 1, 2, *range(2, 24)]),
        (LONDON, "2026-03-29", [0, *range(2, 24)]),
        (LONDON, "2026-10-25", [0, 1, *range(1, 24)]),
    ],
)
def test_a_day_has_the_hours_that_its_clocks_show(city: City, date: str, shown: list[int]) -> None:
    day = local_day(date, city.timezone)
    hours = local_hours(city, day)
    assert list(hours["local_hour"]) == shown
    assert list(hours["local_at"].dt.hour) == shown
    assert {str(found) for found in hours["local_at"].dt.date} == {date}
    assert [moment.to_pydatetime() for moment in hours["hour_at"]] == [
        day.start + number * timedelta(hours=1) for number in range(len(shown))
    ]


def test_a_window_is_widened_to_whole_hours() -> None:
    hours = local_hours(BERLIN, Window(at(9.5), at(11.01)))
    assert [moment.to_pydatetime() for moment in hours["hour_at"]] == [at(9), at(10), at(11)]
    assert (hours.dtypes["hour_at"], hours.dtypes["local_at"]) == ("datetime64[us, UTC]", "datetime64[us]")
    assert set(hours["city_id"]) == {"berlin"}


def test_weeks_begin_on_monday() -> None:
    hours = local_hours(BERLIN, local_day("2026-11-16", "Europe/Berlin"))
    assert set(hours["weekday"]) == {1}
    assert set(local_hours(BERLIN, local_day("2026-11-22", "Europe/Berlin"))["weekday"]) == {7}


@pytest.mark.parametrize(
    ("city", "date", "holiday"),
    [
        (BERLIN, "2026-05-25", "Pentecost Monday"),
        (BERLIN, "2026-05-26", None),
        (BERLIN, "2026-05-24", None),  # a Sunday like any other
        (LONDON, "2026-05-25", "Spring Bank Holiday"),
        (LONDON, "2026-10-03", None),
        (BERLIN, "2026-10-03", "German Unity Day"),
    ],
)
def test_a_holiday_is_one_in_its_country_whatever_the_day_of_the_week(city: City, date: str, holiday: str) -> None:
    hours = local_hours(city, local_day(date, city.timezone))
    assert set(hours["holiday"]) == {holiday}
    assert set(hours["is_holiday"]) == {holiday is not None}
    assert set(hours["weekday"]) == {datetime.fromisoformat(date).isoweekday()}


def test_a_holiday_begins_at_midnight_on_the_clocks_there() -> None:
    new_year = Window(datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC))
    assert list(local_hours(BERLIN, new_year)["is_holiday"]) == [False, True, True]
    assert list(local_hours(LONDON, new_year)["is_holiday"]) == [False, False, True]


def test_a_country_without_a_calendar_is_no_country_without_holidays() -> None:
    nowhere = City("nowhere", "Nowhere", "Nowhere", 0.0, 0.0, "UTC", "XX")
    with pytest.raises(CitiesError, match=r"cities\.toml, nowhere: Country XX"):
        local_hours(nowhere, Window(at(0), at(1)))


def test_a_region_has_its_own_holidays_beside_the_country_s() -> None:
    epiphany = Window(datetime(2026, 1, 6, 12, tzinfo=UTC), datetime(2026, 1, 6, 13, tzinfo=UTC))
    in_munich, in_berlin = (local_hours(read_cities()[city], epiphany) for city in ("munich", "berlin"))
    assert list(in_munich["holiday"]) == ["Epiphany"]
    assert not any(in_berlin["is_holiday"])
