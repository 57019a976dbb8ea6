"""What OpenWeatherMap says of a place: fields left out where there is nothing to say, and in older years."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.world import World
from sandbox.world.cities import City, cities
from sandbox.world.climate import daylight
from sandbox.world.days import moment_of, second_of
from sandbox.world.weather import STEP_HOURS, Sky

UNITS = ("standard", "metric", "imperial")
NEAR_DEGREES = 0.3
MEASURED_EVERY_SECONDS = 600
# From when on answers have the field.
_SINCE = {"feels_like": 2019, "visibility": 2021, "pop": 2021, "gust": 2021}
_CLOUDS = ((11, 800, "clear sky"), (25, 801, "few clouds"), (51, 802, "scattered clouds"), (85, 803, "broken clouds"))
_RAIN = ((1.0, 500, "light rain"), (4.0, 501, "moderate rain"), (12.0, 502, "heavy intensity rain"))
_SNOW = ((1.0, 600, "light snow"), (4.0, 601, "snow"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place somebody asked for, and the city there, if there is one."""

    latitude: float
    longitude: float
    city: City | None = None

    def offset_seconds(self, moment: datetime) -> int:
        """Local time's distance from UTC."""
        if self.city is None:
            return round(self.longitude / 15) * 3600
        offset = moment.astimezone(ZoneInfo(self.city.timezone)).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def about(self, moment: datetime) -> dict[str, Any]:
        """The place's own facts: its number, name and offset."""
        name = self.city.name if self.city else "Globe"
        number = zlib.crc32(name.encode()) % 10_000_000
        return {"id": number if self.city else 0, "name": name, "timezone": self.offset_seconds(moment)}

    @property
    def coordinates(self) -> dict[str, float]:
        """As the answers have them."""
        return {"lat": round(self.latitude, 4), "lon": round(self.longitude, 4)}


def spot_at(latitude: float, longitude: float) -> Spot:
    """The place, with the city around it."""
    for city in cities():
        if max(abs(city.latitude - latitude), abs(city.longitude - longitude)) < NEAR_DEGREES:
            return Spot(latitude, longitude, city)
    return Spot(latitude, longitude)


def spot_named(text: str) -> Spot | None:
    """The city of that name, a country code after a comma allowed."""
    name, _, country = text.partition(",")
    for city in cities():
        if city.name.casefold() == name.strip().casefold() and country.strip().upper() in ("", city.country):
            return Spot(city.latitude, city.longitude, city)
    return None


