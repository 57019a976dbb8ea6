"""What a connection says of its address; the rest of it is told source by source."""

import pytest

from bellwether.hooks.errors import BadConnection
from tests.hooks.conftest import DAY


@pytest.mark.parametrize(
    ("connection", "url"),
    [
        ({"host": None}, "https://api.example.com"),
        ({"host": ""}, "https://api.example.com"),
        ({"host": "api.example.org"}, "https://api.example.org"),
        ({"host": "api.example.org/v1/"}, "https://api.example.org/v1"),
        ({"host": "api.example.org", "schema": "http", "port": 8080}, "http://api.example.org:8080"),
        ({"host": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/x"),
    ],
)
def test_addresses_may_be_short(hook, connection, url):
    assert hook(connection).service.base_url == url


@pytest.mark.parametrize(
    "host",
    [
        "ftp://api.example.com", "file:///etc/passwd", "https://", "https://[", "https://api.example.com:x",
        "ftp://me:pass-word@api.example.com", "me:pass-word@api.example.com", "https://api.example.com/?key=pass-word",
        "https://api.example.com/#pass-word", "https://api.example.com\\pass-word", "pass-word example.com",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_not_quoted(hook, host):
    with pytest.raises(BadConnection, match="'example' has a host that is no address") as caught:
        hook({"host": host}).service.base_url  # noqa: B018
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("text", ["{half", "{'conn_type': 'http'}", '{"conn_type": "http"'])
def test_a_connection_that_cannot_be_read_is_not_one_that_does_not_exist(hook, monkeypatch, text):
    made = hook()
    monkeypatch.setenv("AIRFLOW_CONN_EXAMPLE", text)
    with pytest.raises(BadConnection, match="'example' is in the environment, but is neither a URI nor JSON"):
        made.service  # noqa: B018


@pytest.mark.parametrize("password", ["ghp_abcdefghij\n", " ghp_abcdefghij\r\n"])
def test_a_token_from_a_file_loses_its_lines_end(service, read, hook, password):
    made = hook({"password": password})
    assert list(made.read(made.source.streams[0], "here", DAY))
    assert service.seen[0].headers["authorization"] == "Bearer ghp_abcdefghij"


@pytest.mark.parametrize("password", ["ghp_“abcdefghij”", "ghp_abc\ndefghij", "ghp_abc\x00def", "gh\u00a0p", "\n"])
def test_a_token_that_fits_no_header_is_named_and_not_quoted(service, hook, password):
    made = hook({"password": password})
    with pytest.raises(BadConnection, match=r"'example' has (a password with characters|no password)") as caught:
        list(made.read(made.source.streams[0], "here", DAY))
    assert "abc" not in str(caught.value)
    assert service.seen == []


@pytest.mark.parametrize("headers", [[], "X: y", {"X Y": "z"}, {"X": "a\r\nB: c"}, {"X": 7}, {"X": "“z”"}])
def test_headers_that_cannot_be_sent_are_named(service, hook, headers):
    made = hook(headers=headers or ["x"])
    with pytest.raises(BadConnection, match="'headers'"):
        list(made.read(made.source.streams[0], "here", DAY))
    assert service.seen == []


def test_the_example_is_in_the_error(hook):
    with pytest.raises(BadConnection, match=r"AIRFLOW_CONN_EXAMPLE='\{\"conn_type\": \"http\""):
        hook({"password": ""}).service.secret()


def test_what_is_watched_is_read_once_each(hook):
    assert hook(places=["b", 7, "a", "7", "b"]).service.watched("places") == ["b", "7", "a"]


@pytest.mark.parametrize("extra", ["{half", "[]", "7", '"text"'])
def test_an_extra_that_is_no_object_is_named(hook, extra):
    with pytest.raises(BadConnection, match="'example' has an extra that is no JSON object"):
        assert hook({"extra": extra}).service.base_url


@pytest.mark.parametrize("wrong", ["soon", None, [], {}, "nan", "inf", -1])
def test_seconds_that_are_none_are_named(hook, wrong):
    with pytest.raises(BadConnection, match="'timeout_seconds'"):
        hook(timeout_seconds=wrong).service.seconds("timeout_seconds", 1.0)
