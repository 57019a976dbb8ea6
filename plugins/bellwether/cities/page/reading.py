"""What the page on demand shows, read from the tables of one forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.cities.demand.words import shown
from bellwether.models.backtest import Errors
from bellwether.models.demand import DemandModel
from bellwether.places import City, read_cities
from bellwether.sql import render
from bellwether.warehouse.database import Warehouse

DRIVERS = ("rain", "temperature", "wind", "arrivals", "holiday")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Airport:
    """Where an airport lies, in decimal degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a city with its forecast.

    :param hours: rows of demand_forecasts, in order
    :param errors: of the backtest; None where the place was not tested
    :param airport: None where the place is none, and so lies nowhere that is known
    """

    id: str
    label: str
    hours: tuple[Row, ...]
    errors: Errors | None
    airport: Airport | None

    @property
    def rides(self) -> float:
        """Rides expected over all hours."""
        return float(sum(row["rides"] for row in self.hours))

    @property
    def rides_usual(self) -> float | None:
        """The same as usual; None where an hour has none."""
        usual = [row["rides_usual"] for row in self.hours]
        return None if None in usual else float(sum(usual))


@dataclass(frozen=True, slots=True)
class CityDemand:
    """A city's places, the one with the most rides first, and what is advised for them."""

    id: str
    name: str
    zone: ZoneInfo
    city: City | None
    places: tuple[Place, ...]
    advice: tuple[Row, ...]


def demand_of(warehouse: Warehouse, made_at: datetime, model: DemandModel) -> list[CityDemand]:
    """The cities of the forecast made then, by name."""
    airports = {
        icao: Airport(shown(name or icao, 48), latitude, longitude)
        for icao, name, latitude, longitude in warehouse.select(render("demand/airports.sql"))
    }
    advice = _rows(warehouse, "demand/advice.sql", made_at)
    hours = _rows(warehouse, "demand/hours.sql", made_at)
    cities = [
        _city(city_id, list(rows), [row for row in advice if row["city_id"] == city_id], airports, model)
        for city_id, rows in groupby(hours, lambda row: str(row["city_id"]))
    ]
    return sorted(cities, key=lambda city: city.name)


def _city(
    city_id: str, hours: list[Row], advice: list[Row], airports: Mapping[str, Airport], model: DemandModel
) -> CityDemand:
    city = read_cities().get(city_id)
    places = [_place(city_id, place, tuple(rows), airports, model) for place, rows in _by_place(hours)]
    return CityDemand(
        id=city_id,
        name=city.name if city else shown(city_id),
        zone=city.zone if city else ZoneInfo("UTC"),
        city=city,
        places=tuple(sorted(places, key=lambda place: -place.rides)),
        advice=tuple(sorted(advice, key=lambda row: (row["starts_at"], row["place"]))),
    )


def _by_place(hours: list[Row]) -> list[tuple[str, list[Row]]]:
    return [(place, list(rows)) for place, rows in groupby(hours, lambda row: str(row["place"]))]


def _place(
    city_id: str, place: str, hours: tuple[Row, ...], airports: Mapping[str, Airport], model: DemandModel
) -> Place:
    airport = airports.get(place)
    label = f"{airport.name} ({place})" if airport and airport.name != place else shown(place) or "the whole city"
    return Place(place, label, hours, model.backtest.places.get((city_id, place)), airport)


def _rows(warehouse: Warehouse, statement: str, made_at: datetime) -> list[Row]:
    names, rows = warehouse.query(render(statement), {"made_at": made_at.astimezone(UTC)})
    return [dict(zip(names, row, strict=True)) for row in rows]
