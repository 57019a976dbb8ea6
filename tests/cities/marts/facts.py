"""Rows of a test's own in the sources' tables: forecasts, flights, airports, pages, and coverage."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.company import cover, put

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hour: float, day: str = "2026-11-20") -> datetime:
    """An hour of a day, UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + hour * HOUR


def forecast(forecast_at: datetime, made_at: datetime = NOW, city: str = "berlin", **told: Any) -> None:
    """A forecast of the three hours up to a time; dry, calm and mild unless told otherwise."""
    row = {"city_id": city, "made_at": made_at, "forecast_at": forecast_at, "observed_at": made_at}
    row |= {"temperature_c": 15.0, "wind_m_per_s": 3.0, "precipitation_probability": 0.0}
    row |= {"rain_3h_mm": 0.0, "snow_3h_mm": 0.0} | told
    known = {name: value for name, value in row.items() if value is not None}
    put("weather_forecasts", ("city_id", "made_at", "forecast_at"), [known])


def flight(number: str, scheduled_at: datetime, icao: str = "EDDB", direction: str = "arrivals", **told: Any) -> None:
    """A flight that lands or leaves as scheduled, with an Airbus A320."""
    row = {"airport_icao": icao, "number": number, "scheduled_at": scheduled_at, "observed_at": NOW}
    row |= {"scheduled_local": scheduled_at.isoformat()}
    row |= {"status": "Expected", "codeshare_status": "IsOperator", "is_cargo": False, "aircraft_model": "Airbus A320"}
    known = {name: value for name, value in (row | told).items() if value is not None}
    put(f"flights_{direction}", ("airport_icao", "number", "scheduled_at"), [known])


def airport(icao: str, city: str = "berlin", distance_km: float = 20.0, **told: Any) -> None:
    """An airport near a city."""
    row = {"city_id": city, "icao": icao, "name": icao.title(), "distance_km": distance_km, "observed_at": NOW} | told
    put("flights_airports", ("city_id", "icao"), [row])


def asked(icao: str, start: datetime, end: datetime, *directions: str, **how: Any) -> None:
    """An airport's flights of that time were asked for, in both directions unless given."""
    for direction in directions or ("arrivals", "departures"):
        cover(f"flights_{direction}", icao, start, end, **{"observed_at": NOW} | how)


def page(city: str = "berlin", **told: Any) -> None:
    """A city's page in the Wikipedia."""
    row = {"city_id": city, "title": city.title(), "country": "Germany", "latitude": 52.5, "longitude": 13.4}
    put("wikipedia_cities", ("city_id",), [row | {"area_km2": 891.3, "elevation_m": 34.0, "observed_at": NOW} | told])


def population(figure: int, as_of: str, kind: str = "city", city: str = "berlin") -> None:
    """A figure on a city's page."""
    row = {"city_id": city, "kind": kind, "as_of": as_of, "population": figure, "observed_at": NOW}
    year = {"year": int(as_of[:4])} if as_of else {}
    put("wikipedia_populations", ("city_id", "kind", "as_of"), [row | year])
