"""The cities' marts: tables of features by city and hour and their inputs, filled by include/sql/cities."""

from bellwether.cities.marts.hours import local_hours
from bellwether.cities.marts.reading import read_airport_hours, read_city_airports, read_city_hours, read_weather
from bellwether.cities.marts.tables import build
from bellwether.cities.marts.window import window_to_build

__all__ = [
    "build",
    "local_hours",
    "read_airport_hours",
    "read_city_airports",
    "read_city_hours",
    "read_weather",
    "window_to_build",
]
