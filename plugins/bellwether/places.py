"""Read and check the watched cities of include/cities.toml."""

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
"""The field of a connection's extra that selects some of the cities."""
FILE = "cities.toml"


class CitiesError(ValueError):
    """An invalid entry in cities.toml; the message names it and states what to write."""


class City(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city; ``id`` is its name in tables, latitude and longitude are in decimal degrees."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    name: str
    page: str
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    timezone: str
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    region: str | None = None

    def __post_init__(self) -> None:
        """Raise KeyError or ValueError for an unknown time zone."""
        ZoneInfo(self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.timezone)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    city: tuple[City, ...]


@lru_cache(maxsize=8)
def read_cities(folder: Path | None = None) -> dict[str, City]:
    """The cities by id in a folder's cities.toml; the default is the bundle's `include`. Raises CitiesError."""
    file = (folder or sql_folder().parent) / FILE
    try:
        entries = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).city
    except (OSError, ValueError, KeyError) as error:
        raise CitiesError(
            f"{file}{_entry_line(file, str(error))}: {error}. The file's first lines list the fields of a city."
        ) from error
    cities = {city.id: city for city in entries}
    if not cities or len(cities) < len(entries):
        raise CitiesError(f"{file}: needs at least one [[city]], each with an id of its own.")
    return cities


def _entry_line(file: Path, error: str) -> str:
    """The line of the [[city]] that a msgspec error names; empty if it names none."""
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
    """A Stream's ``subject_params`` that gives a city's coordinates under a vendor's parameter names."""

    def of_city(city_id: str) -> dict[str, float]:
        city = read_cities()[city_id]
        return {latitude: city.latitude, longitude: city.longitude}

    return of_city


def watched_cities(service: ServiceConnection) -> list[str]:
    """A Stream's ``named_by``: the ids of all cities, or of those in the connection's extra.

    Raises BadConnection for an unknown city.
    """
    known = read_cities()
    if service.option(WATCHED, None) is None:
        return list(known)
    named = service.watched(WATCHED)
    if unknown := [city for city in named if city not in known]:
        raise service.bad(f"lists '{WATCHED}' in its extra that are not in {FILE}: {', '.join(unknown)}")
    return named
