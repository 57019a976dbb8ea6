"""A way to the lake that stands still at a chosen request, so that a process can be killed right there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Stalling:
    """Passes bytes on to the store until the nth request that contains `mark`, of which it passes on half."""

    store_port: int
    mark: bytes
    after: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    stalled: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                store = socket.create_connection(("127.0.0.1", self.store_port))
                for ends in ((client, store), (store, client)):
                    threading.Thread(target=self._pass_on, args=(*ends, ends[0] is client), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, is_asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if is_asking and self._is_the_one(data):
                    sink.sendall(data[: len(data) // 2])
                    self.stalled.set()
                    return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def _is_the_one(self, data: bytes) -> bool:
        with self.lock:
            if self.stalled.is_set():
                return True
            if self.mark in data.split(b"\r\n", 1)[0]:
                self.after -= 1
            return self.after < 0


@contextmanager
def stalling(store_port: int, mark: bytes, after: int = 0) -> Iterator[Stalling]:
    """A Stalling in front of the store at a port of this machine."""
    way = Stalling(store_port, mark, after)
    threading.Thread(target=way.serve, daemon=True).start()
    try:
        yield way
    finally:
        way.listener.close()
