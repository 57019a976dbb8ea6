"""A forecast of demand that was made up: two cities, a night in which clocks go back, names that mean harm."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.cities.page.reading import Airport, CityDemand, Place
from bellwether.models.backtest import Backtest, Errors
from bellwether.models.demand import DemandModel
from bellwether.models.trust import Trust
from bellwether.places import read_cities

MADE_AT = datetime(2026, 10, 23, 6, 30, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)> %{x} O'Brien"
HORIZON = timedelta(days=5)
HOURS = 120
AIRPORTS = {
    "EDDB": Airport("Berlin Brandenburg", 52.3667, 13.5033),
    "EGLL": Airport("London Heathrow", 51.4706, -0.4619),
    "EGKK": Airport("London Gatwick", 51.1481, -0.1903),
}
PLACES = {"berlin": ("EDDB", "Mitte", HOSTILE), "london": ("", "EGLL", "EGKK")}


def errors(place: str = "") -> Errors:
    """At Gatwick the model was worse than the week before."""
    method, mae = ("seasonal naive", 3.3) if place == "EGKK" else ("poisson", 2.1)
    return Errors(960, 8, mae, 3.0, 2.9, 0.1, 14.2, 0.79, 0.6, method)


def model() -> DemandModel:
    places = {(city, place): errors(place) for city, some in PLACES.items() for place in some}
    tested = Backtest(HORIZON, places, {}, errors(), {("berlin", "Pankow"): "9 days of its rides are known"}, Trust())
    return DemandModel({}, tested, 26_000, "2026-04-20T00:00:00+00:00", "2026-10-23T00:00:00+00:00")


def cities() -> list[CityDemand]:
    return [_city(city, places) for city, places in PLACES.items()]


def _city(city_id: str, names: tuple[str, ...]) -> CityDemand:
    city = read_cities()[city_id]
    places = tuple(_place(city.zone, name, 1 + 0.5 * number) for number, name in enumerate(names))
    start = MADE_AT.replace(minute=0) + timedelta(hours=22)
    advice = (advised(city_id, names[0], start, 12), advised(city_id, names[-1], start + timedelta(days=1), -7))
    return CityDemand(city_id, city.name, city.zone, city, places, advice)


def advised(city_id: str, place: str, starts_at: datetime, scooters: int) -> dict[str, Any]:
    return {
        "city_id": city_id, "place": place, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3),
        "scooters": scooters, "rides": 90.0 + 2 * scooters, "rides_usual": 90.0, "why": "rain -31 %; arrivals +24 %",
    }  # fmt: skip


def _place(zone: ZoneInfo, name: str, size: float) -> Place:
    airport = AIRPORTS.get(name)
    label = f"{airport.name} ({name})" if airport else name or "the whole city"
    first = MADE_AT.replace(minute=0) + timedelta(hours=1)
    hours = tuple(_hour(first + timedelta(hours=n), zone, size, name) for n in range(HOURS))
    return Place(name, label, hours, errors(name), airport)


def _hour(at: datetime, zone: ZoneInfo, size: float, name: str) -> dict[str, Any]:
    hour = at.astimezone(zone).hour
    usual = size * (14 + 11 * math.sin((hour - 9) * math.pi / 12))
    rain = 0.65 if at.day == 25 else 1.0
    arrivals = 1.3 if name in AIRPORTS and at.day == 26 and 8 <= hour < 20 else 1.0
    rides = usual * rain * arrivals * 1.04
    factors = {"rain": rain, "temperature": 1.04, "wind": 1.0, "arrivals": arrivals, "holiday": 1.0}
    return {
        "hour_at": at, "rides": rides, "rides_low": 0.7 * rides, "rides_high": 1.35 * rides, "rides_usual": usual,
        "method": "poisson", **{f"factor_{driver}": factor for driver, factor in factors.items()},
    }  # fmt: skip
