"""A collector that answers on a socket from a thread of the tests."""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
import uvicorn

from bellwether.events.collector.app import create_app
from bellwether.events.collector.collector import Collector
from bellwether.events.collector.segments import Segments
from bellwether.events.collector.sink import Sink
from bellwether.events.collector.trackings import Tracking
from bellwether.lake import Lake
from local.services.ports import free_port

SECRET, OTHER_SECRET = "s3cret of acme", "the next one"
KEY, ORIGIN = "web-0123456789abcdef", "https://app.acme.example"


def tracking(*secrets: str, **more: Any) -> Tracking:
    return Tracking(secrets=tuple(hashlib.sha256(each.encode()).hexdigest() for each in secrets or (SECRET,)), **more)


TRACKINGS = {
    "acme": tracking(SECRET, OTHER_SECRET, keys=(KEY,), origins=(ORIGIN,)),
    "umbrella": tracking("another secret"),
}


def event(event_id: str = "e1", **more: Any) -> dict[str, Any]:
    return {"meta": {"id": event_id, "type": "task.created", "timestamp": 1795844457746}, "data": {"n": 1}, **more}


def lines_in(folder: Path, zone: str = "raw") -> list[dict[str, Any]]:
    """What lies in the folder's segments, oldest first."""
    files = sorted(folder.glob(f"{zone}-events.*.*.*"), key=lambda path: path.name.split(".")[2])
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def lines_of(lake: Any, zone: str = "raw") -> list[dict[str, Any]]:
    """What lies in the lake's segments."""
    keys = lake.keys(f"{zone}/events/dt=")
    return [json.loads(line) for key in keys for line in gzip.decompress(lake.read(key)).splitlines()]


def ids(lines: list[dict[str, Any]]) -> list[str]:
    return [line["event"]["meta"]["id"] for line in lines]


class Site:
    """One collector; stored segments lie in `folder` until it stops."""

    def __init__(
        self,
        folder: Path,
        lake: Lake,
        trackings: Mapping[str, Tracking] = TRACKINGS,
        sink: Callable[[Path, Lake], Sink] | None = None,
        name: str = "c0ffee",
        tls: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        self.folder = folder
        made = sink(folder, lake) if sink else Segments(folder, name, 2**30, lake.put)
        self.collector = Collector(name, trackings, made, lake, **more)
        self.port = free_port()
        self.root = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            create_app(self.collector), host="127.0.0.1", port=self.port, log_config=None, access_log=False, **tls or {}
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._seen: dict[str, int] = {}

    def __enter__(self) -> "Site":
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the collector did not start"
            self._thread.join(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """As SIGTERM does."""
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()

    def url(self, tracking_id: str = "acme", instance: str = "inst-1") -> str:
        return f"{self.root}/api/v1/{tracking_id}/{instance}/events"

    def post(self, body: Any, url: str = "", auth: Any = ("acme", SECRET), **more: Any) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with requests.Session() as session:
            session.trust_env = False
            return session.post(url or self.url(), data=data, auth=auth, allow_redirects=False, timeout=20, **more)

    def stored(self, zone: str = "raw") -> list[dict[str, Any]]:
        """Lines stored since this was last asked."""
        lines = lines_in(self.folder, zone)
        seen, self._seen[zone] = self._seen.get(zone, 0), len(lines)
        return lines[seen:]
