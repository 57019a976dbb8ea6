"""The simulated OpenWeatherMap keeps to what is known of the real one."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.world.cities import cities

BERLIN = {"lat": 52.52, "lon": 13.405}
SUMMER = datetime(2026, 7, 10, 12, 34, 56, tzinfo=UTC)


def test_the_steps_begin_after_now_and_last_five_days(client):
    body = client.at(SUMMER).weather("/forecast", **BERLIN).json()
    assert (body["cod"], body["cnt"], len(body["list"])) == ("200", 40, 40)
    assert body["list"][0]["dt_txt"] == "2026-07-10 15:00:00"
    assert [b["dt"] - a["dt"] for a, b in zip(body["list"], body["list"][1:], strict=False)] == [10_800] * 39
    assert datetime.fromtimestamp(body["list"][-1]["dt"], UTC) - SUMMER < timedelta(days=5)


def test_fewer_steps_on_request(client):
    whole = client.weather("/forecast", **BERLIN).json()["list"]
    assert client.weather("/forecast", cnt=5, **BERLIN).json()["list"] == whole[:5]
    for wrong in (0, 41, "all"):
        assert client.weather("/forecast", cnt=wrong, **BERLIN).status_code == 400


def test_the_same_until_the_next_three_hours(client):
    first, same, next_ones = (
        client.at(SUMMER + timedelta(minutes=minutes)).weather("/forecast", **BERLIN).json()["list"]
        for minutes in (0, 140, 150)
    )
    assert first == same
    assert first[1]["dt"] == next_ones[0]["dt"]
    assert first[1] != next_ones[0]


def test_the_current_weather_is_the_worlds(client):
    berlin = next(city for city in cities() if city.id == "berlin")
    body = client.at(SUMMER).weather("/weather", **BERLIN).json()
    sky = client.world.weather.actual(berlin, SUMMER)
    assert body["cod"] == 200
    assert (body["name"], body["sys"]["country"], body["timezone"]) == ("Berlin", "DE", 7200)
    assert body["main"]["temp"] == pytest.approx(sky.temperature_c, abs=0.01)
    assert datetime.fromtimestamp(body["dt"], UTC) == SUMMER.replace(minute=30, second=0)
    rise, down = (datetime.fromtimestamp(body["sys"][name], UTC) for name in ("sunrise", "sunset"))
    # The almanac has 02:55 and 19:26.
    assert abs(rise - SUMMER.replace(hour=2, minute=55)) < timedelta(minutes=15)
    assert abs(down - SUMMER.replace(hour=19, minute=26)) < timedelta(minutes=15)


def test_units(client):
    metric, kelvin, fahrenheit = (
        client.weather("/weather", **BERLIN | {"units": units}).json() for units in ("metric", "standard", "imperial")
    )
    assert kelvin["main"]["temp"] == pytest.approx(metric["main"]["temp"] + 273.15, abs=0.02)
    assert fahrenheit["main"]["temp"] == pytest.approx(metric["main"]["temp"] * 1.8 + 32, abs=0.02)
    assert fahrenheit["wind"]["speed"] == pytest.approx(metric["wind"]["speed"] * 2.23694, abs=0.02)
    assert client.weather("/weather", **BERLIN | {"units": None}).json() == kelvin


def test_rain_is_there_only_when_it_rains(client):
    steps = [
        step
        for days in range(0, 40, 5)
        for step in client.at(SUMMER + timedelta(days=days)).weather("/forecast", **BERLIN).json()["list"]
    ]
    wet = [step for step in steps if step["weather"][0]["main"] == "Rain"]
    assert 10 < len(wet) < len(steps) / 2
    assert all(step["rain"]["3h"] > 0 for step in wet)
    assert not [step for step in steps if "rain" in step and step not in wet]


def test_a_city_by_its_name_or_anywhere_on_earth(client):
    assert client.weather("/weather", q="berlin,de").json() == client.weather("/weather", **BERLIN).json()
    nowhere = client.weather("/weather", lat=-41.3, lon=174.8).json()
    assert (nowhere["name"], nowhere["timezone"], "country" in nowhere["sys"]) == ("Globe", 12 * 3600, False)
    assert client.at(SUMMER).weather("/forecast", lat=-41.3, lon=174.8).json()["city"]["population"] == 0


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        ({"q": "Atlantis"}, 404, {"cod": "404", "message": "city not found"}),
        ({}, 400, {"cod": "400", "message": "Nothing to geocode"}),
        ({"lat": 91, "lon": 0}, 400, {"cod": "400", "message": "wrong latitude"}),
        ({"lat": 0, "lon": "east"}, 400, {"cod": "400", "message": "wrong longitude"}),
    ],
)
def test_errors_are_the_vendors(client, query, status, body):
    for path in ("/weather", "/forecast"):
        answer = client.weather(path, **query)
        assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize("key", [None, "", "0" * 32])
def test_a_wrong_key_is_a_number(client, key):
    answer = client.weather("/weather", appid=key, **BERLIN)
    assert answer.status_code == 401
    assert answer.json()["cod"] == 401
    assert answer.json()["message"].startswith("Invalid API key.")


def test_the_minute_is_limited_with_no_word_how_long(running):
    client = running(weather_per_minute=2)
    answers = [client.weather("/weather", **BERLIN) for _ in range(6)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["cod"] == 429
    assert "temporary blocked due to exceeding of requests limitation" in refused.json()["message"]
    assert not [name for name in refused.headers if "retry" in name.lower() or "limit" in name.lower()]


def test_a_path_that_is_not_there(client):
    assert client.weather("/onecall", **BERLIN).json()["cod"] == "404"


def test_the_key_is_in_no_log(client):
    client.weather("/weather", **BERLIN)
    (seen,) = client.control("GET", "requests").json()
    assert seen["query"] == {"appid": "***", "units": "metric", "lat": "52.52", "lon": "13.405"}
    assert client.credentials.weather_key in client.credentials.secrets
