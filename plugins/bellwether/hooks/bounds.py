"""A transport whose every exchange ends: bounded in time and in bytes, from the connection to the last byte.

The HTTP library's own timeouts count from one piece of an answer to the next, and only once a body has begun. A service
that drips its status line, its headers, its chunk sizes or ``100 Continue`` would be listened to for ever.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

MOST_HEAD_BYTES = 1024 * 1024
"""The most that may come before a body: status lines, headers, interim answers."""
_USUAL_SECONDS = 600.0


class BadAnswer(OSError):
    """The answer broke off, dragged on or was larger than any answer of a well-behaved service."""


class Bounds:
    """What is left of an exchange.

    :param silence: seconds the service may stay silent
    :param total: seconds for the whole exchange
    :param most_bytes: the most that may come over the wire once the headers are read
    """

    def __init__(self, silence: float, total: float, most_bytes: int) -> None:
        self._silence = silence
        self._total = total
        self._deadline = time.monotonic() + total
        self._most_bytes = most_bytes
        self._left = MOST_HEAD_BYTES

    def patience(self) -> float:
        """Seconds to wait for the next byte. Raises BadAnswer when the time is up."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise BadAnswer(f"the answer took longer than {self._total:,.0f} s")
        return min(self._silence, left)

    def take(self, count: int) -> None:
        """Count bytes that came over the wire. Raises BadAnswer when they are too many."""
        self._left -= count
        if self._left < 0:
            raise BadAnswer("more came than any answer is long")

    def begin_body(self) -> None:
        """The headers are read; from here on the body counts."""
        self._left = self._most_bytes

    def extend(self, seconds: float) -> None:
        """Do not count time in which it was us who kept the service waiting."""
        self._deadline += seconds

    @contextmanager
    def hold(self) -> Iterator[Bounds]:
        """Let these bounds be those of all that this thread asks meanwhile."""
        before = _CURRENT.set(self)
        try:
            yield self
        finally:
            _CURRENT.reset(before)


_CURRENT: ContextVar[Bounds | None] = ContextVar("bounds", default=None)


class _Wire(io.RawIOBase):
    """A socket's bytes, each read of them within the bounds."""

    def __init__(self, sock: socket.socket, bounds: Bounds) -> None:
        self._sock = sock
        self._bounds = bounds
        self._raw: Any = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._bounds.patience())
        try:
            count: int = self._raw.readinto(buffer) or 0
        except TimeoutError:
            self._bounds.patience()  # Raises if it was the whole exchange that took too long.
            raise
        self._bounds.take(count)
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._bounds = _CURRENT.get() or Bounds(_USUAL_SECONDS, _USUAL_SECONDS, MOST_HEAD_BYTES)
        self.fp.close()
        self.fp = io.BufferedReader(_Wire(sock, self._bounds))

    def begin(self) -> None:
        super().begin()
        self._bounds.begin_body()


class _Plain(HTTPConnection):
    response_class = _Response


class _Secure(HTTPSConnection):
    response_class = _Response


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class BoundedAdapter(HTTPAdapter):
    """A session's transport that keeps to the bounds of the exchange."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does it, with connections of ours."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """As requests does it, with connections of ours; SOCKS has its own."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager
