"""A key that the vendor wants in the query goes out with every request, and is seen nowhere else."""

import json
import logging
import socket
import traceback
from datetime import UTC, datetime

import pytest
import urllib3

from bellwether.hooks.errors import ApiError
from bellwether.hooks.unlogged import keep_queries_out_of_logs
from bellwether.window import Window

KEY = "a-token-that-nobody-may-see"
DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


@pytest.fixture
def read(hook):
    """Reads all things of DAY through a hook whose key is a parameter; returns the hook, too."""

    def reading(connection=None, **extra):
        class Keyed(type(hook(connection, **extra))):
            def auth_headers(self):
                return {}

            def auth_params(self):
                return {"appid": self.service.secret()}

        keyed = Keyed()
        return keyed, [record for page in keyed.read(keyed.source.streams[0], "here", DAY) for record in page.records]

    return reading


def things(number, **envelope):
    data = [{"id": number, "at": f"2026-11-01T00:00:{number:02d}Z"}]
    return {"body": json.dumps({"data": data, **envelope}).encode()}


def all_of(error):
    """The error with everything that led to it, shown or not."""
    texts = traceback.format_exception(error)
    while error:
        texts.append(repr(error))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def test_it_goes_out_with_every_page_beside_the_query(service, read):
    service.answers(things(1, next="/2?page=2"), things(2))
    _, records = read()
    assert len(records) == 2
    assert [seen.query for seen in service.seen] == [[("limit", "2"), ("appid", KEY)], [("page", "2"), ("appid", KEY)]]
    assert all("authorization" not in seen.headers for seen in service.seen)


def test_it_is_in_no_request_of_ours(service, read):
    thing, _ = read()
    request = thing.first_request(thing.source.streams[0], "here", DAY)
    assert KEY not in repr(request) + request.identity
    assert ("appid", KEY) in service.seen[0].query


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 400},
        {"status": 401, "body": json.dumps({"message": f"The key {KEY} is not good"}).encode()},
        {"status": 404},
        {"status": 429},
        {"status": 503},
        {"status": 302, "headers": {"Location": f"/things/there?appid={KEY}"}},
        {"status": 302, "headers": {"Location": f"http://elsewhere.example/?appid={KEY}"}},
        {"body": b"{half"},
        {"cut": True},
        {"wait_seconds": 0.5},
    ],
    ids=str,
)
def test_no_error_no_log_line_and_nothing_behind_them_tells_it(service, read, log_lines, reply):
    service.answers(reply)
    with pytest.raises(ApiError) as caught:
        read(timeout_seconds=0.1, patience_seconds=0)
    assert ("appid", KEY) in service.seen[0].query
    assert KEY not in all_of(caught.value)
    assert "/things/here?…" in "\n".join(log_lines) or "wait_seconds" in reply
    assert KEY not in "\n".join(log_lines)


def test_nor_when_nobody_is_there(read, log_lines):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(ApiError, match="nothing listens at that port") as caught:
        read({"host": host})
    assert KEY not in all_of(caught.value)
    assert log_lines
    assert KEY not in "\n".join(log_lines)


def test_the_librarys_other_lines_tell_no_query_either(service, log_lines):
    keep_queries_out_of_logs()
    keep_queries_out_of_logs()
    service.answers({"status": 302, "headers": {"Location": f"/again?appid={KEY}"}}, {"status": 503}, {})
    retries = urllib3.Retry(3, status_forcelist=[503])
    urllib3.PoolManager().request("GET", f"{service.root}/things?appid={KEY}", retries=retries)
    assert len(service.seen) == 3
    text = "\n".join(log_lines)
    for words in ("Redirecting", "Incremented Retry", "Retry: "):
        assert words in text
    assert KEY not in text
    assert "/again?…" in text


def test_what_has_no_query_is_logged_as_it_is(log_lines):
    keep_queries_out_of_logs()
    logging.getLogger("urllib3.connectionpool").debug("Is %s:%s there? Yes, %d %%", "host", 443, 100)
    assert "Is host:443 there? Yes, 100 %" in log_lines
