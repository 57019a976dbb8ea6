"""OpenWeatherMap: what is foretold and what is, of each city, by answers of several years."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.errors import BadConnection, NotAuthorized, NotFound, QuotaExhausted
from bellwether.places import read_cities
from bellwether.staging.rows import stage
from bellwether.window import Window

PERIOD = timedelta(hours=3)
STREAMS = ["forecasts", "current"]


def window_at(moment):
    return Window(moment - PERIOD, moment)


def read_at(vendors, stream, moment, city="berlin", **extra):
    """The rows of one city, read the second after a window's end."""
    vendors.at(moment + timedelta(seconds=1))
    hook = vendors.hook("weather", **extra)
    (page,) = vendors.pages(hook, stream, city, window_at(moment))
    staged = stage(hook.source.streams_by_name()[stream], b"\n".join(page.records), page.reading)
    assert not staged.rejects
    return staged.frame.to_pylist()


def on(day, hour=12):
    return datetime.fromisoformat(f"{day}T{hour:02d}:00:00Z")


def test_all_cities_are_read_unless_some_are_named(vendors):
    hook = vendors.hook("weather")
    for stream in hook.source.streams:
        assert hook.subjects(stream) == list(read_cities())
        assert vendors.hook("weather", cities=["berlin"]).subjects(stream) == ["berlin"]


def test_a_city_nobody_knows_is_named(vendors):
    hook = vendors.hook("weather", cities=["berlin", "atlantis"])
    with pytest.raises(BadConnection, match=r"lists 'cities' in its extra that are not in cities\.toml: atlantis"):
        hook.subjects(hook.source.streams[0])


@pytest.mark.parametrize("stream", STREAMS)
def test_the_place_is_asked_for_in_metric_units(vendors, lately, stream):
    city = read_cities()["lisbon"]
    assert vendors.read(vendors.hook("weather"), stream, "lisbon", lately(hours=3))
    (asked,) = vendors.asked("weather")
    place = {"lat": str(city.latitude), "lon": str(city.longitude)}
    assert asked["query"] == {"units": "metric", "appid": "***", **place}


def test_forty_steps_are_foretold_and_known_by_the_windows_end(vendors):
    rows = read_at(vendors, "forecasts", on("2026-11-20"))
    assert [row["forecast_at"] for row in rows] == [on("2026-11-20") + n * PERIOD for n in range(1, 41)]
    assert {row["made_at"] for row in rows} == {on("2026-11-20")}
    assert {row["city_id"] for row in rows} == {"berlin"}
    assert {row["part_of_day"] for row in rows} == {"d", "n"}


def test_all_fields_arrive_with_their_units(vendors):
    summer, winter = (read_at(vendors, "forecasts", on(day)) for day in ("2026-07-10", "2026-01-15"))
    for row in summer + winter:
        assert -30 < row["temperature_min_c"] < row["temperature_c"] < row["temperature_max_c"] < 45
        assert 900 < row["pressure_hpa"] < 1100
        assert 0 <= row["humidity_percent"] <= 100
        assert 0 <= row["cloudiness_percent"] <= 100
        assert 0 <= row["precipitation_probability"] <= 1
        assert 0 < row["wind_m_per_s"] < row["gust_m_per_s"] < 60
        assert 0 <= row["wind_direction_deg"] < 360
        assert row["weather_code"] // 100 in (5, 6, 8)
        assert row["weather"] in ("Rain", "Snow", "Clouds", "Clear")
        assert row["weather_description"]
    mean = [sum(row["temperature_c"] for row in rows) / len(rows) for rows in (summer, winter)]
    assert mean[0] > mean[1] + 8


def test_no_rain_is_zero_and_not_unknown(vendors):
    rows = [row for day in range(1, 21, 5) for row in read_at(vendors, "forecasts", on(f"2026-04-{day:02d}"))]
    rain = [row["rain_3h_mm"] for row in rows]
    assert all(amount is not None for amount in rain)
    assert 0.0 in rain
    assert max(rain) > 0
    assert {row["snow_3h_mm"] for row in rows} >= {0.0}
    for row in rows:
        wet = row["rain_3h_mm"] + row["snow_3h_mm"] > 0
        assert (row["weather"] in ("Rain", "Snow")) == wet


def test_snow_falls_in_a_northern_winter(vendors):
    rows = [
        row for day in range(1, 29, 5) for row in read_at(vendors, "forecasts", on(f"2026-01-{day:02d}"), "stockholm")
    ]
    snowy = [row["temperature_c"] for row in rows if row["snow_3h_mm"]]
    rainy = [row["temperature_c"] for row in rows if row["rain_3h_mm"] and not row["snow_3h_mm"]]
    assert sum(snowy) / len(snowy) < 0 < sum(rainy) / len(rainy)


@pytest.mark.parametrize(
    ("year", "missing"),
    [
        (2017, {"feels_like_c", "visibility_m", "precipitation_probability", "gust_m_per_s"}),
        (2020, {"visibility_m", "precipitation_probability", "gust_m_per_s"}),
        (2026, set()),
    ],
)
def test_answers_of_other_years_lack_fields(vendors, year, missing):
    rows = read_at(vendors, "forecasts", on(f"{year}-06-05"))
    assert len(rows) == 40
    assert {name for name in rows[0] if all(row[name] is None for row in rows)} == missing
    assert all(row["rain_3h_mm"] is not None for row in rows)


