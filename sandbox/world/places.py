"""Distances on a round Earth."""

from __future__ import annotations

from math import acos, cos, radians, sin

EARTH_KM = 6371.0088


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in kilometres by the spherical law of cosines; another formula than the bundle's own."""
    here, there = radians(latitude), radians(other_latitude)
    angle = sin(here) * sin(there) + cos(here) * cos(there) * cos(radians(other_longitude - longitude))
    return EARTH_KM * acos(max(-1.0, min(1.0, angle)))
