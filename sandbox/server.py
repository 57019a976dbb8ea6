"""Running the sandbox: in a thread for tests, in the foreground for people."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from sandbox.app import create_app
from sandbox.connections import base_urls, connections, exports, rates
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.world import World


@contextmanager
def serve(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Answer on 127.0.0.1 from a thread while the block runs; yields the root URL. Port 0: any free one."""
    with _listening(port) as listener:
        server = _server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.005)
        try:
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def run(
    port: int,
    data_folder: Path,
    limits: Limits | None = None,
    world: World | None = None,
    *,
    host: str = "127.0.0.1",
    known_as: str = "",
) -> None:
    """Answer in the foreground until SIGINT or SIGTERM; prints where, and the connections to paste.

    `known_as` is the root URL by which others reach it, when that is not where it listens; whoever chose it
    has made the connections, and none are printed.
    """
    with _listening(port, host) as listener:
        root_url = known_as or _url(listener)
        credentials = Credentials.load_or_create(data_folder, root_url)
        for vendor, url in base_urls(root_url).items():
            print(f"{vendor:<18}{url}", flush=True)
        limits = limits or Limits()
        if not known_as:
            print(exports(connections(root_url, credentials, **rates(limits))), flush=True)
        _server(create_app(world or World(), credentials, limits)).run(sockets=[listener])


def _listening(port: int, host: str = "127.0.0.1") -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _server(app: FastAPI) -> uvicorn.Server:
    # The app sends the Date of the world's clock itself.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
