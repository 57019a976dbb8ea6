"""Wikipedia: pages of many shapes become typed rows; what is no city's page costs that city alone; politeness."""

import json
from datetime import UTC, datetime
from time import monotonic

import pytest

from bellwether.hooks.errors import BadConnection, Forbidden, NotFound
from bellwether.places import read_cities
from bellwether.sources import source_of
from bellwether.sources import wikipedia as source
from tests.hooks.conftest import Service
from tests.wikipedia import CITIES, staged

MARCH, NOVEMBER = (datetime(2026, month, 20, 12, tzinfo=UTC) for month in (3, 11))


class Remembered:
    """A cache of answers, as the lake's."""

    def __init__(self):
        self.answers = {}

    def get(self, identity):
        return self.answers.get(identity)

    def put(self, identity, answer):
        self.answers[identity] = answer


@pytest.fixture
def year(lately):
    return lately(days=365)


def test_every_city_s_page_is_read_whatever_its_shape(vendors, year):
    rows, rejected = staged(vendors.hook("wikipedia"), "cities", year)
    assert not rejected
    assert [len(found) for found in rows.values()] == [1] * len(CITIES) == [1] * 10
    for city in read_cities().values():
        (row,) = rows[city.id]
        assert row["title"] == city.page
        assert row["latitude"] == pytest.approx(city.latitude, abs=0.0002)
        assert row["longitude"] == pytest.approx(city.longitude, abs=0.0002)
        assert row["revised_at"] <= vendors.world.clock.now()
    countries = {row["country"] for (row,) in rows.values()}
    assert countries == {"Germany", "France", "United Kingdom", "Greece", "Portugal", "Sweden"}


@pytest.mark.parametrize(
    ("city", "area", "elevation"),
    [
        pytest.param("athens", 38.96, 70.1, id="the municipality's area, not the metro's"),
        pytest.param("berlin", 891.3, 34, id="City/State"),
        pytest.param("cologne", 405.02, 37, id="area in a row of its own"),
        pytest.param("hamburg", 755.22, 6, id="the template before 2021"),
        pytest.param("kassel", 106.78, 167, id="the middle of a range"),
        pytest.param("lisbon", 100.05, 2, id="hectares"),
        pytest.param("london", 1572.03, 11, id="miles and feet first"),
        pytest.param("paris", 105.4, 78, id="the average of a range, a footnote at the label"),
        pytest.param("stockholm", 188, 28, id="capital city"),
    ],
)
def test_area_and_elevation_are_numbers_in_metric_units(vendors, year, city, area, elevation):
    (row,) = staged(vendors.hook("wikipedia"), "cities", year, [city])[0][city]
    assert (row["area_km2"], row["elevation_m"]) == (area, elevation)


@pytest.mark.parametrize(
    ("city", "expected"),
    [
        ("athens", {("city", "2021"): 643_452, ("urban", "2021"): 3_059_764, ("metro", "2021"): 3_638_281}),
        (
            "berlin",
            {("city", "2025-12-31"): 3_707_377, ("urban", "2025-12-31"): 4_679_500, ("metro", "2025-12-31"): 6_300_000},
        ),
        ("cologne", {("city", "2025-12-31"): 1_027_695}),
        ("hamburg", {("city", "2025"): 1_871_878, ("metro", "2019"): 5_427_000}),
        ("kassel", {("city", "2025-12-31"): 197_624}),
        ("lisbon", {("city", "2021"): 545_796, ("metro", "2024-01"): 2_961_177}),
        ("london", {("city", "2025"): 9_153_364, ("urban", "2011"): 9_787_426, ("metro", "2025"): 15_100_000}),
        ("paris", {("city", "2025-01"): 2_032_084, ("urban", "2021-01"): 10_890_751, ("metro", "2021-01"): 13_171_056}),
    ],
)  # fmt: skip
def test_populations_have_their_kind_and_the_date_they_count_for(vendors, year, city, expected):
    rows, rejected = staged(vendors.hook("wikipedia"), "populations", year, [city])
    assert not rejected
    assert {(row["kind"], row["as_of"]): row["population"] for row in rows[city]} == expected
    assert all(row["year"] == int(row["as_of"][:4]) for row in rows[city])


