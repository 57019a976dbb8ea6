"""The road of city pages: ten cities into two tables; a page that is no city's costs that city; rebuilt from raw."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake.raw import decompress
from bellwether.places import read_cities

SINCE, UNTIL = datetime(2026, 10, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
CITIES = sorted(read_cities())

NewRoad = Callable[..., Any]


def reasons(road: Any) -> list[str]:
    found = [decompress(road.lake.read(key)) for key in road.lake.keys("rejected/")]
    return sorted({msgspec.json.decode(line)["reason"] for body in found for line in body.splitlines()})


def test_ten_pages_become_ten_cities_and_their_populations(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("wikipedia")
    said = road.run(SINCE, UNTIL)
    rows = road.rows()
    assert sorted(row[0] for row in rows["wikipedia_cities"]) == CITIES
    kinds = {(row[0], row[1]) for row in rows["wikipedia_populations"]}
    assert kinds >= {(city, "city") for city in CITIES} | {
        ("athens", "urban"),
        ("athens", "metro"),
        ("london", "urban"),
    }
    assert said["cities"]["rows"] == 10
    assert said["populations"]["rows"] == len(rows["wikipedia_populations"]) == len(kinds)
    counted = road.warehouse.query(
        "select stream, sum(row_count), bool_and(is_complete), min(flags) from coverage group by 1 order by 1"
    )
    assert counted == [("cities", 10, True, "snapshot"), ("populations", len(kinds), True, "snapshot")]
    # The second stream's pages have not changed since the first's.
    statuses = [one["status"] for one in sandbox.asked("/wiki/")]
    assert statuses == [200] * 10 + [304] * 10
    assert len(sandbox.asked("/robots.txt")) == 1


def test_a_figure_that_changed_adds_a_row_and_the_same_again_does_not(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("wikipedia", ["populations"])
    sandbox.set_clock(datetime(2026, 5, 2, tzinfo=UTC))
    road.run(SINCE - timedelta(days=180), UNTIL - timedelta(days=180))
    before = road.rows(but_observed_at=True)["wikipedia_populations"]
    for month in (7, 8):
        sandbox.set_clock(datetime(2026, month, 2, tzinfo=UTC))
        road.run(SINCE - timedelta(days=30 * (10 - month)), UNTIL - timedelta(days=30 * (10 - month)))
    after = road.rows(but_observed_at=True)["wikipedia_populations"]
    assert set(before) < set(after)
    cologne = [row[2:] for row in after if row[:2] == ("cologne", "city")]
    assert cologne == [("2024-12-31", 2024, 1_024_621), ("2025-12-31", 2025, 1_027_695)]
    assert len([row for row in after if row[0] == "lisbon"]) == len([row for row in before if row[0] == "lisbon"])


def test_pages_that_are_no_city_s_are_rejected_with_their_reasons_and_the_others_load(
    new_road: NewRoad, sandbox: Any
) -> None:
    road = new_road("wikipedia")
    sandbox.misbehave("wikipedia", "no_infobox", path="/wiki/Kassel", count=9)
    sandbox.misbehave("wikipedia", "changed_infobox", path="/wiki/Paris", count=9)
    sandbox.misbehave("wikipedia", "no_city", path="/wiki/Lisbon", count=9)
    said = road.run(SINCE, UNTIL)
    assert [said[stream]["rejected"] for stream in ("cities", "populations")] == [3, 3]
    left = [city for city in CITIES if city not in ("kassel", "lisbon", "paris")]
    rows = road.rows()
    assert sorted(row[0] for row in rows["wikipedia_cities"]) == left
    assert sorted({row[0] for row in rows["wikipedia_populations"]}) == left
    assert reasons(road) == [
        "'Kassel' has no infobox",
        "the infobox of 'Lisbon' has no Population: it is no city's, or built in a new way",
        "the infobox of 'Paris' has no Population: it is no city's, or built in a new way",
    ]
    counted = "select row_count, rejected_count from coverage where subject = 'kassel'"
    assert road.warehouse.query(counted) == [(0, 1), (0, 1)]


def test_when_every_page_is_built_in_a_new_way_the_run_fails(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("wikipedia", ["cities"])
    sandbox.misbehave("wikipedia", "changed_infobox", path="/wiki/", count=99)
    with pytest.raises(AirflowFailException, match="cities: 10 of 10 records were rejected"):
        road.run(SINCE, UNTIL)
    assert road.rows() == {"wikipedia_cities": [], "coverage": []}


def test_a_title_nobody_has_written_about_fails_its_city_alone(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("wikipedia", ["cities"])
    sandbox.misbehave("wikipedia", "gone", path="/wiki/Berlin", count=9)
    with pytest.raises(AirflowFailException, match=r"cities berlin: .* answered 404"):
        road.run(SINCE, UNTIL)
    rows = road.rows()
    assert len(rows["wikipedia_cities"]) == len(rows["coverage"]) == 9


def test_a_closed_site_is_left_alone_and_the_run_says_why(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("wikipedia")
    sandbox.misbehave("wikipedia", "closed_to_robots")
    with pytest.raises(AirflowFailException, match=r"robots\.txt of .* does not allow bellwether to read /wiki/"):
        road.run(SINCE, UNTIL)
    assert [one["path"] for one in sandbox.asked()] == ["/wikipedia/robots.txt"]


def test_the_pages_in_the_lake_are_enough_for_the_same_rows(
    new_road: NewRoad, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = new_road("wikipedia")
    road.run(SINCE, UNTIL)
    rows = road.rows()
    road.truncate()
    sandbox.house.requests.clear()
    monkeypatch.delenv("AIRFLOW_CONN_WIKIPEDIA")
    road.run(SINCE, UNTIL, from_raw=True)
    assert road.rows() == rows
    assert sandbox.asked() == []
