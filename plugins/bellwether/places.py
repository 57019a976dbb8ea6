"""The cities that are watched: include/cities.toml, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from bellwether.hooks.connection import ServiceConnection
from bellwether.sql import sql_folder

WATCHED = "cities"
"""The extra's field that names fewer cities than there are."""
FILE = "cities.toml"


class CitiesError(ValueError):
    """Something in cities.toml that cannot be understood; the message names it and says what to write."""


class City(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city by the name that the tables use; latitude and longitude in decimal degrees."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    name: str
    page: str
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    timezone: str
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    region: str | None = None

    def __post_init__(self) -> None:
        """Raise KeyError or ValueError for a time zone that is unknown."""
        ZoneInfo(self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.timezone)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    city: tuple[City, ...]


@lru_cache(maxsize=8)
def read_cities(folder: Path | None = None) -> dict[str, City]:
    """The cities by id, of a folder with a cities.toml; the bundle's `include` unless given. Raises CitiesError."""
    file = (folder or sql_folder().parent) / FILE
    try:
        found = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).city
    except (OSError, ValueError, KeyError) as error:
        raise CitiesError(
            f"{file}{_entry_line(file, str(error))}: {error}. See the file's first lines for what a city needs."
        ) from error
    cities = {city.id: city for city in found}
    if not cities or len(cities) < len(found):
        raise CitiesError(f"{file}: needs at least one [[city]], each with an id of its own.")
    return cities


def _entry_line(file: Path, error: str) -> str:
    """The line of the [[city]] that an error of msgspec's is about; empty where it is about none."""
    entry = re.search(r"city\[(\d+)\]", error)
    if not entry:
        return ""
    starts = [
        number
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if line.replace(" ", "").startswith("[[city]]")
    ]
    return f", line {starts[int(entry[1])]}" if int(entry[1]) < len(starts) else ""


def by_place(latitude: str = "lat", longitude: str = "lon") -> Callable[[str], dict[str, float]]:
    """What asks for a city by where it is, under a vendor's names for degrees: a Stream's ``subject_params``."""

    def of_city(city_id: str) -> dict[str, float]:
        city = read_cities()[city_id]
        return {latitude: city.latitude, longitude: city.longitude}

    return of_city


def watched_cities(service: ServiceConnection) -> list[str]:
    """The ids of all cities, or of those that the connection's extra names: a Stream's ``named_by``.

    Raises BadConnection for an unknown one.
    """
    known = read_cities()
    if service.option(WATCHED, None) is None:
        return list(known)
    named = service.watched(WATCHED)
    if unknown := [city for city in named if city not in known]:
        raise service.bad(f"names '{WATCHED}' in its extra that {FILE} does not have: {', '.join(unknown)}")
    return named
