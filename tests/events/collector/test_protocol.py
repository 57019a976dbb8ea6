"""The wire protocol of Revolt's SDKs, as clients see it."""

import gzip
import json

import pytest
import requests

from tests.events.collector.site import KEY, ORIGIN, OTHER_SECRET, SECRET, Site, event, ids

LARGE = {"data": "x" * 65 * 1024}


@pytest.fixture(autouse=True)
def looked_at(site: Site) -> None:
    site.stored(), site.stored("rejected")


def test_an_array_is_stored_and_counted(site):
    answer = site.post([event("a"), event("b")])
    assert (answer.status_code, answer.json()) == (200, {"eventsAccepted": 2, "eventError": None})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert ids(site.stored()) == ["a", "b"]


def test_an_empty_array_is_nothing(site):
    assert site.post([]).json() == {"eventsAccepted": 0, "eventError": None}
    assert not site.stored()


def test_events_behind_a_bad_one_are_stored_although_the_answer_stops_at_it(site):
    answer = site.post([event("a"), event("b", meta={"id": "b", "type": "t"}), event("c"), event("d", **LARGE)])
    assert answer.status_code == 200
    said = answer.json()
    assert said["eventsAccepted"] == 1
    assert said["eventError"] | {"errorMessage": ""} == {
        "eventOffset": 1,
        "eventId": "b",
        "errorCode": 400,
        "errorMessage": "",
    }
    assert ids(site.stored()) == ["a", "c"]
    refused = site.stored("rejected")
    assert [(line["offset"], line["code"]) for line in refused] == [(1, 400), (3, 413)]
    assert json.loads(refused[0]["event"])["meta"]["id"] == "b"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"[", b"[1", b"]", b"hello", b'{"a":[]}', b"[}", b"[[]", b"[1],[2]", b'"["']
)
def test_what_is_no_array_is_400(site, body):
    answer = site.post(body)
    assert (answer.status_code, answer.json()["eventError"]["errorCode"]) == (400, 400)
    assert not site.stored()


@pytest.mark.parametrize("path", ["//api/v1/acme/i/events", "/api/v1//acme/i/events", "/api/v1/acme/i//events/"])
def test_stray_slashes_in_the_path_are_no_redirect(site, path):
    assert site.post([event()], site.root + path).status_code == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8;", "text/html", "", "nonsense"])
def test_any_content_type_is_taken(site, kind):
    assert site.post([event()], headers={"Content-Type": kind}).status_code == 200


def test_of_over_a_thousand_events_the_first_thousand_are_taken(site):
    answer = site.post([event(str(number)) for number in range(1200)])
    assert answer.json() == {"eventsAccepted": 1000, "eventError": None}
    assert len(site.stored()) == 1000


def test_gzip_is_unpacked(site):
    packed = gzip.compress(json.dumps([event("packed")]).encode())
    assert site.post(packed, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert ids(site.stored()) == ["packed"]


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        pytest.param(b"[" + b" " * 2 * 1024 * 1024 + b"]", "", 413, id="large"),
        pytest.param(gzip.compress(b"[" + b" " * 2 * 1024 * 1024 + b"]"), "gzip", 413, id="a bomb"),
        pytest.param(gzip.compress(b"[]")[:-9], "gzip", 400, id="half"),
        pytest.param(b"[]", "gzip", 400, id="not gzip"),
        pytest.param(b"[]", "br", 400, id="another"),
    ],
)
def test_bodies_have_a_limit_and_are_what_they_say(site, body, encoding, status):
    answer = site.post(body, headers={"Content-Encoding": encoding} if encoding else {})
    assert answer.status_code == status
    assert answer.json()["eventError"]["errorCode"] == status


def test_a_body_of_unknown_length_has_the_same_limit(site):
    answer = requests.post(site.url(), data=(b" " * 65536 for _ in range(33)), auth=("acme", SECRET), timeout=20)
    assert answer.status_code == 413


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
def test_two_secrets_are_valid_at_once(site, secret):
    assert site.post([event()], auth=("acme", secret)).status_code == 200


@pytest.mark.parametrize(
    "auth",
    [("acme", "wrong"), ("acme", ""), ("umbrella", SECRET), ("nobody", SECRET), ("acme", "another secret"), None],
)
def test_other_credentials_are_401(site, auth):
    assert site.post([event()], auth=auth).status_code == 401
    assert not site.stored()


