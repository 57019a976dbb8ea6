"""Rides on rented scooters, by city, place and hour: what a company that rents them out would have counted.

They follow the clocks, the weather that really was, and at airports those who have really landed (riders.py says
how strongly each); what is left is chance, more of it than a Poisson process has.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sandbox.world import riders
from sandbox.world.airports import BY_ICAO, around
from sandbox.world.cities import City, cities
from sandbox.world.climate import Place
from sandbox.world.days import EPOCH, FIRST_DAY, day_of, first_second, moment_of
from sandbox.world.flights import Flights
from sandbox.world.noise import drifting, generator
from sandbox.world.timetable import timetable
from sandbox.world.weather import Weather

if TYPE_CHECKING:
    import pyarrow as pa

HOUR = timedelta(hours=1)
AIRPORTS_WITHIN_KM = 50.0
DISTRICTS = ("centre", "suburbs")
GRAIN = 40.0
"""The variance of an hour's rides is mean + mean² / GRAIN: a negative binomial distribution."""
_DRIFT_DAYS, _DRIFT = 20.0, 0.06
# Of those that ride away from an airport in an hour, the share that landed in it; the others did in the one before.
_AT_ONCE = 0.6
# Usual seats of the aircraft in the timetable, rounded.
SEATS = {
    "ATR 72": 70, "Embraer 190": 100, "Airbus A319": 144, "Bombardier CRJ900": 90, "Airbus A320": 174,
    "Airbus A320 NEO": 180, "Airbus A321": 212, "Airbus A321 NEO": 220, "Boeing 737-800": 186,
    "Airbus A330-300": 290, "Airbus A350-900": 310, "Boeing 777-300ER": 370, "Boeing 787-9": 290,
}  # fmt: skip
# The day on which a place is of its own size.
_LEVEL_DAY = date(2026, 11, 1).toordinal()
Sky = dict[str, np.ndarray]


