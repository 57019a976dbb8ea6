"""The event collector beside a bare ASGI app and beside a sync per request; and under `kill -9`.

`speed`: 16 connections send batches of 20 events (5.7 kB) for some seconds to each contender in turn, each a process of
its own on one core, the sender on the other. `kills`: collectors that ship to a lake are killed under load.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "plugins")]

import msgspec  # noqa: E402
import uvicorn  # noqa: E402

from bellwether.events.collector.app import create_app  # noqa: E402
from bellwether.events.collector.collector import Collector  # noqa: E402
from bellwether.events.collector.segments import Segments  # noqa: E402
from bellwether.lake import Lake  # noqa: E402
from local import environment  # noqa: E402
from local.passwords import Secrets  # noqa: E402
from local.services.ports import free_port, free_ports  # noqa: E402
from local.services.seaweedfs import USUAL_PORTS, SeaweedFS  # noqa: E402
from tests.events.collector.killing import balance, kill_under_load, nursery  # noqa: E402
from tests.events.collector.site import SECRET, TRACKINGS, tracking  # noqa: E402

EVENTS = 20
CONNECTIONS = 16


class NoLake(Lake):
    """Takes everything and keeps nothing: what is measured is the way to the disk."""

    def put(self, key: str, body: bytes, metadata: Any = None) -> None:
        pass

    def keys(self, prefix: str, after: str = "") -> Any:
        return iter(())


class SyncEach(Segments):
    """Syncs each part by itself."""

    def write(self, parts: Any) -> None:
        for part in parts:
            super().write([part])


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Parses the body and answers; keeps nothing."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    answer = b'{"eventsAccepted":%d,"eventError":null}' % len(msgspec.json.decode(body) if body else ())
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


def collector(folder: Path, kind: type[Segments]) -> Any:
    lake = NoLake()
    sink = kind(folder, "bench", 2**40, lake.put)
    return create_app(Collector("bench", {"acme": tracking(events_per_second=10**9)}, sink, lake))


CONTENDERS: dict[str, Callable[[Path], Any]] = {
    "bare": lambda folder: bare,
    "sync-each": lambda folder: collector(folder, SyncEach),
    "collector": lambda folder: collector(folder, Segments),
}


def served(app: Callable[[], Any], port: int) -> int:
    """Serve in a forked process on the first core; return its process id."""
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, {0})
        config = uvicorn.Config(app(), port=port, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run()
        os._exit(0)
    return child


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def request() -> bytes:
    events = [
        {
            "meta": {"id": f"19a1ed87-0000-4000-8000-{n:012d}", "type": "task.created", "timestamp": 1795844457746},
            "data": {"appUserId": f"user-{n}", "creationType": "calendar", "taskId": 100 + n, "text": "x" * 90},
        }
        for n in range(EVENTS)
    ]
    body = json.dumps(events).encode()
    token = b64encode(f"acme:{SECRET}".encode()).decode()
    head = (
        f"POST /api/v1/acme/inst-1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def connection(port: int, until: float, seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent, expected = request(), b'{"eventsAccepted":%d,"eventError":null}' % EVENTS
    while (began := time.perf_counter()) < until:
        writer.write(sent)
        answer = await reader.readuntil(expected)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        seconds.append(time.perf_counter() - began)
    writer.close()


async def load(port: int, seconds: float) -> tuple[list[float], float]:
    took: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(connection(port, began + seconds, took) for _ in range(CONNECTIONS)))
    return took, time.perf_counter() - began


async def answering(port: int) -> None:
    while True:
        try:
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
            return
        except OSError:
            await asyncio.sleep(0.05)


def measure(name: str, seconds: float) -> dict[str, float]:
    folder, port = Path(tempfile.mkdtemp(prefix="collector-", dir=Path.home())), free_port()
    pid = served(lambda: CONTENDERS[name](folder), port)
    try:
        asyncio.run(answering(port))
        asyncio.run(load(port, 1))
        before = cpu_seconds(pid)
        took, wall = asyncio.run(load(port, seconds))
        used = cpu_seconds(pid) - before
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)
    events = len(took) * EVENTS
    return {
        "events/s": events / wall,
        "events/CPU-s": events / used,
        "cores": used / wall,
        "p50 ms": 1000 * median(took),
        "p99 ms": 1000 * sorted(took)[int(len(took) * 0.99)],
    }


def speed(seconds: float, rounds: int) -> None:
    print(f"load average before: {os.getloadavg()}")
    os.sched_setaffinity(0, {os.cpu_count() - 1})
    found: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name in CONTENDERS:
            found[name].append(measure(name, seconds))
    print(f"| contender | {' | '.join(found['bare'][0])} |\n| --- |{' --- |' * 5}")
    for name, each in found.items():
        print(f"| {name} | {' | '.join(f'{median(one[column] for one in each):,.2f}' for column in each[0])} |")
    print(f"load average after: {os.getloadavg()}")


def kills(count: int, seconds: float) -> None:
    home = Path(tempfile.mkdtemp(prefix="kills-", dir=Path.home()))
    secrets, ports = Secrets.create(), free_ports(dict.fromkeys(USUAL_PORTS))
    store = SeaweedFS(home, secrets.lake_access_key, secrets.lake_secret_key)
    running = store.start(ports)
    try:
        client = store.client(ports["s3"])
        keys = secrets.lake_access_key, secrets.lake_secret_key
        named = environment.lake(f"http://127.0.0.1:{ports['s3']}", *keys, bucket="lake")
        (home / "trackings.json").write_bytes(msgspec.json.encode({"trackings": TRACKINGS}))
        words = ["--credentials", str(home / "trackings.json"), "--folder", str(home / "segments")]
        env = {**os.environ, "PYTHONPATH": f"plugins{os.pathsep}.", "AIRFLOW_CONN_LAKE": named}
        with nursery(words, {**env, "AIRFLOW_HOME": str(home / "airflow")}) as made:
            acknowledged, sent = kill_under_load(made, count, connections=8, seconds=seconds)
            # The last one takes over what the killed one left, and ends in order.
            pid = made.start()
            os.kill(pid, signal.SIGTERM)
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.05)
        stored = []
        objects = client.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix="raw/events/dt=")
        names = [each["Key"] for page in objects for each in page.get("Contents", [])]
        for name in names:
            body = client.get_object(Bucket="lake", Key=name)["Body"].read()
            stored += [json.loads(line)["event"]["meta"]["id"] for line in gzip.decompress(body).splitlines()]
        found = balance(acknowledged, stored)
        print({"kills": count, "sent": sent, **found, "objects": len(names), "load": os.getloadavg()})
        sys.exit(found["lost"] > 0)
    finally:
        store.stop(running, ports)
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fast = commands.add_parser("speed")
    fast.add_argument("--seconds", type=float, default=10)
    fast.add_argument("--rounds", type=int, default=3)
    deadly = commands.add_parser("kills")
    deadly.add_argument("--count", type=int, default=20)
    deadly.add_argument("--seconds", type=float, default=1)
    words = parser.parse_args()
    if words.command == "speed":
        speed(words.seconds, words.rounds)
    else:
        kills(words.count, words.seconds)


if __name__ == "__main__":
    main()