def test_a_secret_opens_its_own_tracking_id_only(site):
    assert site.post([event()], site.url("umbrella")).status_code == 401
    assert site.post([event()], site.url("nobody"), auth=("nobody", SECRET)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Basic", "Basic %%%", "Bearer x", "Basic " + "é" * 3, "basic YWNtZQ==", "Basic /w=="]
)
def test_a_broken_authorization_is_401(site, header):
    headers = {"Authorization": header.encode("latin-1")}
    assert site.post([event()], auth=None, headers=headers).status_code == 401


def test_a_page_of_a_listed_origin_may_ask_first(site):
    with requests.Session() as session:
        answer = session.options(site.url(), headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"})
        stranger = session.options(site.url(), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in stranger.headers


def test_a_beacon_sends_with_a_key_from_a_listed_origin_only(site):
    url = f"{site.url()}?key={KEY}&sent-at=5&attempt=2&request-id=r7"
    taken = site.post([event("beacon")], url, auth=None, headers={"Content-Type": "text/plain", "Origin": ORIGIN})
    assert taken.status_code == 200
    assert taken.headers["Access-Control-Allow-Origin"] == ORIGIN
    [line] = site.stored()
    assert (line["sent_at"], line["attempt"], line["request"]) == (5, 2, "r7")
    for wrong in ({"Origin": "https://elsewhere.example"}, {}):
        assert site.post([event()], url, auth=None, headers=wrong).status_code == 401
    unknown = f"{site.url()}?key=web-of-somebody-else"
    assert site.post([event()], unknown, auth=None, headers={"Origin": ORIGIN}).status_code == 401


def test_a_key_is_no_secret_and_a_secret_no_key(site):
    assert site.post([event()], auth=("acme", KEY)).status_code == 401
    assert site.post([event()], f"{site.url()}?key={SECRET}", auth=None, headers={"Origin": ORIGIN}).status_code == 401


def test_what_is_kept_of_a_request_holds_no_address(site):
    headers = {
        "User-Agent": "Revolt " + "x" * 600,
        "X-Request-Id": "r1",
        "X-Sent-At": "1795844457746",
        "X-Attempt": "3",
    }
    site.post([event("a", odd={"kept": [1]})], site.url(instance="i" * 200), headers=headers)
    [line] = site.stored()
    assert line.pop("received_at").endswith("Z")
    assert line == {
        "tracking": "acme",
        "instance": "i" * 128,
        "agent": headers["User-Agent"][:512],
        "request": "r1",
        "sent_at": 1795844457746,
        "attempt": 3,
        "offset": 0,
        "event": event("a", odd={"kept": [1]}),
    }
    assert "127.0.0.1" not in json.dumps(line)


@pytest.mark.parametrize(("name", "value"), [("X-Request-Id", "a b"), ("X-Sent-At", "-1"), ("X-Attempt", "9" * 99)])
def test_odd_headers_are_as_if_they_were_not_sent(site, name, value):
    assert site.post([event()], headers={name: value}).status_code == 200
    [line] = site.stored()
    assert line["request"] != "a b"
    assert not {"sent_at", "attempt"} & line.keys()


def test_neither_payload_nor_secret_is_logged(site, log_lines):
    site.post([event("looked-for-in-logs", data="looked-for-in-logs"), {"meta": "looked-for-in-logs"}])
    site.post([event()], auth=("acme", "looked-for-in-logs"))
    site.post(b'"looked-for-in-logs"')
    site.post([event()], f"{site.url()}?key=looked-for-in-logs", auth=None)
    ours = [line for line in log_lines if "urllib3" not in line and "HTTP/1.1" not in line]
    assert not [line for line in ours if "looked-for-in-logs" in line]


def test_metrics_count_and_are_for_the_neighbourhood(site):
    site.post([event(), {}])
    text = requests.get(f"{site.root}/metrics", timeout=5).text
    assert 'bellwether_collector_events_refused_total{code="400",tracking="acme"}' in text
    assert "bellwether_collector_held_bytes" in text
    outside = requests.get(f"{site.root}/metrics", headers={"X-Forwarded-For": "203.0.113.7"}, timeout=5)
    assert (outside.status_code, outside.text) == (404, "")
    assert requests.get(f"{site.root}/health", timeout=5).json() == {"status": "ok"}
