"""Answers that are pages made for people: kept whole, bounded, and sent again only when they have changed."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.answer import Answer
from bellwether.hooks.errors import ApiError, Forbidden
from bellwether.hooks.request import HTML
from bellwether.hooks.stream import Column, Stream
from bellwether.sources.wikipedia.robots import Robots
from bellwether.window import Window

DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
PLACES = Stream(
    name="places",
    path="/wiki/{subject}",
    subject_column="place",
    params={"key": "a-key-in-the-query"},
    accept=HTML,
    conditional=True,
    key=(),
    columns=(Column("title"),),
)
GREETING = "<!DOCTYPE html>\n<title>Gr\u00fc\u00dfe\u2028</title>"
CHANGED = "Sat, 31 Oct 2026 10:00:00 GMT"


def html(text=GREETING, charset="utf-8", **headers):
    found = {"Content-Type": f"text/html; charset={charset}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return {"body": text.encode(charset if charset != "unheard-of" else "utf-8"), "headers": found}


class Remembered:
    """A cache of answers, as the lake's."""

    def __init__(self):
        self.answers = {}

    def get(self, identity):
        return self.answers.get(identity)

    def put(self, identity, answer):
        self.answers[identity] = answer


@pytest.fixture
def pages(hook):
    """Reads the page about here; every reading of a test with one hook."""
    made = hook()
    made.cache = Remembered()
    return lambda: list(made.read(PLACES, "here", DAY))


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "unheard-of"])
def test_a_page_is_one_record_on_one_line_whatever_its_character_set(service, pages, charset):
    service.answers(html(charset=charset, Last_Modified=CHANGED))
    ((line,),) = (page.records for page in pages())
    assert b"\n" not in line
    assert json.loads(line) == {"url": f"{service.root}/wiki/here", "last_modified": CHANGED, "html": GREETING}


def test_the_media_type_is_asked_for(service, pages):
    service.answers(html())
    assert pages()
    assert service.seen[0].headers["accept"] == "text/html"
    assert service.seen[0].query == [("key", "a-key-in-the-query")]


def test_another_media_type_is_no_page(service, pages):
    service.answers({})
    with pytest.raises(ApiError, match=r"failed: the answer is \d+ bytes of application/json in place of text/html"):
        pages()
    assert len(service.seen) == 5


def test_an_error_text_in_plain_words_is_quoted(service, pages):
    service.answers({"status": 403, "body": b" Say who\r\n you are. \n", "headers": {"Content-Type": "text/plain"}})
    with pytest.raises(Forbidden, match=r"answered 403 \(Say who you are\.\)"):
        pages()


def test_a_page_larger_than_any_is_left(service, pages):
    service.answers(html("<p>" * 6_000_000))
    with pytest.raises(ApiError, match="the answer is larger than 16,777,216 bytes"):
        pages()


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"Last_Modified": CHANGED}, {"if-modified-since": CHANGED}),
        ({"ETag": 'W/"1"'}, {"if-none-match": 'W/"1"'}),
        ({"Last_Modified": CHANGED, "ETag": 'W/"1"'}, {"if-none-match": 'W/"1"'}),
        ({}, {}),
    ],
)
def test_a_page_is_asked_for_again_only_if_it_differs(service, pages, told, asked):
    service.answers(html(**told))
    pages()
    pages()
    _, second = service.seen
    conditions = {name: value for name, value in second.headers.items() if name.startswith("if-")}
    assert conditions == asked


def test_an_unchanged_page_is_the_one_that_is_remembered(service, pages):
    service.answers(html(Last_Modified=CHANGED), {"status": 304, "body": b""})
    (first,), (second,) = pages(), pages()
    assert second.records == first.records
    assert second.reading.observed_at >= first.reading.observed_at


@pytest.mark.parametrize(
    ("age", "hour"),
    [("7200", 3), ("0", 1), ("", 1), ("soon", 1), ("-7200", 1), ("9" * 40, 1)],
)
def test_what_a_cache_hands_out_holds_as_of_its_date_and_age(age, hour):
    headers = {"Date": "Sun, 01 Nov 2026 01:00:00 GMT", "Age": age}
    answer = Answer(200, headers, b"", datetime(2026, 11, 1, 5, tzinfo=UTC))
    assert answer.observed_at == datetime(2026, 11, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "age"),
    [
        ("Sun, 01 Nov 2026 06:00:00 GMT", "0"),
        ("Mon, 01 Nov 2027 05:00:00 GMT", ""),
        ("Fri, 31 Dec 9999 23:59:59 -0100", ""),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "99999999"),
        ("Wed, 01 Nov 99999 05:00:00 GMT", ""),
        ("Sun, 01 Nov 2026 04:00:00 GMT", "31536000"),
        ("yesterday", "5"),
    ],
)
def test_a_clock_ahead_of_ours_is_not_believed(date, age):
    answer = Answer(200, {"Date": date, "Age": age}, b"", datetime(2026, 11, 1, 5, tzinfo=UTC))
    assert answer.observed_at == datetime(2026, 11, 1, 5, tzinfo=UTC)


def test_a_clock_a_little_ahead_is_believed():
    answer = Answer(200, {"Date": "Sun, 01 Nov 2026 05:04:00 GMT"}, b"", datetime(2026, 11, 1, 5, tzinfo=UTC))
    assert answer.observed_at == datetime(2026, 11, 1, 5, 4, tzinfo=UTC)


def test_a_confirmation_by_a_cache_counts_with_its_own_age():
    first = Answer(200, {"Date": "Sun, 01 Nov 2026 01:00:00 GMT", "Age": "60"}, b"", DAY.start)
    later = Answer(304, {"Date": "Sun, 01 Nov 2026 02:00:00 GMT", "Age": "3600"}, b"", DAY.end)
    assert first.said_again(later).observed_at == datetime(2026, 11, 1, 3, tzinfo=UTC)
    undated = Answer(304, {}, b"", DAY.end)
    assert first.said_again(undated).observed_at == DAY.end


@pytest.mark.parametrize(
    ("text", "path", "is_allowed"),
    [
        ("", "/wiki/Berlin", True),
        ("User-agent: *\nDisallow:", "/wiki/Berlin", True),
        ("User-agent: *\nDisallow: /", "/wiki/Berlin", False),
        ("User-agent: *\nDisallow: /wiki/Special:", "/wiki/Special:Random", False),
        ("User-agent: *\nDisallow: /wiki/Special:", "/wiki/Berlin", True),
        ("User-agent: greedybot\nDisallow: /", "/wiki/Berlin", True),
        ("User-agent: bellwether\nDisallow: /wiki/\n\nUser-agent: *\nAllow: /", "/wiki/Berlin", False),
        ("User-agent: *\nAllow: /wiki/Berlin\nDisallow: /wiki/", "/wiki/Berlin", True),
        ("<html>no rules at all</html>", "/wiki/Berlin", True),
    ],
)
def test_robots_txt_allows_what_no_rule_for_us_forbids(text, path, is_allowed):
    assert Robots(text, "bellwether").allows(path) is is_allowed


def test_a_crawl_delay_is_kept_to():
    unhurried = Robots("User-agent: *\nCrawl-delay: 5\nDisallow: /w/", "bellwether")
    assert [unhurried.pace.reserve(now=10.0) for _ in range(3)] == [0.0, 5.0, 10.0]
    assert [Robots("", "bellwether").pace.reserve(now=10.0) for _ in range(3)] == [0.0, 0.0, 0.0]
