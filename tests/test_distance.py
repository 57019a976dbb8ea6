"""Distances agree with what is known of them."""

import pytest

from bellwether.distance import EARTH_RADIUS_KM, haversine_km
from sandbox.world.airports import BY_ICAO
from sandbox.world.places import distance_km

BERLIN, MUNICH = (52.52, 13.405), (48.1375, 11.575)


@pytest.mark.parametrize(
    ("place", "other", "expected"),
    [
        pytest.param(BERLIN, BERLIN, 0.0, id="none"),
        pytest.param((0, 0), (0, 180), 3.14159265 * EARTH_RADIUS_KM, id="half around"),
        pytest.param((90, 0), (0, 57), 3.14159265 / 2 * EARTH_RADIUS_KM, id="from the pole"),
        pytest.param((0, 179.5), (0, -179.5), 111.195, id="over the date line"),
        pytest.param(BERLIN, MUNICH, 504.3, id="Berlin to Munich"),
        # Nashville to Los Angeles airport, the example that goes around with the formula: 2887.26 km at 6372.8 km.
        pytest.param((36.12, -86.67), (33.94, -118.40), 2887.26 * EARTH_RADIUS_KM / 6372.8, id="BNA to LAX"),
    ],
)
def test_a_distance_is_as_known(place: tuple[float, float], other: tuple[float, float], expected: float) -> None:
    assert haversine_km(*place, *other) == pytest.approx(expected, abs=0.05)
    assert haversine_km(*other, *place) == pytest.approx(expected, abs=0.05)


def test_another_formula_gives_the_same() -> None:
    places = [(one.latitude, one.longitude) for one in BY_ICAO.values()]
    assert len(places) > 50
    for place in places:
        for other in places[:10]:
            assert haversine_km(*place, *other) == pytest.approx(distance_km(*place, *other), abs=0.01)
