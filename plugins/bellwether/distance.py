"""How far two places are from each other."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of WGS 84, as the IUGG has it (H. Moritz, Journal of Geodesy 74, 2000)."""


def haversine_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two places in kilometres, from decimal degrees.

    The haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984, page 159): on a
    sphere, so up to about half a percent off.

    >>> round(haversine_km(52.52, 13.405, 48.1375, 11.575), 1)
    504.3
    """
    here, there = radians(latitude), radians(other_latitude)
    along = sin((there - here) / 2) ** 2
    across = cos(here) * cos(there) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(along + across)))
