"""How each kind of vendor names the page after this one."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.answer import Answer
from bellwether.hooks.paginators import Cursor, HeaderLink, JsonLink, Offset, PageNumber, SinglePage
from bellwether.hooks.request import Request

HERE = "https://api.example.com/things"


def answer(body=None, **headers):
    return Answer(200, headers, json.dumps(body or {}).encode(), datetime.now(UTC))


def after(paginator, said, records=2, **request):
    return paginator.next(Request("GET", HERE, **request), said, records)


def test_a_single_page_has_no_next():
    assert after(SinglePage(), answer({"next": HERE})) is None


@pytest.mark.parametrize(
    ("header", "url"),
    [
        (
            '<https://api.example.com/a?page=2&after=x%3D%3D>; rel="next"',
            "https://api.example.com/a?page=2&after=x%3D%3D",
        ),
        ('<https://api.example.com/a>; rel="last", </b?page=3>; rel="next"', "https://api.example.com/b?page=3"),
        ('<https://api.example.com/a>; rel="last"', None),
        ("", None),
    ],
)
def test_a_link_header_is_followed_to_the_letter(header, url):
    found = after(HeaderLink(), answer(Link=header), query={"page": 1})
    assert (found and (found.url, found.query)) == (url and (url, {}))


def test_a_link_in_the_answer_is_followed_to_the_letter():
    found = after(JsonLink("links.next"), answer({"links": {"next": "/b?before=5"}}), query={"limit": 2})
    assert found == Request("GET", "https://api.example.com/b?before=5")
    assert after(JsonLink("links.next"), answer({"links": {"self": HERE}})) is None
    assert after(JsonLink("links.next"), answer({"links": {"next": None}})) is None


def test_pages_are_counted_to_the_last():
    counted = PageNumber("metadata.page_count")
    assert after(counted, answer({"metadata": {"page_count": 3}}), query={"limit": 2}).query == {"limit": 2, "page": 2}
    assert after(counted, answer({"metadata": {"page_count": 3}}), query={"page": 2}).query == {"page": 3}
    assert after(counted, answer({"metadata": {"page_count": 3}}), query={"page": 3}) is None
    assert after(counted, answer({})) is None


def test_rows_that_came_are_counted_not_those_asked_for():
    skip = Offset("rowCount")
    assert after(skip, answer({"rowCount": 5}), 2, body={"limit": 9}).body == {"limit": 9, "offset": 2}
    assert after(skip, answer({"rowCount": 5}), 2, body={"offset": 2}).body == {"offset": 4}
    assert after(skip, answer({"rowCount": 5}), 1, body={"offset": 4}) is None
    assert after(skip, answer({"rowCount": 5}), 0, body={"offset": 2}) is None
    assert after(skip, answer({}), 0, body={}) is None


def test_a_cursor_is_sent_back():
    found = after(Cursor("meta.nextCursor"), answer({"meta": {"nextCursor": "abc="}}), query={"limit": 25})
    assert found.query == {"limit": 25, "cursor": "abc="}
    assert after(Cursor("meta.nextCursor"), answer({"meta": {"nextCursor": None}})) is None