def test_a_field_may_be_missing_here_and_there(vendors):
    visible = [row["visibility_m"] is None for row in read_at(vendors, "forecasts", on("2026-11-20"))]
    assert 0 < sum(visible) < 10
    gusts = [read_at(vendors, "current", on(f"2026-11-{day:02d}"))[0]["gust_m_per_s"] for day in range(1, 21)]
    assert 0 < gusts.count(None) < 20


@pytest.mark.parametrize(
    ("body", "row"),
    [
        pytest.param({}, {"weather_code": None, "rain_1h_mm": 0.0, "temperature_c": None}, id="next to nothing"),
        pytest.param({"weather": [], "rain": {}}, {"weather_code": None, "rain_1h_mm": 0.0}, id="empty"),
        pytest.param({"rain": {"1h": 2}, "snow": {"1h": 0.25}}, {"rain_1h_mm": 2.0, "snow_1h_mm": 0.25}, id="sleet"),
        pytest.param({"rain": {"3h": 2.5}}, {"rain_1h_mm": 0.0}, id="an amount of other hours"),
        pytest.param(
            {"weather": [{"id": 501, "main": "Rain"}, {"id": 701, "main": "Mist"}]},
            {"weather_code": 501, "weather": "Rain", "weather_description": None},
            id="several conditions",
        ),
        pytest.param(
            {"main": {"temp": -3, "humidity": 81.5}}, {"temperature_c": -3.0, "humidity_percent": 81.5}, id="kinds"
        ),
    ],
)
def test_what_an_answer_says_becomes_a_row(vendors, lately, body, row):
    hook = vendors.hook("weather")
    (page,) = vendors.pages(hook, "current", "berlin", lately(hours=3))
    lines = json.dumps({"dt": 1795176000, "cod": 200} | body).encode()
    staged = stage(hook.source.streams_by_name()["current"], lines, page.reading)
    assert not staged.rejects
    (found,) = staged.frame.to_pylist()
    assert found["measured_at"] == datetime.fromtimestamp(1795176000, UTC)
    assert {name: found[name] for name in row} == row


@pytest.mark.parametrize(
    "wrong", [{"rain": {"1h": "some"}}, {"rain": 2}, {"weather": {"id": 500}}, {"dt": None}], ids=str
)
def test_what_does_not_fit_is_rejected(vendors, lately, wrong):
    hook = vendors.hook("weather")
    (page,) = vendors.pages(hook, "current", "berlin", lately(hours=3))
    staged = stage(
        hook.source.streams_by_name()["current"], json.dumps({"dt": 1795176000} | wrong).encode(), page.reading
    )
    assert len(staged.rejects) == 1
    assert not staged.frame.num_rows


def test_the_current_weather_is_by_when_it_was_measured(vendors):
    first, again = (read_at(vendors, "current", on("2026-11-20", hour))[0] for hour in (9, 10))
    assert (first["measured_at"], again["measured_at"]) == (on("2026-11-20", 9), on("2026-11-20", 10))
    assert first["sunrise_at"] < on("2026-11-20", 9) < first["sunset_at"]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 1), ("2026-03-30", 2), ("2026-10-24", 2), ("2026-10-26", 1)])
def test_the_places_distance_from_utc_is_kept(vendors, day, hours):
    (row,) = read_at(vendors, "current", on(day))
    assert row["utc_offset_seconds"] == hours * 3600


def test_a_wrong_key_is_turned_down(vendors, the_error, lately):
    hook = vendors.hook("weather")
    vendors.connect("weather", vendors.connection("weather") | {"password": "0123456789abcdef0123456789abcdef"})
    error = the_error(hook, "current", "berlin", lately(hours=3))
    assert isinstance(error, NotAuthorized)
    assert "401 (Invalid API key" in str(error)
    assert "0123456789abcdef" not in str(error)


def test_a_place_that_is_not_there_is_not_found(vendors, the_error, lately):
    vendors.misbehave("weather", "gone")
    error = the_error(vendors.hook("weather"), "forecasts", "berlin", lately(hours=3))
    assert isinstance(error, NotFound)
    assert "404 (city not found)" in str(error)


def test_a_blocked_account_is_waited_for_a_minute_and_no_longer_than_patience(vendors, the_error, lately):
    vendors.misbehave("weather", "429")
    error = the_error(vendors.hook("weather", patience_seconds=59), "forecasts", "berlin", lately(hours=3))
    assert isinstance(error, QuotaExhausted)
    assert "temporary blocked" in str(error)
    assert "asks to wait 60 s" in str(error)
    assert len(vendors.asked("weather")) == 1


@pytest.mark.parametrize(("extra", "limit"), [(None, 60), (600, 600), (0, 1)])
def test_the_plans_requests_a_minute_are_kept_to(vendors, extra, limit):
    assert vendors.hook("weather", requests_per_minute=extra).request_limits() == ((limit, 60.0),)
