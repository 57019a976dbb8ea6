"""What the pages of the sandbox's cities say: figures as of a year, each page in a shape of its own.

Figures of 2024 are rounded facts; later and earlier years follow from a steady growth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.vendors import wikipedia_infobox as box
from sandbox.vendors.wikipedia_infobox import DASH, FRENCH, NBSP, NEWER, OLDER, THIN, Style, footnote
from sandbox.world.cities import City
from sandbox.world.noise import generator

COUNTRIES = {"DE": "Germany", "FR": "France", "GB": "United Kingdom", "GR": "Greece", "PT": "Portugal", "SE": "Sweden"}
BASE_YEAR = 2024
PUBLISHED_IN = 6
"""The month in which a year's figures appear on the pages: those of 2025 in June of 2026."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A city's: people in the base year and their growth a year, km2, metres above the sea."""

    people: int
    growth: float
    area: float
    height: float

    def people_in(self, year: int) -> int:
        """How many lived there at the end of a year."""
        return round(self.people * (1 + self.growth) ** (year - BASE_YEAR))


FIGURES = {
    "athens": Figures(643_452, 0.0, 38.96, 70.1),
    "berlin": Figures(3_685_265, 0.006, 891.3, 34),
    "cologne": Figures(1_024_621, 0.003, 405.02, 37),
    "hamburg": Figures(1_862_565, 0.005, 755.22, 6),
    "kassel": Figures(197_230, 0.002, 106.78, 167),
    "lisbon": Figures(545_796, 0.0, 100.05, 2),
    "london": Figures(9_089_736, 0.007, 1_572.03, 11),
    "munich": Figures(1_505_005, 0.008, 310.71, 520),
    "paris": Figures(2_048_472, -0.008, 105.4, 78),
    "stockholm": Figures(995_574, 0.009, 188.0, 28),
}


def year_told(now: datetime) -> int:
    """The newest year whose figures the pages have."""
    return now.year - (1 if now.month >= PUBLISHED_IN else 2)


def infobox(city: City, now: datetime) -> str:
    """The city's infobox as it stands."""
    figures = FIGURES.get(city.id) or _invented(city)
    year = year_told(now)
    return SHAPES.get(city.id, _plain)(city, figures, figures.people_in(year), year)


def _invented(city: City) -> Figures:
    """Somebody's own city, of which the sandbox knows no figures."""
    rng = generator(0, 0, f"wikipedia {city.id}")
    return Figures(
        int(rng.integers(50_000, 2_000_000)), 0.004, float(rng.integers(50, 900)), float(rng.integers(2, 600))
    )


def _start(style: Style, city: City) -> list[str]:
    return [
        box.coordinates(style, city.latitude, city.longitude),
        box.single(style, "Country", f'<span class="flagicon"></span><a href="/wiki/X">{_country(city)}</a>'),
    ]


def _country(city: City) -> str:
    return COUNTRIES.get(city.country, city.country)


def _end(style: Style) -> list[str]:
    zone = [f"UTC+01:00 (CET){footnote(9)}"]
    return [
        box.single(style, "Time zone", zone[0]),
        box.single(style, "Area code", "030"),
        box.single(style, "GDP", "-"),
    ]


def _german(city: City, figures: Figures, people: int, year: int) -> str:
    """A whole day in the heading; the area in a row of its own."""
    rows = _start(NEWER, city)
    rows += [
        box.below(NEWER, "State", city.name),
        box.block(NEWER, "Government", [("Lord mayor", f"N. N. (2020{DASH}25)")]),
    ]
    rows += [box.single(NEWER, "Area", box.square_km(figures.area))]
    rows += [box.single(NEWER, "Elevation", box.metres(figures.height))]
    counts = [("Total", f"{people:,}"), ("Density", box.density(people, figures.area))]
    rows += [box.block(NEWER, "Population", counts, f"({year}-12-31){footnote(2)}")]
    return box.table(NEWER, city.name, [*rows, *_end(NEWER)])


