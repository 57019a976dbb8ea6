"""The world's rides: the same however they are asked for, with the planted effects and no others."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sandbox.world import World
from sandbox.world.cities import cities
from sandbox.world.days import EPOCH
from sandbox.world.riders import of_arrivals, of_precipitation
from sandbox.world.rides import GRAIN, HOUR, Rides

MONDAY = datetime(2026, 4, 20, tzinfo=UTC)
WEEKS = 24


def hour(moment: datetime) -> int:
    return (moment - EPOCH) // HOUR


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def bare(world: World) -> Rides:
    return Rides(world.seed, world.weather, world.flights, is_planted=False)


def by_local_hour(rides: Rides, place: str, day: datetime) -> np.ndarray:
    """The mean rides in Berlin on a day of its summer, by its clocks."""
    return rides.expected("berlin", place, hour(day) - 2, 24)


def test_a_window_of_the_worlds_rides_is_the_slice_of_a_larger_one(world: World) -> None:
    first = hour(MONDAY)
    for place in ("centre", "EDDB"):
        whole = world.rides.hourly("berlin", place, first, 96)
        fresh = World().rides
        assert (fresh.hourly("berlin", place, first + 30, 1) == whole[30:31]).all()
        assert (fresh.hourly("berlin", place, first + 5, 60) == whole[5:65]).all()
        assert (World(seed=7).rides.hourly("berlin", place, first, 96) != whole).any()


def test_a_history_has_each_hour_of_each_place_once_with_its_weather(world: World) -> None:
    start = MONDAY + timedelta(minutes=30)
    rows = world.rides.history(start, start + timedelta(hours=6)).to_pylist()
    places = [(city, place) for city in ("london", "kassel") for place in world.rides.places(city)]
    assert ("kassel", "EDVK") in places
    assert len(places) == 10
    for city, place in places:
        found = [row for row in rows if (row["city_id"], row["place"]) == (city, place)]
        assert [row["hour_at"] for row in found] == [MONDAY + timedelta(hours=1 + number) for number in range(5)]
        assert [row["rides"] for row in found] == world.rides.hourly(city, place, hour(MONDAY) + 1, 5).tolist()
        assert len({row["temperature_c"] for row in found}) == 5
    assert len({(row["city_id"], row["place"], row["hour_at"]) for row in rows}) == len(rows)


def test_no_rides_are_told_of_before_the_world_began(world: World) -> None:
    rows = world.rides.history(World.BEGINNING - timedelta(days=9), World.BEGINNING + timedelta(hours=2))
    assert min(rows["hour_at"].to_pylist()) == World.BEGINNING
    with pytest.raises(KeyError, match="no place 'LFPG' in berlin; there are centre, suburbs, EDDB"):
        world.rides.hourly("berlin", "LFPG", hour(MONDAY), 1)


def test_commuters_leave_the_suburbs_in_the_morning_and_the_centre_in_the_afternoon(bare: Rides) -> None:
    tuesday, sunday = (by_local_hour(bare, "suburbs", MONDAY + timedelta(days=day)) for day in (1, 6))
    assert tuesday.argmax() == 7
    assert sunday.argmax() in range(12, 16)
    assert by_local_hour(bare, "centre", MONDAY + timedelta(days=1)).argmax() == 17


def test_holidays_are_as_sundays(world: World, bare: Rides) -> None:
    labour_day = datetime(2026, 5, 1, tzinfo=UTC)
    morning = [by_local_hour(rides, "suburbs", labour_day)[6:10].sum() for rides in (world.rides, bare)]
    evening = [by_local_hour(rides, "suburbs", labour_day)[12:16].sum() for rides in (world.rides, bare)]
    assert morning[0] / evening[0] < 0.4 * morning[1] / evening[1]


def test_the_rhythm_follows_the_clocks_when_they_change(bare: Rides) -> None:
    for change in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        before, after = (hour(change + timedelta(days=day)) for day in (-5, 2))
        shift = -1 if change.month == 3 else 1
        two_days = bare.expected("berlin", "centre", before, 24)
        assert bare.expected("berlin", "centre", after + shift, 24) == pytest.approx(two_days)


def ratio(world: World, rides: Rides, city: str) -> float:
    """Rides in the centre in hours with rain against dry ones, both against what the clocks alone would bring."""
    first, count = hour(MONDAY), WEEKS * 168
    at = next(one for one in cities() if one.id == city)
    skies = world.weather.actual_hours(at, first, count)
    bare = Rides(world.seed, world.weather, world.flights, is_planted=False).expected(city, "centre", first, count)
    wet = np.array([sky.rain_mm + sky.snow_mm > 0 for sky in skies])
    found = rides.hourly(city, "centre", first, count)
    return float(found[wet].sum() / bare[wet].sum() / (found[~wet].sum() / bare[~wet].sum()))


def test_rain_keeps_people_off_where_it_is_planted(world: World, bare: Rides) -> None:
    wet_ones = ("berlin", "hamburg", "stockholm")
    assert 0.5 < np.mean([ratio(world, world.rides, city) for city in wet_ones]) < 0.7
    assert 0.95 < np.mean([ratio(world, bare, city) for city in wet_ones]) < 1.05
    assert of_precipitation(np.array([0.0, 0.1, 0.5, 4.0])) == pytest.approx([1, 0.7, 0.62, 0.41], abs=0.01)


def test_those_who_land_ride(world: World, bare: Rides) -> None:
    first, count = hour(MONDAY), WEEKS * 168
    seats = world.rides.seats_landed("EGLL", first, count)
    landed = 0.6 * seats + 0.4 * world.rides.seats_landed("EGLL", first - 1, count)
    many, few = landed > np.quantile(landed, 0.8), landed < np.quantile(landed, 0.2)
    for rides, is_planted in ((world.rides, True), (bare, False)):
        found, usual = rides.hourly("london", "EGLL", first, count), bare.expected("london", "EGLL", first, count)
        lift = found[many].sum() / usual[many].sum() / (found[few].sum() / usual[few].sum())
        assert lift > 1.8 if is_planted else 0.9 < lift < 1.1
    assert of_arrivals(np.array([0.0, 1.0, 2.0])) == pytest.approx([0.3, 1.0, 1.7])


def test_chance_is_as_large_as_it_is_said_to_be(world: World) -> None:
    first, count = hour(MONDAY), WEEKS * 168
    found = world.rides.hourly("paris", "centre", first, count)
    mean = world.rides.expected("paris", "centre", first, count)
    assert found.sum() == pytest.approx(mean.sum(), rel=0.02)
    assert ((found - mean) ** 2).sum() == pytest.approx((mean + mean**2 / GRAIN).sum(), rel=0.1)
