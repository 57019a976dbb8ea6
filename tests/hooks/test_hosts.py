"""A hook's requests, and the secret in their headers, stay on the connection's own host."""

import json
from dataclasses import replace

import pytest

from bellwether.hooks.errors import ApiError
from bellwether.hooks.paginators import HeaderLink
from bellwether.hooks.request import Request
from tests.hooks.conftest import DAY, THINGS, Service

ELSEWHERE = "http://localhost:1/things"


def page(*numbers, **envelope):
    data = [{"id": number, "at": f"2026-11-01T00:00:{number:02d}Z"} for number in numbers]
    return {"body": json.dumps({"data": data, **envelope}).encode()}


def moved(location, status=301):
    return {"status": status, "body": b"", "headers": {"Location": location}}


def test_a_next_link_to_another_host_is_refused(service, read):
    service.answers(page(1, next=ELSEWHERE))
    with pytest.raises(ApiError, match="'example' was pointed on to another host, http://localhost:1"):
        read()
    assert len(service.seen) == 1


@pytest.mark.parametrize("location", [ELSEWHERE, "//localhost:1/things", "https://127.0.0.1/", "ftp://127.0.0.1/"])
def test_a_redirect_to_another_host_is_refused(service, read, location):
    service.answers(moved(location))
    with pytest.raises(ApiError, match="another host"):
        read()
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://{evil}\\@{ours}/x",
        "http:\\\\{evil}/x",
        "\\\\{evil}\\x",
        "http://{ours}@{evil}/x",
        "http://{evil}\\.{ours}/x",
    ],
)
@pytest.mark.parametrize("named", ["link", "redirect"])
def test_no_parsers_quarrel_leads_to_another_host(service, read, hook, elsewhere, named):
    evil = Service()
    address = elsewhere.format(evil=evil.root.removeprefix("http://"), ours=service.root.removeprefix("http://"))
    service.answers(page(1, next=address) if named == "link" else moved(address), page(2))
    with pytest.raises(ApiError):
        read()
    evil.stop()
    assert (evil.seen, len(service.seen)) == ([], 1)


def test_a_link_header_leads_nowhere_else_either(service, hook):
    evil = Service()
    link = f'<http://{evil.root.removeprefix("http://")}\\@{service.root.removeprefix("http://")}/x>; rel="next"'
    service.answers(page(1) | {"headers": {"Link": link}})
    with pytest.raises(ApiError):
        list(hook().read(replace(THINGS, paginator=HeaderLink()), "here", DAY))
    evil.stop()
    assert (evil.seen, len(service.seen)) == ([], 1)


def test_another_port_of_the_host_is_another_host(service, read):
    service.answers(moved("http://127.0.0.1:1/things"))
    with pytest.raises(ApiError, match="another host"):
        read()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_host_is_followed_with_its_query_once(service, read, status):
    service.answers(moved(f"{service.root}/moved/7?limit=2&by=id", status), page(1))
    assert len(read()) == 1
    assert [(seen.path, seen.query) for seen in service.seen] == [
        ("/things/here", [("limit", "2")]),
        ("/moved/7", [("limit", "2"), ("by", "id")]),
    ]
    assert service.seen[0].headers["authorization"] == service.seen[1].headers["authorization"]


def test_links_and_redirects_may_be_relative(service, read):
    service.answers(page(1, next="/more?page=2"), moved("other?page=2"), page(2))
    assert len(read()) == 2
    assert [seen.path for seen in service.seen] == ["/things/here", "/more", "/other"]
    assert service.seen[2].query == [("page", "2")]


@pytest.mark.parametrize("location", ["/things/here", ""])
def test_redirects_in_a_circle_end(service, read, location):
    service.answers(moved(location))
    with pytest.raises(ApiError, match="redirects more than 3 times"):
        read()
    assert len(service.seen) == 4


@pytest.mark.parametrize(
    ("host", "link"),
    [
        ("https://api.example.com", "https://api.example.com/a"),
        ("https://api.example.com", "https://api.example.com:443/a"),
        ("https://api.example.com:443", "https://api.example.com/a"),
        ("http://api.example.com", "http://API.Example.com/a"),
        ("api.example.com", "https://api.example.com/a"),
    ],
)
def test_one_host_may_be_written_in_several_ways(hook, host, link):
    hook({"host": host}).sender.check_host(Request("GET", link))


@pytest.mark.parametrize(
    "link",
    [
        "http://api.example.com/a",
        "https://api.example.com:8443/a",
        "https://api.example.com.evil.org/a",
        "https://api.example.com@evil.org/a",
        "https://evil.org/api.example.com",
        "https://evil.org\\@api.example.com/a",
        "https://api.example.com\\@evil.org/a",
        "https://user:word@api.example.com/a",
        "https://api.example.com\t.evil.org/a",
        "https://api.example.com:443@evil.org/a",
        "https://api.example.com:0443x/a",
        "https://api.example.com%2eevil.org/a",
        "https://api.example.com\u3002evil.org/a",
        "https://api.example.com:99999/a",
        "https:///api.example.com/a",
        "//api.example.com/a",
        "ftp://api.example.com/a",
    ],
)
def test_what_only_looks_like_the_host_is_refused(hook, link):
    with pytest.raises(ApiError, match="another host"):
        hook({"host": "https://api.example.com"}).sender.check_host(Request("GET", link))
