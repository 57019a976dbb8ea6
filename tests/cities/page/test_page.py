"""The page on demand as markup: what it shows, in local time, and closed to what names bring along."""

import re
from dataclasses import replace
from typing import Any

from bellwether.amounts import MINUS
from bellwether.cities.demand.words import NO_RIDES
from bellwether.cities.page import charts
from bellwether.cities.page.document import document_of, nothing_document, spoken
from bellwether.cities.page.sketch import HEIGHT, WIDTH, sketch_of
from bellwether.pages import embed
from tests.cities.page.invented import HOSTILE, HOURS, MADE_AT, cities, model


def page() -> str:
    return document_of(MADE_AT, model(), cities()).replace(str(embed.plotly()), "")


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", "", html)).split())


def test_the_error_stands_beside_the_week_before() -> None:
    words = text(page())
    assert "2.10 rides an hour off on average, 30 % less than the same hour a week before (3.00)" in words
    assert "London Gatwick (EGKK) 14.2 3.30 3.00 10 % more 79 % the week before" in words
    assert "Berlin, Pankow: left out, 9 days of its rides are known" in words


def test_advice_is_in_the_citys_local_time_with_its_reason() -> None:
    words = text(page())
    assert f"+12 Berlin, EDDB Sat 24 Oct 06:00-09:00 114 rides, 90 usual: rain {MINUS}31 %; arrivals +24 %" in words
    # The clocks have gone back in between: 04:00 UTC is 5 o'clock in Berlin, 4 o'clock in London.
    assert f"{MINUS}7 London, EGKK Sun 25 Oct 04:00-07:00" in words


def test_the_hours_follow_the_clock_that_goes_back() -> None:
    berlin = cities()[0]
    figure = charts.hours_figure(berlin.places[0], berlin.zone, "x")
    axis = figure.drawing["data"][2]["x"]
    assert [offset for _, offset in axis["shifts"]] == [7_200_000, 3_600_000]
    times = [row[0].text for row in figure.tables[0].rows]
    assert len(times) == HOURS
    assert times.count("2026-10-25 02:00") == 2
    assert "rain" in figure.alternative
    assert "wind" not in figure.alternative


def test_hours_that_are_missing_are_not_drawn_as_though_they_were_there() -> None:
    berlin = cities()[0]
    place = replace(berlin.places[0], hours=berlin.places[0].hours[:5] + berlin.places[0].hours[9:])
    x = charts.hours_figure(place, berlin.zone, "x").drawing["data"][2]["x"]
    assert x[5] - x[4] == 5 * 3_600_000


def test_names_from_outside_are_texts_only() -> None:
    html = page()
    assert HOSTILE not in html
    assert "<img" not in html
    assert "%{x} O" not in "".join(re.findall(r'(?s)<script type="application/json".*?</script>', html))


def test_the_sketch_has_airports_where_they_lie_and_districts_in_the_city() -> None:
    berlin, london = (sketch_of(city) for city in cities())
    assert berlin
    assert london
    spots = {spot.label: spot for spot in (*berlin.spots, *london.spots)}
    assert spots["EDDB"].y > berlin.centre[1], "south of the city"
    assert spots["EGLL"].x < spots["EGKK"].x, "west of the other"
    assert berlin.inside == ("Mitte", HOSTILE)
    assert all(0 < spot.x < WIDTH and 0 < spot.y < HEIGHT for spot in spots.values())
    elsewhere = replace(cities()[0], city=None)
    assert sketch_of(elsewhere) is None
    assert "<svg viewBox" not in document_of(MADE_AT, model(), [elsewhere]).replace(str(embed.plotly()), "")


def test_a_forecast_without_backtest_advice_or_usual_rides_is_a_page_too() -> None:
    city: Any = cities()[0]
    bare = [row | {"rides_usual": None, "rides_low": None, "rides_high": None, "factor_rain": None} for row in
            city.places[0].hours]  # fmt: skip
    place = replace(city.places[0], hours=tuple(bare), errors=None)
    tested = replace(model(), backtest=replace(model().backtest, places={}, overall=None))
    words = text(document_of(MADE_AT, tested, [replace(city, places=(place,), advice=())]))
    assert "It could not be tested on the past." in words
    assert "No hour differs enough from the usual to move scooters." in words
    assert "in 120 hours." in words


def test_without_rides_the_page_says_what_to_do() -> None:
    html = nothing_document(MADE_AT, NO_RIDES)
    assert "put a file of your rides below rides/ in the lake" in text(html)
    assert "city_id,place,hour_at,rides" in text(html)
    assert len(html) < 100_000, "no charts, so nothing that draws them"


def test_it_is_said_in_sentences_without_signs() -> None:
    said = spoken(cities()[1:])
    assert said == (
        "London, Sat 24 Oct 05:00 to 08:00: 12 more scooters are wanted than usual. "
        "London, EGKK, Sun 25 Oct 04:00 to 07:00: 7 fewer scooters are needed than usual."
    )
    assert spoken([replace(cities()[0], advice=())]) == "No hour differs enough from the usual to move scooters."