@pytest.mark.parametrize("stream", ["cities", "populations"])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("no_infobox", "'Kassel' has no infobox"),
        ("changed_infobox", "the infobox of 'Kassel' has no Population: it is no city's, or built in a new way"),
        ("no_city", "the infobox of 'Kassel' has no Population: it is no city's, or built in a new way"),
    ],
)
def test_a_page_that_is_no_city_s_is_rejected_with_the_reason_and_the_others_go_on(vendors, year, stream, kind, reason):
    vendors.misbehave("wikipedia", kind, path="/wiki/Kassel", count=10)
    rows, rejected = staged(vendors.hook("wikipedia"), stream, year, ["berlin", "kassel", "paris"])
    assert rejected == {"kassel": [reason]}
    assert [city for city, found in rows.items() if not found] == ["kassel"]


def test_one_wrong_figure_costs_its_row_alone(vendors, year):
    vendors.misbehave("wikipedia", "malformed", path="/wiki/London", count=10)
    rows, rejected = staged(vendors.hook("wikipedia"), "populations", year, ["london"])
    assert rejected == {"london": ["no count of people: 'plenty' - at `$.population`"]}
    assert {row["kind"] for row in rows["london"]} == {"urban", "metro"}


def test_a_page_is_kept_whole_on_one_line(vendors, year):
    (page,) = vendors.pages(vendors.hook("wikipedia"), "cities", "berlin", year)
    (line,) = page.records
    assert b"\n" not in line
    record = json.loads(line)
    assert record["url"] == f"{vendors.root}/wikipedia/wiki/Berlin"
    assert record["html"].startswith("<!DOCTYPE html>")
    assert record["html"].endswith("</html>")
    assert record["last_modified"] == "Mon, 16 Nov 2026 12:14:00 GMT"


def test_an_unchanged_page_is_not_sent_again(vendors, year):
    cache = Remembered()
    first = vendors.pages(vendors.hook("wikipedia", cache), "cities", "berlin", year)
    vendors.forget()
    vendors.at(datetime(2026, 11, 21, tzinfo=UTC))
    (again,) = vendors.pages(vendors.hook("wikipedia", cache), "populations", "berlin", year)
    assert [one["status"] for one in vendors.asked("wikipedia", "/wiki/")] == [304]
    assert again.records == first[0].records
    assert again.reading.observed_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_a_changed_page_is(vendors, year):
    cache = Remembered()
    hook = vendors.hook("wikipedia", cache)
    vendors.at(MARCH)
    vendors.pages(hook, "cities", "berlin", year)
    vendors.at(NOVEMBER)
    (page,) = vendors.pages(hook, "cities", "berlin", year)
    assert [one["status"] for one in vendors.asked("wikipedia", "/wiki/")] == [200, 200]
    assert "16 November 2026" in json.loads(page.records[0])["html"]


def test_robots_txt_is_asked_for_once_a_run_and_first(vendors, year):
    staged(vendors.hook("wikipedia"), "cities", year, ["berlin", "kassel", "paris"])
    paths = [one["path"].removeprefix("/wikipedia") for one in vendors.asked("wikipedia")]
    assert paths == ["/robots.txt", "/wiki/Berlin", "/wiki/Kassel", "/wiki/Paris"]


def test_what_robots_txt_forbids_is_not_asked_for(vendors, the_error, year):
    vendors.misbehave("wikipedia", "closed_to_robots", path="/robots.txt")
    hook = vendors.hook("wikipedia")
    for city in ("berlin", "kassel"):
        error = the_error(hook, "cities", city, year)
        assert isinstance(error, Forbidden)
        assert "robots.txt of" in str(error)
        assert f"does not allow bellwether to read /wiki/{city.capitalize()}; it was not asked for" in str(error)
    assert [one["path"] for one in vendors.asked("wikipedia")] == ["/wikipedia/robots.txt"]


