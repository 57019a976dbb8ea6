"""A small service that answers what a test tells it to, and a hook that reads it.

- `service`: `service.answers({"status": 500}, {})` lines up replies (dicts of Reply's fields), the last one is
  given again and again; `service.seen` lists what was asked, headers included.
- `hook(**extra)`: an ExampleHook whose connection points at `service`, in a hurry unless `extra` says otherwise.
- `read(**extra)`: what such a hook reads of the first of November 2026.
- `log_lines`: what hooks and libraries log, at any level.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bellwether.hooks.api import ApiHook
from bellwether.hooks.paginators import JsonLink
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Column, Stream
from bellwether.window import Window

THINGS = Stream(
    name="things",
    path="/things/{subject}",
    subject_column="place",
    params={"limit": 2},
    paginator=JsonLink("next"),
    records="data",
    cursor="at",
    key=("id",),
    columns=(Column("id", "integer", required=True), Column("at", "timestamp", required=True)),
)
DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
TOKEN = "a-token-that-nobody-may-see"

EXAMPLE = Source(
    name="example",
    title="Example",
    streams=(THINGS,),
    base_url="https://api.example.com",
    watched="places",
    example='{"conn_type": "http", "password": "TOKEN", "extra": {"places": ["here"]}}',
    rights="a token",
)


class ExampleHook(ApiHook):
    """Reads things of places."""

    source = EXAMPLE


def things(*numbers: int, **envelope: Any) -> bytes:
    """An answer with things of DAY."""
    data = [{"id": number, "at": f"2026-11-01T00:00:{number:02d}Z"} for number in numbers]
    return json.dumps({"data": data, **envelope}).encode()


@dataclass
class Reply:
    """What the service says; `drip_seconds` is the pause after each byte, `cut` breaks off in the middle."""

    body: bytes = field(default_factory=lambda: things(1))
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0
    drip_seconds: float = 0.0
    cut: bool = False


@dataclass(frozen=True)
class Seen:
    """A request that arrived."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


class Service:
    """Answers on 127.0.0.1 while the test runs."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._replies: list[Reply] = [Reply()]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answers(self, *replies: dict[str, Any]) -> None:
        self._replies = [Reply(**reply) for reply in replies]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service._take(self)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        url = urlsplit(request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Seen(request.command, url.path, parse_qsl(url.query), headers, body))
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        time.sleep(reply.wait_seconds)
        with contextlib.suppress(OSError):  # The client may have gone.
            self._say(request, reply)

    def _say(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        # One Date header, which a reply may replace.
        request.send_response_only(reply.status)
        headers = {
            "Date": request.date_time_string(),
            "Content-Type": "application/json",
            "Content-Length": str(len(reply.body)),
        } | reply.headers
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        pieces = [body[n : n + 1] for n in range(len(body))] if reply.drip_seconds else [body]
        for piece in pieces:
            request.wfile.write(piece)
            time.sleep(reply.drip_seconds)


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


HookMaker = Callable[..., ExampleHook]


@pytest.fixture
def hook(service: Service, monkeypatch: pytest.MonkeyPatch) -> HookMaker:
    def make(connection: dict[str, Any] | None = None, **extra: Any) -> ExampleHook:
        extra = {"places": ["here"], "backoff_seconds": 0.001, "timeout_seconds": 5} | extra
        whole = {"conn_type": "http", "host": service.root, "password": TOKEN, "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_EXAMPLE", json.dumps(whole | (connection or {})))
        return ExampleHook()

    return make


@pytest.fixture
def read(hook: HookMaker) -> Callable[..., list[bytes]]:
    """Reads all things of DAY through a hook with the extra that is given."""

    def reading(**extra: Any) -> list[bytes]:
        return [record for page in hook(**extra).read(THINGS, "here", DAY) for record in page.records]

    return reading