def _berlin(city: City, figures: Figures, people: int, year: int) -> str:
    """A block for the area; ranks and a demonym below the population; thin spaces between thousands."""
    rows = _start(NEWER, city)
    rows += [box.block(NEWER, "Area", [("City/State", box.square_km(figures.area))], footnote(1))]
    rows += [box.single(NEWER, "Elevation", box.metres(figures.height))]
    spaced = f"{people:,}".replace(",", THIN)
    counts = [("City/State", f"{spaced}{footnote(3)} (1st in Germany)"), ("Rank", "1st in Germany")]
    counts += [("Density", box.density(people, figures.area)), ("Urban", "4,679,500"), ("Metro", "c. 6.3 million")]
    rows += [box.block(NEWER, "Population", counts, f"(31 December {year})")]
    rows += [box.block(NEWER, "Demonyms", [("English", "Berliner")]), *_end(NEWER)]
    return box.table(NEWER, city.name, rows)


def _older(city: City, figures: Figures, people: int, year: int) -> str:
    """The template before 2021; only decimal coordinates, the year beside the figure's label."""
    rows = [box.coordinates(OLDER, city.latitude, city.longitude, only_decimal=True)]
    rows += [box.single(OLDER, "Country", _country(city))]
    rows += [box.block(OLDER, "Area", [("City", box.square_km(figures.area)), ("Water", box.square_km(4.2))])]
    rows += [box.single(OLDER, "Elevation", box.metres(figures.height))]
    counts = [(f"City ({year}){footnote(1)}", f"{people:,}"), ("Density", box.density(people, figures.area))]
    rows += [box.block(OLDER, "Population", [*counts, ("Metro (2019)", "5,427,000")]), *_end(OLDER)]
    return box.table(OLDER, city.name, rows)


def _kassel(city: City, figures: Figures, people: int, year: int) -> str:
    """The older template with the day in the heading, and a range for the elevation."""
    rows = [box.single(OLDER, "Country", _country(city)), box.single(OLDER, "Area", box.square_km(figures.area))]
    low, high = figures.height - 20, figures.height + 20
    rows += [
        box.single(
            OLDER, "Elevation", f"{low:g}{DASH}{high:g}{NBSP}m ({low / 0.3048:.0f}{DASH}{high / 0.3048:.0f}{NBSP}ft)"
        )
    ]
    counts = [("Total", f"{people:,}"), ("Density", box.density(people, figures.area))]
    rows += [box.block(OLDER, "Population", counts, f"(31 December {year}){footnote(1)}")]
    rows += [box.coordinates(OLDER, city.latitude, city.longitude), *_end(OLDER)]
    return box.table(OLDER, city.name, rows)


def _athens(city: City, figures: Figures, people: int, year: int) -> str:
    """A census; the same labels in the blocks of area and population."""
    rows = _start(NEWER, city)
    areas = [("Municipality", figures.area), ("Urban", 412.0), ("Metro", 2_928.72)]
    rows += [box.block(NEWER, "Area", [(label, box.square_km(area)) for label, area in areas])]
    rows += [box.single(NEWER, "Highest elevation", box.metres(338)), box.below(NEWER, "Elevation", box.metres(70.1))]
    counts = [("Municipality", f"{people:,}"), ("Rank", "1st urban, 1st metro in Greece"), ("Urban", "3,059,764")]
    counts += [("Urban density", box.density(3_059_764, 412)), ("Metro", f"3,638,281{footnote(5)}")]
    counts += [("Metro density", box.density(3_638_281, 2_928.72))]
    rows += [box.block(NEWER, "Population", counts, f"(2021){footnote(4)}"), *_end(NEWER)]
    return box.table(NEWER, city.name, rows)


