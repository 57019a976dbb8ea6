"""A plain sketch of a city's places from their coordinates: no tiles, so that the page asks no other host."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bellwether.cities.page.reading import CityDemand, Place

WIDTH, HEIGHT = 340, 260
_MARGIN = 46
_KM_A_DEGREE = 111.2
_LEAST_KM = 4.0
_RADIUS = (5.0, 17.0)
_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Spot:
    """A circle with its label below it, in pixels."""

    x: float
    y: float
    radius: float
    label: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """The spots, rings around the centre, and the places that lie nowhere that is known.

    rings: radius in pixels, the kilometres that it stands for, and where they are written
    """

    spots: tuple[Spot, ...]
    centre: tuple[float, float]
    rings: tuple[tuple[float, int, float], ...]
    inside: tuple[str, ...]


def sketch_of(demand: CityDemand) -> Sketch | None:
    """The city's sketch, north above; None for a city whose centre is not known.

    Places without coordinates (districts are names only) are together the spot in the centre. A circle's area is by
    the rides expected.
    """
    if demand.city is None:
        return None
    inside = [place for place in demand.places if place.airport is None]
    spread = [(0.0, 0.0, "in the city", sum(place.rides for place in inside))] if inside else []
    spread += [(*_km(demand, place), place.id, place.rides) for place in demand.places if place.airport]
    scale, centre = _fit([(x, y) for x, y, *_ in spread])
    most = max((rides for *_, rides in spread), default=0.0)
    spots = [_spot(centre[0] + scale * x, centre[1] - scale * y, label, rides, most) for x, y, label, rides in spread]
    return Sketch(tuple(spots), centre, _rings(scale, centre[1]), tuple(place.label for place in inside))


def _km(demand: CityDemand, place: Place) -> tuple[float, float]:
    """East and north of the centre; near enough to flat within some 100 km."""
    assert demand.city
    assert place.airport
    east = (place.airport.longitude - demand.city.longitude + 180) % 360 - 180
    north = place.airport.latitude - demand.city.latitude
    return east * _KM_A_DEGREE * math.cos(math.radians(demand.city.latitude)), north * _KM_A_DEGREE


def _fit(points: list[tuple[float, float]]) -> tuple[float, tuple[float, float]]:
    """Pixels a kilometre, and where the centre lies so that all is in the middle of the picture."""
    left, right = min([0.0, *(x for x, _ in points)]), max([0.0, *(x for x, _ in points)])
    low, high = min([0.0, *(y for _, y in points)]), max([0.0, *(y for _, y in points)])
    scale = min(
        (WIDTH - 2 * _MARGIN) / max(right - left, _LEAST_KM), (HEIGHT - 2 * _MARGIN) / max(high - low, _LEAST_KM)
    )
    return scale, (WIDTH / 2 - scale * (left + right) / 2, HEIGHT / 2 + scale * (low + high) / 2)


def _rings(scale: float, middle: float) -> tuple[tuple[float, int, float], ...]:
    """Two distances from the centre that fit into the picture."""
    fits = [km for km in _STEPS_KM if 22 < km * scale < WIDTH * 0.75]
    radii = [(round(km * scale, 1), km) for km in fits[-2:]]
    # Above the ring, or below it where that is out of the picture.
    return tuple((r, km, round(middle - r - 3 if middle - r > 14 else middle + r - 4, 1)) for r, km in radii)


def _spot(x: float, y: float, label: str, rides: float, most: float) -> Spot:
    share = math.sqrt(rides / most) if most else 0.0
    radius = _RADIUS[0] + share * (_RADIUS[1] - _RADIUS[0])
    return Spot(round(x, 1), round(y, 1), round(radius, 1), label)
