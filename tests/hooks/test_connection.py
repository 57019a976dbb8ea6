"""What a connection says of its address; the rest of it is told source by source."""

import pytest

from bellwether.hooks.errors import BadConnection


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


@pytest.mark.parametrize("host", ["ftp://api.example.com", "file:///etc/passwd", "https://"])
def test_an_address_that_is_none_is_named(hook, host):
    with pytest.raises(BadConnection, match="'example' has a host that is no address"):
        assert hook({"host": host}).service.base_url


def test_the_example_is_in_the_error(hook):
    with pytest.raises(BadConnection, match=r"AIRFLOW_CONN_EXAMPLE='\{\"conn_type\": \"http\""):
        hook({"password": ""}).service.secret()


def test_what_is_watched_is_read_once_each(hook):
    assert hook(places=["b", 7, "a", "7", "b"]).service.watched("places") == ["b", "7", "a"]


@pytest.mark.parametrize("extra", ["{half", "[]", "7", '"text"'])
def test_an_extra_that_is_no_object_is_named(hook, extra):
    with pytest.raises(BadConnection, match="'example' has an extra that is no JSON object"):
        assert hook({"extra": extra}).service.base_url


@pytest.mark.parametrize("wrong", ["soon", None, [], {}])
def test_seconds_that_are_none_are_named(hook, wrong):
    with pytest.raises(BadConnection, match="'timeout_seconds'"):
        hook(timeout_seconds=wrong).service.seconds("timeout_seconds", 1.0)