def _lisbon(city: City, figures: Figures, people: int, year: int) -> str:
    """A census by its label; hectares; the metro's figure of another year than the city's."""
    rows = _start(NEWER, city)
    rows += [box.block(NEWER, "Area", [("Municipality and capital city", f"10,005{NBSP}ha (38.63{NBSP}sq{NBSP}mi)")])]
    rows += [box.single(NEWER, "Elevation", box.metres(figures.height))]
    counts = [("Municipality and capital city (2021 census)", f"{people:,}"), ("Metro (Jan. 2024)", "2,961,177 (13th)")]
    rows += [box.block(NEWER, "Population", counts), *_end(NEWER)]
    return box.table(NEWER, city.name, rows)


def _london(city: City, figures: Figures, people: int, year: int) -> str:
    """Miles and feet first; a sovereign state above the country; a row of a part; a second pair of coordinates."""
    rows = [box.coordinates(NEWER, city.latitude, city.longitude)]
    rows += [box.single(NEWER, "Sovereign state", "United Kingdom"), box.below(NEWER, "Country", "England")]
    rows += [box.block(NEWER, "Area", [("Total", box.square_km(figures.area, miles_first=True) + footnote(1))])]
    rows += [box.single(NEWER, "Elevation", box.metres(figures.height, feet_first=True))]
    counts = [
        (f"Total ({year})", f"{people:,}{footnote(2)}"),
        ("City of London", "15,110"),
        ("Urban (2011)", "9,787,426"),
    ]
    rows += [box.block(NEWER, "Population", [*counts, ("Metro (2025)", "15,100,000 (London metropolitan area)")])]
    rows += [box.coordinates(NEWER, 51.5138, -0.0984), *_end(NEWER)]
    return box.table(NEWER, city.name, rows)


def _paris(city: City, figures: Figures, people: int, year: int) -> str:
    """The template of French communes: the figure beside the heading, a footnote that is no reference."""
    rows = [box.coordinates(FRENCH, city.latitude, city.longitude), box.single(FRENCH, "Country", _country(city))]
    rows += [box.single(FRENCH, "Area<sup>1</sup>", box.square_km(figures.area))]
    label = f'Population<div style="display:inline">{NBSP}<span>(Jan. {year}{footnote(2)})</span></div>'
    counts = [("Rank", "9th in Europe"), ("Density", box.density(people, figures.area))]
    counts += [("Urban (Jan. 2021)", "10,890,751"), ("Metro (Jan. 2021)", "13,171,056")]
    bulleted = [box.below(FRENCH, f"{NBSP}•{NBSP}{name}", value) for name, value in counts]
    rows += [box.single(FRENCH, label, f"{people:,}"), *bulleted]
    heights = f"28{DASH}131{NBSP}m (92{DASH}430{NBSP}ft) <br>(avg. {figures.height:g}{NBSP}m or 256{NBSP}ft)"
    return box.table(FRENCH, city.name, [*rows, box.single(FRENCH, "Elevation", heights), *_end(FRENCH)])


def _plain(city: City, figures: Figures, people: int, year: int) -> str:
    """As most pages are: blocks for both, the year in the heading."""
    rows = _start(NEWER, city)
    rows += [
        box.block(NEWER, "Area", [("Capital city", box.square_km(figures.area)), ("Urban", box.square_km(381.63))])
    ]
    rows += [box.single(NEWER, "Elevation", box.metres(figures.height))]
    counts = [("Capital city", f"{people:,}"), ("Density", box.density(people, figures.area)), ("Urban", "1,617,407")]
    rows += [box.block(NEWER, "Population", [*counts, ("Metro", "2,454,821")], f"({year}){footnote(6)}"), *_end(NEWER)]
    return box.table(NEWER, city.name, rows)


SHAPES: dict[str, Callable[[City, Figures, int, int], str]] = {
    "athens": _athens,
    "berlin": _berlin,
    "cologne": _german,
    "hamburg": _older,
    "kassel": _kassel,
    "lisbon": _lisbon,
    "london": _london,
    "munich": _german,
    "paris": _paris,
}
