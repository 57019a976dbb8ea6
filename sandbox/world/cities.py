"""The cities the sandbox has maps of: those of include/cities.toml, whoever wrote them there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "include" / "cities.toml"


@dataclass(frozen=True, slots=True)
class City:
    """A city as the file has it; latitude and longitude in decimal degrees."""

    id: str
    name: str
    page: str
    latitude: float
    longitude: float
    timezone: str
    country: str
    region: str | None = None


@cache
def cities() -> tuple[City, ...]:
    """All cities, in the file's order."""
    return tuple(City(**city) for city in tomllib.loads(FILE.read_text(encoding="utf-8"))["city"])
