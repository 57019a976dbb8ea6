"""What is told of a city: what is set down for it, its page, its inhabitants, its airports."""

from datetime import timedelta
from typing import Any

from bellwether.cities.marts import build
from bellwether.places import read_cities
from bellwether.warehouse import Warehouse
from tests.cities.marts.facts import NOW, airport, page, population


def test_cities_are_there_with_or_without_their_page(database: Warehouse, warehouse: Any) -> None:
    page("berlin")
    population(3_700_000, "2023-12-31")
    build(database, NOW)
    told = "country, area_km2, elevation_m, population, population_kind, population_year"
    rows = warehouse.query(f"select city_id, {told} from cities")
    assert {city: tuple(rest) for city, *rest in rows} == {
        city: ("Germany", 891.3, 34.0, 3_700_000, "city", 2023) if city == "berlin" else (None,) * 6
        for city in read_cities()
    }
    set_down = warehouse.query("select city_id, name, country_code, timezone, latitude, longitude from cities")
    assert set(set_down) == {
        (city.id, city.name, city.country, city.timezone, city.latitude, city.longitude)
        for city in read_cities().values()
    }


def test_inhabitants_are_the_citys_else_the_towns_else_all_arounds_newest(database: Warehouse, warehouse: Any) -> None:
    for figure, as_of, kind in (
        (1, "2024", "metro"),
        (2, "2020", "urban"),
        (3, "2011", "city"),
        (4, "2019-05", "city"),
    ):
        population(figure, as_of, kind)
    for figure, as_of, kind in ((5, "", "urban"), (6, "2021", "urban"), (7, "2025", "metro")):
        population(figure, as_of, kind, "athens")
    population(8, "", "metro", "kassel")
    build(database, NOW)
    rows = warehouse.query("select city_id, population, population_kind, population_year from cities")
    assert [row for row in sorted(rows) if row[1]] == [
        ("athens", 6, "urban", 2021), ("berlin", 4, "city", 2019), ("kassel", 8, "metro", None),
    ]  # fmt: skip


def test_another_figure_adds_a_row_and_the_same_does_not(database: Warehouse, warehouse: Any) -> None:
    for figure, as_of in ((100, "2011"), (100, "2012"), (120, "2020-12-31"), (100, "2023")):
        population(figure, as_of)
    population(100, "2019", "metro")
    build(database, NOW)
    found = "select kind, as_of, year, population, population_before from city_populations order by kind, as_of"
    assert warehouse.query(found) == [
        ("city", "2011", 2011, 100, None), ("city", "2020-12-31", 2020, 120, 100), ("city", "2023", 2023, 100, 120),
        ("metro", "2019", 2019, 100, None),
    ]  # fmt: skip
    population(130, "2025")
    population(100, "2024")
    build(database, NOW + timedelta(hours=1))
    assert [row[1] for row in warehouse.query(found)] == ["2011", "2020-12-31", "2023", "2025", "2019"]


def test_an_airport_of_two_cities_is_one_airport(database: Warehouse, warehouse: Any) -> None:
    airport("EDDL", "cologne", 38.0, iata="DUS")
    airport("EDDL", "kassel", 49.0, iata="DUS")
    airport("XXXX", "atlantis", 1.0)
    build(database, NOW)
    assert warehouse.query("select icao, iata from airports order by icao") == [("EDDL", "DUS"), ("XXXX", None)]
    assert warehouse.query("select * from city_airports order by city_id") == [
        ("cologne", "EDDL", 38.0), ("kassel", "EDDL", 49.0),
    ]  # fmt: skip


def test_a_city_that_is_not_watched_any_more_goes(database: Warehouse, warehouse: Any) -> None:
    build(database, NOW)
    warehouse.query(
        "insert into cities select 'atlantis', name, 'XX', timezone, 0, 0 from cities where city_id = 'berlin'"
    )
    build(database, NOW)
    assert {city for (city,) in warehouse.query("select city_id from cities")} == set(read_cities())
