"""How each kind of vendor names the page after this one."""

import json
from datetime import UTC, datetime

import pytest

from bellwether.hooks.answer import Answer, NotAsDocumented
from bellwether.hooks.paginators import Anchored, Cursor, HeaderLink, JsonLink, Offset, PageNumber, SinglePage
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


@pytest.mark.parametrize(
    "said", [{}, {"metadata": {}}, {"metadata": {"page_count": None}}, {"metadata": {"page_count": [3]}}]
)
def test_pages_without_their_count_are_an_error(said):
    with pytest.raises(NotAsDocumented, match=r"no number at `\$.metadata.page_count`"):
        after(PageNumber("metadata.page_count"), answer(said))


def test_an_empty_page_before_the_last_is_an_error():
    with pytest.raises(NotAsDocumented, match="page 2 of 3 is empty"):
        after(PageNumber("n"), answer({"n": 3}), 0, query={"page": 2})
    assert after(PageNumber("n"), answer({"n": 0}), 0) is None


def test_rows_that_came_are_counted_not_those_asked_for():
    skip = Offset("rowCount")
    assert after(skip, answer({"rowCount": 5}), 2, body={"limit": 9}).body == {"limit": 9, "offset": 2}
    assert after(skip, answer({"rowCount": 5}), 2, body={"offset": 2}).body == {"offset": 4}
    assert after(skip, answer({"rowCount": 5}), 1, body={"offset": 4}) is None
    assert after(skip, answer({}), 0, body={}) is None


@pytest.mark.parametrize(
    ("said", "rows", "skipped"), [({"rowCount": 5}, 0, 2), ({}, 2, 0), ({}, 0, 2), ({"rowCount": 5}, 0, 0)]
)
def test_rows_that_are_missing_are_an_error(said, rows, skipped):
    with pytest.raises(NotAsDocumented):
        after(Offset("rowCount"), answer(said), rows, body={"offset": skipped})


def test_a_cursor_is_sent_back():
    found = after(Cursor("meta.nextCursor"), answer({"meta": {"nextCursor": "abc="}}), query={"limit": 25})
    assert found.query == {"limit": 25, "cursor": "abc="}
    assert after(Cursor("meta.nextCursor"), answer({"meta": {"nextCursor": None}})) is None


@pytest.mark.parametrize("said", [{}, {"meta": None}, {"meta": {"nextCursor": 7}}, {"meta": {"nextCursor": ["a"]}}])
@pytest.mark.parametrize("paginator", [Cursor("meta.nextCursor"), JsonLink("meta.nextCursor")])
def test_what_names_the_next_page_has_to_be_there(paginator, said):
    with pytest.raises(NotAsDocumented):
        after(paginator, answer(said))


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://api.example.com/a?after=x;2&page=2>; rel="next"', "https://api.example.com/a?after=x;2&page=2"),
        ('<https://api.example.com/a,b>; rel="next last"', "https://api.example.com/a,b"),
        ("</a>; REL=NEXT", "https://api.example.com/a"),
        ('</a>; rel="next",', "https://api.example.com/a"),
        (',, </z>;rel=prev ;title="a, <b>; rel=next", </a> ; title="q\\"" ; rel = "next"', "https://api.example.com/a"),
        ('</z>; rel="next"; anchor="/other", </a>; rel="next"', "https://api.example.com/a"),
        ('</a>; rel="next"; rel="prev"', "https://api.example.com/a"),
        ('</z>; rel="nextish"', None),
    ],
)
def test_a_link_header_is_read_by_rfc_8288(header, url):
    found = after(HeaderLink(), answer(Link=header))
    assert (found and found.url) == url


@pytest.mark.parametrize(
    "header",
    [
        'https://api.example.com/a; rel="next"', '<https://api.example.com/a', '</a>; rel="next', "</a>", "next",
        '</a>; rel="prev" </b>; rel="next"', '</a b>; rel="next"', '</a>; title="next"',
    ],
)  # fmt: skip
def test_a_mangled_link_header_does_not_end_the_paging(header):
    with pytest.raises(ValueError, match="a Link header"):
        after(HeaderLink(), answer(Link=header))


def updated(*times):
    body = json.dumps([{"updated_at": f"2026-11-01T00:00:{time:02d}Z"} for time in times]).encode()
    return Answer(200, {"Link": '</page2>; rel="next"'}, body, datetime.now(UTC))


def test_an_anchored_list_is_asked_for_anew_from_its_last_record():
    found = after(Anchored("since", "updated_at"), updated(1, 2, 3), query={"since": "2026-11-01T00:00:00Z", "page": 1})
    assert found.url == f"{HERE}?since=2026-11-01T00%3A00%3A03Z"


@pytest.mark.parametrize("times", [(3, 3, 3), (5, 4), ()])
def test_where_an_anchor_does_not_help_the_link_is_followed(times):
    found = after(Anchored("since", "updated_at"), updated(*times), query={"since": "2026-11-01T00:00:03Z"})
    assert found.url == "https://api.example.com/page2"