def forecast_body(spot: Spot, world: World, units: str, count: int) -> dict[str, Any]:
    """The next steps of three hours, from the first that is still to come."""
    now = world.clock.now()
    foretold = world.weather.forecast(spot, now)
    steps = [
        _step(foretold[at - STEP_HOURS : at], foretold[at], units, now.year)
        for at in range(STEP_HOURS, STEP_HOURS * (count + 1), STEP_HOURS)
    ]
    rise, down = daylight(spot, second_of(now) // 3600)
    city = {"coord": spot.coordinates, "country": spot.city.country if spot.city else "", **spot.about(now)}
    city |= {"population": 1_000_000 if spot.city else 0, "sunrise": rise, "sunset": down}
    return {"cod": "200", "message": 0, "cnt": count, "list": steps, "city": city}


def current_body(spot: Spot, world: World, units: str) -> dict[str, Any]:
    """The last measurement; rain and snow are of the hour before."""
    now = world.clock.now()
    sky, rise_set = world.weather.actual(spot, now), daylight(spot, second_of(now) // 3600)
    before = world.weather.actual_hours(spot, sky.hour - 1, 1)
    rain, snow = before[0].rain_mm, before[0].snow_mm
    weather = [_condition(sky, rain, snow)]
    body: dict[str, Any] = {"coord": spot.coordinates, "weather": weather, "base": "stations"}
    body |= _measured(sky, units, now.year) | _fallen(rain, snow, 1)
    if sky.wind_m_per_s < 3:
        body["wind"].pop("gust", None)
    body["dt"] = second_of(now) // MEASURED_EVERY_SECONDS * MEASURED_EVERY_SECONDS
    body["sys"] = {"sunrise": rise_set[0], "sunset": rise_set[1]}
    if spot.city:
        body["sys"] |= {"type": 2, "id": 2_000_000 + spot.about(now)["id"] % 100_000, "country": spot.city.country}
    return body | spot.about(now) | {"cod": 200}


def _step(before: list[Sky], sky: Sky, units: str, year: int) -> dict[str, Any]:
    rain, snow = sum(hour.rain_mm for hour in before), sum(hour.snow_mm for hour in before)
    step: dict[str, Any] = {"dt": sky.second, "weather": [_condition(sky, rain, snow)]}
    step |= _measured(sky, units, year)
    step["main"]["temp_kf"] = 0
    if year >= _SINCE["pop"]:
        step["pop"] = round(max(hour.rain_chance for hour in before), 2)
    # Where the instruments have nothing to say, the field is not there.
    if zlib.crc32(str(sky.second).encode()) % 11 == 0:
        step.pop("visibility", None)
    at = moment_of(sky.second).astimezone(UTC)
    pod = {"pod": "d" if sky.is_day else "n"}
    return step | _fallen(rain, snow, STEP_HOURS) | {"sys": pod, "dt_txt": f"{at:%Y-%m-%d %H:%M:%S}"}


def _measured(sky: Sky, units: str, year: int) -> dict[str, Any]:
    lower, upper = sky.temperature_c - 0.4, sky.temperature_c + 0.4
    main: dict[str, Any] = {
        "temp": _temperature(sky.temperature_c, units),
        "feels_like": _temperature(sky.feels_like_c, units),
        "temp_min": _temperature(lower, units),
        "temp_max": _temperature(upper, units),
        "pressure": round(sky.pressure_hpa),
        "sea_level": round(sky.pressure_hpa),
        "grnd_level": round(sky.pressure_hpa) - 6,
        "humidity": round(sky.humidity_percent),
    }
    wind = {"speed": _speed(sky.wind_m_per_s, units), "deg": round(sky.wind_direction_deg) % 360}
    body: dict[str, Any] = {"main": main, "clouds": {"all": round(sky.cloudiness_percent)}, "wind": wind}
    if year >= _SINCE["gust"]:
        wind["gust"] = _speed(sky.gust_m_per_s, units)
    if year < _SINCE["feels_like"]:
        del main["feels_like"]
    if year >= _SINCE["visibility"]:
        body["visibility"] = round(sky.visibility_m)
    return body


def _fallen(rain: float, snow: float, hours: int) -> dict[str, Any]:
    """Neither is there when there is none."""
    fallen = {"rain": round(rain, 2), "snow": round(snow, 2)}
    return {name: {f"{hours}h": amount} for name, amount in fallen.items() if amount}


def _condition(sky: Sky, rain: float, snow: float) -> dict[str, Any]:
    if snow > rain:
        number, words = next(((n, w) for most, n, w in _SNOW if snow < most), (602, "heavy snow"))
        group = "Snow"
    elif rain:
        number, words = next(((n, w) for most, n, w in _RAIN if rain < most), (503, "very heavy rain"))
        group = "Rain"
    else:
        cloudy = sky.cloudiness_percent
        number, words = next(((n, w) for most, n, w in _CLOUDS if cloudy < most), (804, "overcast clouds"))
        group = "Clear" if number == 800 else "Clouds"
    icon = {"Snow": "13", "Rain": "10", "Clear": "01"}.get(group, f"{number - 799:02d}")
    return {"id": number, "main": group, "description": words, "icon": icon + ("d" if sky.is_day else "n")}


def _temperature(celsius: float, units: str) -> float:
    if units == "imperial":
        return round(celsius * 9 / 5 + 32, 2)
    return round(celsius if units == "metric" else celsius + 273.15, 2)


def _speed(metres: float, units: str) -> float:
    return round(metres * 2.23694 if units == "imperial" else metres, 2)
