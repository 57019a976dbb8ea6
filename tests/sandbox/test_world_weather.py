"""The world's weather: a function of seed, place and time, with a climate, foretold the worse the further ahead."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt

import pytest

from sandbox.world import Clock, World
from sandbox.world.cities import City, cities
from sandbox.world.weather import Sky, Weather, hour_of

START = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = 365 * 24
LEADS = (3, 24, 72, 117)


def the(city_id: str) -> City:
    return next(city for city in cities() if city.id == city_id)


@pytest.fixture(scope="module")
def weather() -> Weather:
    return World(clock=Clock(START)).weather


@pytest.fixture(scope="module")
def a_year(weather: Weather) -> dict[str, list[Sky]]:
    return {name: weather.actual_hours(the(name), hour_of(START), YEAR) for name in ("athens", "berlin", "stockholm")}


@pytest.fixture(scope="module")
def foretold(weather: Weather, a_year: dict[str, list[Sky]]) -> list[tuple[int, Sky, Sky]]:
    """(hours ahead, what was foretold, what came) of Berlin, a forecast every 57 hours for most of a year."""
    first = hour_of(START)
    pairs = []
    for made in range(0, YEAR - 130, 57):
        hours = weather.forecast(the("berlin"), START + timedelta(hours=made))
        pairs += [(ahead, sky, a_year["berlin"][sky.hour - first]) for ahead, sky in enumerate(hours)]
    return pairs


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_any_window_is_the_slice_of_a_larger_one(weather: Weather, a_year: dict[str, list[Sky]]) -> None:
    fresh = World(clock=Clock(START)).weather
    for first, count in ((5000, 30), (4991, 1), (23, 2), (0, 49)):
        assert (
            fresh.actual_hours(the("berlin"), hour_of(START) + first, count)
            == (a_year["berlin"][first : first + count])
        )
    noon = START + timedelta(days=40, hours=12, minutes=40)
    assert fresh.actual(the("berlin"), noon) == a_year["berlin"][40 * 24 + 12]


def test_another_seed_and_another_place_have_other_weather(weather: Weather) -> None:
    first = hour_of(START)
    skies = [weather.actual_hours(the(name), first, 48) for name in ("berlin", "hamburg")]
    skies.append(Weather(106).actual_hours(the("berlin"), first, 48))
    temperatures = [tuple(sky.temperature_c for sky in each) for each in skies]
    assert len(set(temperatures)) == 3


def test_cities_have_their_climates(a_year: dict[str, list[Sky]]) -> None:
    by_year = {name: mean([sky.temperature_c for sky in skies]) for name, skies in a_year.items()}
    assert 16 < by_year["athens"] < 22
    assert 8 < by_year["berlin"] < 14
    assert 4 < by_year["stockholm"] < 10
    for skies in a_year.values():
        january, july = (mean([sky.temperature_c for sky in skies[day * 24 :][: 31 * 24]]) for day in (0, 181))
        assert 6 < july - january < 30
        rain = sum(sky.rain_mm + sky.snow_mm for sky in skies)
        assert 200 < rain < 1200
    summer_hours = {name: sum(s.rain_mm > 0 for s in skies[150 * 24 : 240 * 24]) for name, skies in a_year.items()}
    assert summer_hours["athens"] < summer_hours["berlin"]


def test_afternoons_are_warmer_than_nights(a_year: dict[str, list[Sky]]) -> None:
    july = a_year["berlin"][181 * 24 : 212 * 24]
    night, afternoon = (mean([sky.temperature_c for sky in july[hour::24]]) for hour in (2, 14))
    assert afternoon > night + 3
    assert not july[0].is_day
    assert july[12].is_day


def test_rain_comes_in_spells(a_year: dict[str, list[Sky]]) -> None:
    wet = [sky.rain_mm + sky.snow_mm > 0 for sky in a_year["berlin"]]
    share = mean(wet)
    again = mean([after for now, after in pairwise(wet) if now])
    assert 0.05 < share < 0.2
    assert again > 3 * share


def test_what_is_foretold_errs_the_more_the_further_ahead(foretold: list[tuple[int, Sky, Sky]]) -> None:
    errors = [
        sqrt(mean([(said.temperature_c - came.temperature_c) ** 2 for at, said, came in foretold if at == ahead]))
        for ahead in LEADS
    ]
    assert errors == sorted(errors)
    assert 0.2 < errors[0] < 1.5
    assert 2.5 < errors[-1] < 6


def test_a_likely_rain_comes_as_often_as_it_is_said(foretold: list[tuple[int, Sky, Sky]]) -> None:
    for least, most in ((0.0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1.01)):
        chosen = [(said, came) for _, said, came in foretold if least <= said.rain_chance < most]
        assert len(chosen) > 50
        said, came = mean([s.rain_chance for s, _ in chosen]), mean([c.rain_mm + c.snow_mm > 0 for _, c in chosen])
        assert said == pytest.approx(came, abs=0.08)


def test_what_has_been_is_in_no_doubt(a_year: dict[str, list[Sky]]) -> None:
    for sky in a_year["berlin"]:
        assert sky.rain_chance == float(sky.rain_mm + sky.snow_mm > 0)
