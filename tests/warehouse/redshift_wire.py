"""How the double that plays Redshift is reached: PostgreSQL's wire protocol, its messages read one by one."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.warehouse.redshift_double import RedshiftDouble

SESSION = r"-c default_transaction_isolation=repeatable\ read -c TimeZone=America/New_York -c lock_timeout=20000"


class _Session(socketserver.BaseRequestHandler):
    """One client: what it says is read message by message, what PostgreSQL answers is handed through."""

    def handle(self) -> None:
        double: RedshiftDouble = self.server.double  # type: ignore[attr-defined]
        with socket.create_connection(double.server) as upstream:
            try:
                self._between(upstream, double)
            except (OSError, EOFError):
                # Closing alone would not wake the thread that reads from it, nor tell PostgreSQL.
                for side in (upstream, self.request):
                    with suppress(OSError):
                        side.shutdown(socket.SHUT_RDWR)

    def _between(self, upstream: socket.socket, double: RedshiftDouble) -> None:
        for side in (upstream, self.request):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream.sendall(_started(_read(self.request, struct.unpack("!i", _read(self.request, 4))[0] - 4)))
        self.request.sendall(_first_answer(upstream))
        threading.Thread(target=_pump, args=(upstream, self.request), daemon=True).start()
        prepared: dict[bytes, str] = {}
        while True:
            kind, length = struct.unpack("!ci", _read(self.request, 5))
            body = _read(self.request, length - 4)
            if kind == b"P":
                name, text, types = body.split(b"\0", 2)
                prepared[name] = text.decode()
                body = b"\0".join([name, double.translated(prepared[name]).encode(), types])
            elif kind == b"B":
                double.note(prepared[body.split(b"\0", 2)[1]])
            upstream.sendall(struct.pack("!ci", kind, len(body) + 4) + body)


def _read(sender: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = sender.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def _started(message: bytes) -> bytes:
    words = message[4:].split(b"\0")
    given = dict(zip(words[::2], words[1::2], strict=False))
    assert b"client_protocol_version" in given, "only redshift_connector calls here"
    kept = {name: given[name] for name in (b"user", b"database")} | {b"options": SESSION.encode()}
    body = message[:4] + b"".join(name + b"\0" + value + b"\0" for name, value in kept.items()) + b"\0"
    return struct.pack("!i", len(body) + 4) + body


def _first_answer(upstream: socket.socket) -> bytes:
    """How PostgreSQL wants to be shown the password: as redshift_connector reads it, with one zero at the end."""
    kind, length = struct.unpack("!ci", _read(upstream, 5))
    body = _read(upstream, length - 4).removesuffix(b"\0\0") + b"\0"
    return bytes(struct.pack("!ci", kind, len(body) + 4) + body)


def _pump(upstream: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while more := upstream.recv(65_536):
            client.sendall(more)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running(services: Any) -> Iterator[RedshiftDouble]:
    """A double in front of the session's PostgreSQL and SeaweedFS."""
    double = RedshiftDouble(("127.0.0.1", services.port), services.s3)
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.double = double  # type: ignore[attr-defined]
        double.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()
