"""The distance between two places."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of WGS 84, as adopted by the IUGG (H. Moritz, Journal of Geodesy 74, 2000)."""


def haversine_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance between two places in kilometres; coordinates in decimal degrees.

    The haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984, page 159): on a
    sphere, so its error is up to about half a percent.

    >>> round(haversine_km(52.52, 13.405, 48.1375, 11.575), 1)
    504.3
    """
    phi, other_phi = radians(latitude), radians(other_latitude)
    northward = sin((other_phi - phi) / 2) ** 2
    eastward = cos(phi) * cos(other_phi) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(northward + eastward)))