def test_robots_txt_that_cannot_be_read_is_not_taken_for_a_yes(vendors, the_error, year):
    vendors.misbehave("wikipedia", "500", path="/robots.txt", count=100)
    hook = vendors.hook("wikipedia")
    errors = [the_error(hook, "cities", city, year) for city in ("berlin", "kassel")]
    assert ["robots.txt answered 500" in str(error) for error in errors] == [True, True]
    assert {one["path"] for one in vendors.asked("wikipedia")} == {"/wikipedia/robots.txt"}
    assert len(vendors.asked("wikipedia")) == 5, "asked for by one run once, with the retries of one request"


def test_the_delay_that_robots_txt_asks_for_is_kept_to_from_the_first_page_on(monkeypatch, year):
    service = Service()
    service.answers(
        {"body": b"User-agent: *\nCrawl-delay: 3600", "headers": {"Content-Type": "text/plain"}},
        {"body": b"<html></html>", "headers": {"Content-Type": "text/html"}},
    )
    monkeypatch.setenv("AIRFLOW_CONN_WIKIPEDIA", json.dumps({"conn_type": "http", "host": service.root}))
    hook = source.WikipediaHook()
    list(hook.read(source.CITIES, "berlin", year))
    assert hook._robots.pace.reserve(now=monotonic()) > 3000
    service.stop()


def test_a_site_without_robots_txt_forbids_nothing(vendors, year):
    vendors.misbehave("wikipedia", "gone", path="/robots.txt")
    rows, _ = staged(vendors.hook("wikipedia"), "cities", year, ["berlin"])
    assert len(rows["berlin"]) == 1


def test_who_asks_is_said_with_a_contact(vendors):
    headers = vendors.hook("wikipedia", contact="me@example.com").auth_headers()
    assert headers["User-Agent"].startswith("bellwether/1.0 (me@example.com) python-requests/")
    assert "(an Airflow DAG bundle)" in vendors.hook("wikipedia", contact=None).auth_headers()["User-Agent"]


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", 7, ["me"], "m\u00e9"], ids=repr)
def test_a_contact_that_fits_no_header_is_named(vendors, the_error, year, contact):
    error = the_error(vendors.hook("wikipedia", contact=contact), "cities", "berlin", year)
    assert isinstance(error, BadConnection)
    assert "'contact'" in str(error)


def test_a_client_that_is_turned_away_is_told_what_to_set(vendors, the_error, year):
    vendors.misbehave("wikipedia", "forbidden", path="/robots.txt")
    error = the_error(vendors.hook("wikipedia"), "cities", "berlin", year)
    assert isinstance(error, Forbidden)
    assert "Please set a user-agent and respect our robot policy" in str(error)
    assert "set 'contact' in its extra" in str(error)


def test_a_title_nobody_has_written_about_is_not_found(vendors, the_error, year):
    vendors.misbehave("wikipedia", "gone", path="/wiki/Berlin")
    error = the_error(vendors.hook("wikipedia"), "cities", "berlin", year)
    assert isinstance(error, NotFound)
    assert "GET /wikipedia/wiki/Berlin answered 404" in str(error)


def test_a_request_limit_is_waited_for_as_long_as_is_asked(vendors, the_error, year):
    vendors.misbehave("wikipedia", "429", path="/wiki/", count=100, seconds=400)
    error = the_error(vendors.hook("wikipedia"), "cities", "berlin", year)
    assert "It asks to wait 400 s" in str(error)
    assert "making too many requests" in str(error)


def test_two_requests_a_second_at_most_unless_said(vendors):
    assert vendors.hook("wikipedia", requests_per_second=None).request_limits() == ((2, 1.0),)
    assert vendors.hook("wikipedia", requests_per_second=5).request_limits() == ((5, 1.0),)
    assert source_of("wikipedia").concurrency == 1


def test_fewer_cities_can_be_watched(vendors):
    hook = vendors.hook("wikipedia")
    assert hook.subjects(source.CITIES) == list(CITIES)
    assert vendors.hook("wikipedia", cities=["kassel", "paris"]).subjects(source.CITIES) == ["kassel", "paris"]