class Rides:
    """A pure function of (seed, place, hour), the past and the future alike; hours are counted from 1970 UTC.

    A city is told by its id in include/cities.toml; a place is one of `places(city)`, else KeyError.
    Not `is_planted`: the day's and the week's rhythm and chance are all there is. Weather stays as it was.
    """

    def __init__(self, seed: int, weather: Weather, flights: Flights, is_planted: bool = True) -> None:
        self._seed = seed
        self._weather = weather
        self._flights = flights
        self._is_planted = is_planted
        self._cities = {city.id: city for city in cities()}
        self._measured = lru_cache(maxsize=64)(self._weather_at)
        self._landed_on = lru_cache(maxsize=1024)(self._landed)

    def places(self, city: str) -> tuple[str, ...]:
        """The city's districts, and its airports with flights by their ICAO codes, the nearest first."""
        near = around(self._cities[city].latitude, self._cities[city].longitude, AIRPORTS_WITHIN_KM)
        return *DISTRICTS, *(airport.icao for _, airport in near if airport.size)

    def hourly(self, city: str, place: str, first_hour: int, count: int) -> np.ndarray:
        """Rides that begin there in each of so many hours, whole numbers."""
        days = _days(first_hour, count)
        expected = self._expected(self._cities[city], place, days)
        name = f"rides {city} {place}"
        rides = np.concatenate([self._drawn(day, name, mean) for day, mean in zip(days, expected, strict=True)])
        return rides[_part(days, first_hour, count)]

    def expected(self, city: str, place: str, first_hour: int, count: int) -> np.ndarray:
        """The mean that chance is about, hour by hour; no forecast that knows all effects is any better."""
        days = _days(first_hour, count)
        return self._expected(self._cities[city], place, days).ravel()[_part(days, first_hour, count)]

    def seats_landed(self, icao: str, first_hour: int, count: int) -> np.ndarray:
        """Seats for passengers of the flights that really land in each of so many hours."""
        days = _days(first_hour, count)
        return np.concatenate([self._landed_on(day)[icao] for day in days])[_part(days, first_hour, count)]

    def history(self, start: datetime, end: datetime) -> pa.Table:
        """The rides of all cities and places in the whole hours of [start, end), with the weather measured there.

        None from before the world began, when nobody landed.

        Columns city_id, place, hour_at (UTC), rides, temperature_c, rain_mm, wind_m_per_s; snow is not measured.
        """
        import pyarrow as pa

        first, last = -((EPOCH - start) // HOUR), (end - EPOCH) // HOUR
        first = max(first, first_second(FIRST_DAY) // 3600)
        count = max(0, last - first)
        places = [(city, place) for city in self._cities.values() for place in self.places(city.id)]
        return pa.concat_tables([self._rows(*each, first, count) for each in places]).combine_chunks()

    def _rows(self, city: City, place: str, first: int, count: int) -> pa.Table:
        import pyarrow as pa

        days = _days(first, count)
        sky = {name: column[_part(days, first, count)] for name, column in self._sky(city, place, days).items()}
        return pa.table(
            {
                "city_id": pa.array([city.id] * count),
                "place": pa.array([place] * count),
                "hour_at": pa.array(3600 * np.arange(first, first + count), pa.timestamp("s", "UTC")),
                "rides": self.hourly(city.id, place, first, count),
                **{name: sky[name] for name in ("temperature_c", "rain_mm", "wind_m_per_s")},
            }
        )

    def _expected(self, city: City, place: str, days: range) -> np.ndarray:
        """The mean by day and hour of the day (UTC)."""
        if place not in self.places(city.id):
            raise KeyError(f"no place {place!r} in {city.id}; there are {', '.join(self.places(city.id))}")
        mean = self._size(city, place) * self._rhythm(city, place, days)
        if not self._is_planted:
            return mean
        if place in BY_ICAO:
            mean = mean * (1 - riders.ARRIVALS_SHARE)
            mean += self._size(city, place) * riders.ARRIVALS_SHARE * self._landed_as_usual(place, days)
        sky = self._sky(city, place, days)
        mean *= riders.of_precipitation(sky["rain_mm"] + sky["snow_mm"]).reshape(-1, 24)
        mean *= riders.of_temperature(sky["temperature_c"]).reshape(-1, 24)
        mean *= riders.of_wind(sky["wind_m_per_s"]).reshape(-1, 24)
        return mean * np.array([self._grown(day, f"{city.id} {place}") for day in days])

    def _size(self, city: City, place: str) -> float:
        """Rides in an hour of an average week at 15 °C, without rain or wind."""
        if place in BY_ICAO:
            return float(2.0 * BY_ICAO[place].size ** 0.75)
        level = 40 * np.exp(0.4 * generator(self._seed, 0, f"riders {city.id}").standard_normal())
        return float(level * (0.6 if place == "suburbs" else 1.0))

    def _rhythm(self, city: City, place: str, days: range) -> np.ndarray:
        rhythm = riders.RHYTHM["airport" if place in BY_ICAO else place]
        frames = (riders.local_hours(city, day, self._is_planted) for day in days)
        return np.array([rhythm[kinds, hours] for hours, kinds in frames])

    def _grown(self, day: int, name: str) -> np.ndarray:
        years = (day - _LEVEL_DAY + np.arange(24) / 24) / 365
        drift = drifting(self._seed, day, f"riders {name}", memory=_DRIFT_DAYS, sd=_DRIFT)
        return np.exp(riders.GROWTH_BY_YEAR * years + drift[::60])

    def _landed_as_usual(self, icao: str, days: range) -> np.ndarray:
        """How many times as many seats as in an average hour have just landed."""
        first = first_second(days[0]) // 3600
        seats = self.seats_landed(icao, first - 1, 24 * len(days) + 1)
        recent = _AT_ONCE * seats[1:] + (1 - _AT_ONCE) * seats[:-1]
        return recent.reshape(-1, 24) / _seats_an_hour(self._flights.seed)[icao]

    def _landed(self, day: int) -> dict[str, np.ndarray]:
        midnight = moment_of(first_second(day))
        return {airport.icao: self._landed_at(airport.icao, midnight) for airport in self._flights.airports}

    def _landed_at(self, icao: str, midnight: datetime) -> np.ndarray:
        seats, start = np.zeros(24), int(midnight.timestamp())
        # A flight may be hours late, and a few minutes early.
        for flight in self._flights.arrivals(icao, midnight - timedelta(hours=12), midnight + timedelta(hours=26)):
            hour = (flight.landed - start) // 3600
            flies = flight.cancelled is None and not flight.is_diverted and not flight.leg.is_cargo
            if flies and 0 <= hour < 24:
                seats[hour] += SEATS[flight.leg.model]
        return seats

    def _sky(self, city: City, place: str, days: range) -> Sky:
        return self._measured(BY_ICAO.get(place, city), days[0], len(days))

    def _weather_at(self, at: Place, day: int, count: int) -> Sky:
        skies = self._weather.actual_hours(at, first_second(day) // 3600, 24 * count)
        fields = ("temperature_c", "rain_mm", "snow_mm", "wind_m_per_s")
        return {field: np.array([getattr(sky, field) for sky in skies]) for field in fields}

    def _drawn(self, day: int, name: str, mean: np.ndarray) -> np.ndarray:
        rng = generator(self._seed, day, name)
        return rng.poisson(mean * rng.gamma(GRAIN, 1 / GRAIN, 24))


@lru_cache(maxsize=8)
def _seats_an_hour(seed: int) -> dict[str, float]:
    """Seats that land at an airport in an average hour by the timetable."""
    seats: dict[str, float] = {}
    for leg in timetable(seed):
        if not leg.is_cargo:
            added = SEATS[leg.model] * sum(leg.weekdays) / (7 * 24)
            seats[leg.destination.icao] = seats.get(leg.destination.icao, 0.0) + added
    return seats


def _days(first_hour: int, count: int) -> range:
    """The UTC days that the hours lie in, one at least."""
    return range(day_of(first_hour * 3600), day_of((first_hour + max(count, 1) - 1) * 3600) + 1)


def _part(days: range, first_hour: int, count: int) -> slice:
    """Where the hours stand in those of the days."""
    start = first_hour - first_second(days[0]) // 3600
    return slice(start, start + count)
