"""The simulated Wikipedia: who may ask how often, which titles there are, and when a page has changed."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from bs4 import BeautifulSoup

from sandbox.vendors.wikipedia_pages import city_page, revised_at
from sandbox.world.cities import City, cities

AGENT = "bellwether/1.0 (sandbox@example.com) python-requests/2"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ask(client, path, agent=AGENT, **headers):
    return requests.get(
        f"{client.root}/wikipedia{path}", headers={"User-Agent": agent, **headers}, timeout=10, allow_redirects=False
    )


def infobox(answer):
    return BeautifulSoup(answer.content, "lxml").select_one("table.infobox")


def test_every_city_of_the_file_has_a_page_with_an_infobox(client):
    for city in cities():
        answer = ask(client, f"/wiki/{city.page}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Population" in infobox(answer).get_text()
        assert infobox(answer).select(".geo")


def test_pages_vary_as_real_ones_do(client):
    boxes = {city.id: str(infobox(ask(client, f"/wiki/{city.page}"))) for city in cities()}
    classes = {BeautifulSoup(box, "lxml").table["class"][1] for box in boxes.values()}
    assert classes == {"geography", "ib-settlement", "vcard"}
    assert boxes["london"].count('class="latitude"') == 2
    assert 'class="latitude"' not in boxes["hamburg"]
    assert "\u2009" in boxes["berlin"]
    assert {"reference" in box for box in boxes.values()} == {True}
    assert {"mergedbottomrow" in box for box in boxes.values()} == {True, False}


def test_a_city_that_somebody_added_has_a_page_of_its_own_figures():
    lagos, oslo = (City(id, id.title(), id.title(), 6.45, 3.39, "Africa/Lagos", "NG") for id in ("lagos", "oslo"))
    assert "Population" in city_page(lagos, NOW)
    assert city_page(lagos, NOW) == city_page(lagos, NOW)
    assert city_page(lagos, NOW).replace("Lagos", "Oslo") != city_page(oslo, NOW)


@pytest.mark.parametrize("agent", ["", "python-requests/2.32.5", "Python-urllib/3.11", "curl/8.5.0", "Mozilla/5.0"])
@pytest.mark.parametrize("path", ["/wiki/Berlin", "/robots.txt"])
def test_whoever_does_not_say_who_asks_is_turned_away(client, agent, path):
    answer = ask(client, path, agent)
    assert answer.status_code == 403
    assert "Please set a user-agent" in answer.text


def test_robots_txt_is_plain_text_and_can_be_closed(client):
    assert ask(client, "/robots.txt").headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /\n\nUser-agent: *" in ask(client, "/robots.txt").text
    client.misbehave("wikipedia", "closed_to_robots")
    assert ask(client, "/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_hasty_clients_are_told_how_long_to_wait(running):
    client = running(wikipedia_per_second=2)
    answers = [ask(client, "/wiki/Berlin") for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert {answer.status_code for answer in answers} == {200, 429}


def test_an_unchanged_page_is_304_until_it_is_edited(client):
    berlin = next(city for city in cities() if city.id == "berlin")
    told = ask(client, "/wiki/Berlin").headers["Last-Modified"]
    assert parsedate_to_datetime(told) == revised_at(berlin, client.world.clock.now())
    again = ask(client, "/wiki/Berlin", **{"If-Modified-Since": told})
    assert (again.status_code, again.content) == (304, b"")
    client.at(client.world.clock.now() + timedelta(days=31))
    changed = ask(client, "/wiki/Berlin", **{"If-Modified-Since": told})
    assert changed.status_code == 200
    assert changed.headers["Last-Modified"] != told
    assert ask(client, "/wiki/Berlin", **{"If-Modified-Since": "yesterday"}).status_code == 200


def test_a_page_changes_only_when_it_is_edited():
    for city in cities():
        moments = [NOW - timedelta(days=days) for days in range(200)]
        pages = {revised_at(city, now): city_page(city, now) for now in moments}
        assert len(pages) >= 6
        for now in moments:
            assert revised_at(city, now) <= now
            assert pages[revised_at(city, now)] == city_page(city, now)


def test_new_figures_appear_in_the_course_of_a_year(client):
    spring, autumn = (ask(client.at(datetime(2026, month, 28, tzinfo=UTC)), "/wiki/Cologne").text for month in (5, 6))
    assert "(2024-12-31)" in spring
    assert "(2025-12-31)" in autumn


def test_titles_have_underscores_and_namesakes_a_page_of_their_own(client):
    moved = ask(client, "/wiki/New%20Berlin")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/wiki/New_Berlin")
    assert ask(client, "/wiki/New_Berlin").status_code == 404
    namesakes = ask(client, "/wiki/Mercury")
    assert namesakes.status_code == 200
    assert infobox(namesakes) is None
    assert "disambigbox" in namesakes.text


@pytest.mark.parametrize(
    ("kind", "has_infobox", "words"),
    [("no_infobox", False, "is a city"), ("changed_infobox", True, "Inhabitants"), ("no_city", True, "Headquarters")],
)
def test_a_page_that_somebody_rewrote_is_served_on_request(client, kind, has_infobox, words):
    client.misbehave("wikipedia", kind, path="/wiki/Kassel")
    answer = ask(client, "/wiki/Kassel")
    assert answer.status_code == 200
    assert (infobox(answer) is not None) == has_infobox
    assert words in answer.text
    assert ">Population" not in answer.text
    assert "Last-Modified" not in answer.headers, "else it would be taken for the page that follows"
    assert ">Population" in ask(client, "/wiki/Kassel").text


@pytest.mark.parametrize(
    ("kind", "status"),
    [("429", 429), ("quota", 429), ("secondary_limit", 429), ("500", 500), ("forbidden", 403), ("gone", 404)],
)
def test_what_goes_wrong_is_said_in_words_for_people(client, kind, status):
    client.misbehave("wikipedia", kind, seconds=7)
    answer = ask(client, "/wiki/Berlin")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/")
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert ask(client, "/wiki/Berlin").status_code == 200


def test_a_figure_or_a_row_goes_wrong_on_request(client):
    good = infobox(ask(client, "/wiki/Berlin")).get_text()
    client.misbehave("wikipedia", "malformed")
    assert "plenty" in infobox(ask(client, "/wiki/Berlin")).get_text()
    client.misbehave("wikipedia", "malformed", field="area")
    assert "City/Stateplenty" in infobox(ask(client, "/wiki/Berlin")).get_text()
    client.misbehave("wikipedia", "extra_field")
    assert infobox(ask(client, "/wiki/Berlin")).get_text() == good + "Twin towns17 (2.5 km2)"
