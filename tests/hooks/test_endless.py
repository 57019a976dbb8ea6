"""A service that never comes to an end, on a bare socket: whatever it drips or floods us with is left in time."""

import contextlib
import gzip
import socket
import threading
import time
import zlib
from functools import cache
from itertools import count

import pytest

from bellwether.hooks.bounds import MOST_HEAD_BYTES
from bellwether.hooks.errors import ApiError
from bellwether.hooks.exchange import LARGEST_ANSWER_BYTES
from bellwether.hooks.service_account import ServiceAccountToken
from tests.hooks.conftest import DAY

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SECONDS = 0.1
"""How long a service may stay silent; ten times that is a whole exchange."""


def drip(data):
    return ((bytes([byte]), 0.02) for byte in data)


def forever(piece, pause=0.0):
    return ((piece, pause) for _ in count())


def empty_blocks():
    """Deflate's stored blocks of nothing: bytes without end over the wire, and none of them says anything."""
    packer = zlib.compressobj(wbits=31)
    yield packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH), 0.0
    yield from forever(b"\x00\x00\x00\xff\xff" * 10_000)


@cache
def bomb():
    return gzip.compress(b" " * 100_000_000, compresslevel=1)


def then(head, pieces):
    yield head, 0.0
    yield from pieces


SLOW = {
    "status-line": lambda: drip(b"HTTP/1.1 200 OK" + b" " * 10_000),
    "headers": lambda: then(OK, drip(b"X-Slow: " + b"x" * 10_000)),
    "continue": lambda: forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
    "chunk-sizes": lambda: then(CHUNKED, drip(b"0" * 10_000)),
    "chunk-extensions": lambda: then(CHUNKED, drip(b"1;" + b"x" * 10_000)),
    "body": lambda: then(OK + b"Content-Length: 100000\r\n\r\n", drip(b" " * 10_000)),
    "trailers": lambda: then(CHUNKED + b"2\r\n[]\r\n0\r\n", drip(b"X: " + b"x" * 10_000)),
}
FLOODS = {
    "continue": lambda: forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "headers": lambda: then(OK, (((b"X-%d: " % n) + b"y" * 60_000 + b"\r\n", 0.0) for n in count())),
    "a-body-without-end": lambda: then(OK + b"\r\n", forever(b" " * 1_000_000)),
    "chunks": lambda: then(CHUNKED, forever(b"f4240\r\n" + b" " * 1_000_000 + b"\r\n")),
    "a-length-that-is-too-long": lambda: then(OK + b"Content-Length: 99999999999\r\n\r\n", forever(b" ", 0.05)),
    "a-bomb": lambda: then(OK + b"Content-Encoding: gzip\r\n\r\n", [(bomb(), 0.0)]),
    "packed-nothing": lambda: then(OK + b"Content-Encoding: gzip\r\n\r\n", empty_blocks()),
}


class Endless:
    """Says the pieces to whoever connects, for as long as they listen."""

    def __init__(self, pieces):
        self.sent = 0
        self._pieces = pieces
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.root = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                asking, _ = self._listening.accept()
                threading.Thread(target=self._say, args=(asking,), daemon=True).start()

    def _say(self, asking):
        with asking, contextlib.suppress(OSError):
            asking.recv(65_536)
            for piece, pause in self._pieces():
                asking.sendall(piece)
                self.sent += len(piece)
                time.sleep(pause)

    def stop(self):
        self._listening.close()


@pytest.fixture
def endless():
    made = []

    def make(pieces):
        made.append(Endless(pieces))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def reading(hook, root):
    # The first attempt is the last: a wait of any length is longer than its patience.
    made = hook({"host": root}, timeout_seconds=SECONDS, backoff_seconds=1, patience_seconds=0)
    return lambda: list(made.read(made.source.streams[0], "here", DAY))


@pytest.mark.parametrize("kind", SLOW)
def test_what_drips_is_left_in_time(endless, hook, kind):
    read = reading(hook, endless(SLOW[kind]).root)
    begin = time.monotonic()
    with pytest.raises(ApiError, match=r"the answer took longer than 1 s|did not answer in time"):
        read()
    assert time.monotonic() - begin < 20 * SECONDS


@pytest.mark.parametrize("kind", FLOODS)
def test_what_floods_is_left_before_it_fills_the_memory(endless, hook, kind):
    service = endless(FLOODS[kind])
    with pytest.raises(ApiError, match="failed: "):
        reading(hook, service.root)()
    assert service.sent < LARGEST_ANSWER_BYTES + 2 * MOST_HEAD_BYTES + 20_000_000


@pytest.fixture(scope="module")
def private_key():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    how = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*how).decode()


@pytest.fixture
def keyfile(private_key):
    return lambda root: {"client_email": "a@b.example", "private_key": private_key, "token_uri": f"{root}/token"}


@pytest.mark.parametrize("kind", ["headers", "chunk-sizes"])
def test_a_token_endpoint_that_drips_is_left_in_time(endless, hook, keyfile, kind):
    made = hook(keyfile_dict=keyfile(endless(SLOW[kind]).root), timeout_seconds=SECONDS)
    with pytest.raises(ApiError, match=r"the token exchange .* (took longer than 1 s|did not answer in time)"):
        ServiceAccountToken(made.service, "scope").get(made.session())


@pytest.mark.parametrize("kind", ["headers", "a-body-without-end", "a-bomb"])
def test_a_token_endpoint_that_floods_is_left(endless, hook, keyfile, kind):
    service = endless(FLOODS[kind])
    made = hook(keyfile_dict=keyfile(service.root), timeout_seconds=SECONDS)
    with pytest.raises(ApiError, match="the token exchange"):
        ServiceAccountToken(made.service, "scope").get(made.session())
    assert service.sent < LARGEST_ANSWER_BYTES + 2 * MOST_HEAD_BYTES + 20_000_000
