"""What is asked again, how long is waited first, and when the asking ends."""

import gzip
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bellwether.hooks.errors import ApiError, ApiRefused, Forbidden, NotAuthorized, NotFound, QuotaExhausted
from bellwether.hooks.sender import ATTEMPTS

FINE: dict = {}
HTML = {"body": b"<html>Just a moment</html>", "headers": {"Content-Type": "text/html"}}
PASSING = [
    pytest.param({"status": 429, "headers": {"Retry-After": "0"}}, id="429"),
    pytest.param({"status": 408}, id="408"),
    pytest.param({"status": 500, "body": b'{"message": "oh"}'}, id="500"),
    pytest.param({"status": 502} | HTML, id="502"),
    pytest.param({"status": 503}, id="503"),
    pytest.param(HTML, id="html"),
    pytest.param({"body": b'{"data": [{"id": tru'}, id="garbage"),
    pytest.param({"cut": True}, id="cut"),
]
SLOW = [pytest.param({"wait_seconds": 3}, id="stall"), pytest.param({"drip_seconds": 0.1}, id="drip")]


def in_a_while(**time_from_now):
    return format_datetime(datetime.now(UTC) + timedelta(**time_from_now), usegmt=True)


@pytest.mark.parametrize("first", PASSING)
def test_what_may_pass_is_asked_again(service, read, first):
    service.answers(first, FINE)
    assert len(read()) == 1
    assert len(service.seen) == 2


@pytest.mark.parametrize("first", SLOW)
def test_what_takes_too_long_is_left_and_asked_again(service, read, first):
    service.answers(first, FINE)
    begin = time.monotonic()
    assert len(read(timeout_seconds=0.15)) == 1
    assert time.monotonic() - begin < 2.5
    assert len(service.seen) == 2


@pytest.mark.parametrize("always", PASSING)
def test_asking_again_ends(service, read, always):
    service.answers(always)
    with pytest.raises(ApiError, match=r"'example': GET /things/here"):
        read()
    assert len(service.seen) == ATTEMPTS


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiRefused),
        (401, NotAuthorized),
        (403, Forbidden),
        (404, NotFound),
        (410, NotFound),
        (422, ApiRefused),
    ],
)
def test_a_refusal_is_not_asked_again(service, read, status, kind):
    service.answers({"status": status, "body": b'{"message": "No, never."}'})
    with pytest.raises(kind, match=f"'example': GET /things/here answered {status} .No, never") as caught:
        read()
    assert caught.value.status == status
    assert len(service.seen) == 1


def test_a_number_of_seconds_is_waited_for(service, read, log_lines):
    service.answers({"status": 429, "headers": {"Retry-After": "1"}}, FINE)
    begin = time.monotonic()
    assert read()
    assert time.monotonic() - begin >= 1
    assert any("Trying again in 1.0 s (2 of 5)" in line for line in log_lines)


def test_a_date_is_waited_for(service, read):
    # Dates have whole seconds: this one is one to two seconds away.
    service.answers({"status": 429, "headers": {"Retry-After": in_a_while(seconds=2)}}, FINE)
    begin = time.monotonic()
    assert read()
    assert 0.9 <= time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("header", "told"),
    [pytest.param("1800", "1,800 s", id="seconds"), pytest.param(in_a_while(days=1), r"8[56],\d\d\d s", id="date")],
)
def test_a_wait_beyond_patience_stops_the_run_and_says_how_long(service, read, header, told):
    service.answers({"status": 429, "body": b'{"message": "Slow down"}', "headers": {"Retry-After": header}})
    with pytest.raises(QuotaExhausted, match=rf"'example': .*Slow down.*wait {told}"):
        read(patience_seconds=60)
    assert len(service.seen) == 1


def test_a_wait_within_patience_is_waited_for(service, read):
    service.answers({"status": 429, "headers": {"Retry-After": "0.2"}}, FINE)
    assert read(patience_seconds=0.3)
    assert len(service.seen) == 2


@pytest.mark.parametrize("header", ["soon", "", "-5", "nan", "Wed, 21 Oct 2015 07:28:00 GMT", "21 Oct 2015 07:28"])
def test_a_wait_that_makes_no_sense_is_a_short_one(service, read, header):
    service.answers({"status": 429, "headers": {"Retry-After": header}}, FINE)
    assert read()
    assert len(service.seen) == 2


def test_an_answer_larger_than_any_is_refused(service, read):
    # 80 MB of spaces: what counts is the size after unpacking.
    body = gzip.compress(b'{"data": []' + b" " * 80_000_000 + b"}", compresslevel=1)
    service.answers({"body": body, "headers": {"Content-Encoding": "gzip"}}, {"status": 404})
    with pytest.raises(ApiError):
        read()
    assert len(service.seen) == 2


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_any_status_that_may_pass_may_say_how_long(service, read, log_lines, status):
    service.answers({"status": status, "headers": {"Retry-After": "1"}}, FINE)
    assert read()
    assert any("Trying again in 1.0 s" in line for line in log_lines)


@pytest.mark.parametrize("header", ["1, 0", "1;w=1", "1s", "1 second"])
def test_a_wait_that_is_no_plain_number_is_read_as_far_as_it_is_one(service, read, log_lines, header):
    service.answers({"status": 429, "headers": {"Retry-After": header}}, FINE)
    assert read()
    assert any("Trying again in 1.0 s" in line for line in log_lines)


def test_a_date_is_by_the_clock_of_whoever_names_it(service, read):
    ahead = {"Date": in_a_while(days=365), "Retry-After": in_a_while(days=365)}
    service.answers({"status": 429, "headers": ahead}, FINE)
    assert read(patience_seconds=2)


def test_compressed_answers_are_asked_for(service, read):
    assert read()
    assert "gzip" in service.seen[0].headers["accept-encoding"]


def test_a_compressed_answer_is_read(service, read):
    body = gzip.compress(b'{"data": [{"id": 1, "at": "2026-11-01T00:00:00Z"}]}')
    service.answers({"body": body, "headers": {"Content-Encoding": "gzip"}})
    assert read() == [b'{"id": 1, "at": "2026-11-01T00:00:00Z"}']


def test_nobody_there_is_said_plainly(service, read):
    service.stop()
    with pytest.raises(ApiError, match=r"'example': GET /things/here failed: .* nothing listens at that port"):
        read()
