"""include/cities.toml: the cities as the file has them, and what is said of a file that cannot be understood."""

from zoneinfo import ZoneInfo

import pytest

from bellwether.places import CitiesError, by_place, read_cities

BERLIN = """
[[city]]
id = "berlin"
name = "Berlin"
page = "Berlin"
latitude = 52.52
longitude = 13.405
timezone = "Europe/Berlin"
country = "DE"
"""


@pytest.fixture
def read(tmp_path):
    """The cities of a file with this text."""

    def reading(text):
        (tmp_path / "cities.toml").write_text(text, encoding="utf-8")
        return read_cities(tmp_path)

    return reading


def test_the_bundle_s_own_file_has_ten_cities_with_zones_and_places_on_earth():
    cities = read_cities()
    assert len(cities) == 10
    assert all(city.id == key and city.zone.key == city.timezone for key, city in cities.items())
    assert len({(city.latitude, city.longitude) for city in cities.values()}) == 10
    assert len({city.page for city in cities.values()}) == 10


def test_a_good_file_is_read_in_its_order(read):
    lagos = BERLIN.replace("berlin", "lagos").replace("Europe/Berlin", "Africa/Lagos").replace('"DE"', '"NG"')
    cities = read(lagos + BERLIN)
    assert list(cities) == ["lagos", "berlin"]
    assert cities["lagos"].zone == ZoneInfo("Africa/Lagos")
    assert (cities["berlin"].latitude, cities["berlin"].longitude, cities["berlin"].country) == (52.52, 13.405, "DE")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("Europe/Berlin", "Europe/Bonn", "Europe/Bonn", id="an unknown zone"),
        pytest.param("Europe/Berlin", "../etc/passwd", "etc/passwd", id="a zone that is a path"),
        pytest.param("page =", "title =", "title", id="an unknown field"),
        pytest.param('page = "Berlin"', "", "page", id="a missing field"),
        pytest.param('"berlin"', '"Berlin"', "id", id="an id in capitals"),
        pytest.param('"berlin"', '"new york"', "id", id="an id with a space"),
        pytest.param('"berlin"', '""', "id", id="an empty id"),
        pytest.param("52.52", "95.0", "latitude", id="a place off the globe"),
        pytest.param("52.52", '"north"', "latitude", id="words for a number"),
        pytest.param('"DE"', '"Germany"', "country", id="a country by its name"),
        pytest.param("[[city]]", "[city]", "array", id="one city, no list"),
        pytest.param('name = "Berlin"', 'name = "Berlin', "line 4", id="no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_the_file_and_where_to_look(read, old, new, said):
    assert old in BERLIN
    with pytest.raises(CitiesError) as caught:
        read(BERLIN.replace(old, new))
    assert said in str(caught.value)
    assert "cities.toml" in str(caught.value)
    assert "The file's first lines list the fields of a city" in str(caught.value)


def test_two_cities_of_one_id_are_refused(read):
    with pytest.raises(CitiesError, match="each with an id of its own"):
        read(BERLIN + BERLIN.replace("52.52", "50.0"))


@pytest.mark.parametrize("text", ["", "city = []"])
def test_a_file_without_a_city_is_refused(read, text):
    with pytest.raises(CitiesError, match=r"cities\.toml"):
        read(text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CitiesError, match=r"cities\.toml"):
        read_cities(tmp_path / "nowhere")


def test_a_city_is_asked_for_by_its_place_under_the_vendor_s_names():
    assert by_place()("berlin") == {"lat": 52.52, "lon": 13.405}
    assert by_place("latitude", "longitude")("berlin") == {"latitude": 52.52, "longitude": 13.405}
