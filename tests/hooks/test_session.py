"""What goes out with a request: our headers and nothing of the connection's extra."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bellwether.window import Window

SECRET = "a-key-in-the-extra"
DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


def test_nothing_of_the_extra_becomes_a_header(service, read):
    extra = {"places": ["here"], "api_key": SECRET, "keyfile_dict": {"private_key": SECRET}, "note": "x"}
    assert read(**extra)
    (seen,) = service.seen
    assert seen.headers.keys() <= {
        "host", "user-agent", "accept", "accept-encoding", "connection", "authorization",
    }  # fmt: skip
    assert SECRET not in json.dumps(seen.headers)
    assert "here" not in seen.headers.values()


def test_headers_that_are_meant_as_such_are_sent(service, read):
    assert read(headers={"X-Team": "dogs"})
    assert service.seen[0].headers["x-team"] == "dogs"
    assert service.seen[0].headers["user-agent"] == "bellwether"


def test_the_secret_goes_into_its_header_alone(service, read):
    assert read()
    (seen,) = service.seen
    assert seen.headers["authorization"] == "Bearer a-token-that-nobody-may-see"
    assert "a-token" not in seen.path + str(seen.query)


def test_a_netrc_does_not_take_the_tokens_place(service, read, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert read()
    assert service.seen[0].headers["authorization"] == "Bearer a-token-that-nobody-may-see"


def test_a_login_does_not_take_the_tokens_place(service, hook):
    thing = hook({"login": "somebody"})
    assert list(thing.read(thing.source.streams[0], "here", DAY))
    assert service.seen[0].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("kept_alive", [1, 3])
def test_threads_have_sessions_of_their_own(hook, kept_alive):
    thing = hook()
    with ThreadPoolExecutor(kept_alive) as pool:
        sessions = list(pool.map(lambda _: thing.session(), range(10)))
    assert 1 <= len(set(map(id, sessions))) <= kept_alive
    assert thing.session() not in sessions
    assert thing.session() is thing.session()
