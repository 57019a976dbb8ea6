"""Collectors that are killed under load, and the books of what they acknowledged."""

import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.services.ports import free_port
from tests.events.collector.site import SECRET

AUTHORIZATION = "Basic " + b64encode(f"acme:{SECRET}".encode()).decode()


class Nursery:
    """Starts collectors, each on the same folder and port after the last."""

    def __init__(self, words: list[str], env: Mapping[str, str]) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py")), *words],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # What it logs while it loads comes first.
        while self._said() != "ready":
            pass

    def _said(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        return line.strip()

    def start(self) -> int:
        """Start a collector, wait until it answers, and return its process id."""
        assert self._process.stdin
        self._process.stdin.write(f"{self.port}\n")
        self._process.stdin.flush()
        pid = int(self._said())
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                connection.getresponse().read()
                return pid
            except OSError:
                time.sleep(0.01)
        raise AssertionError("the collector did not start")

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def nursery(words: list[str], env: Mapping[str, str]) -> Iterator[Nursery]:
    made = Nursery(words, env)
    try:
        yield made
    finally:
        made.stop()


def ended(pid: int, seconds: float = 30) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class Load:
    """Connections that send batches of 20 until the collector is gone; `acknowledged` holds the answered ids."""

    def __init__(self, port: int, connections: int, numbers: "itertools.count[int]") -> None:
        self.acknowledged: list[str] = []
        self.sent = 0
        self._port, self._numbers = port, numbers
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(connections)]
        for thread in self._threads:
            thread.start()

    def _send(self) -> None:
        headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            while True:
                batch = [str(next(self._numbers)) for _ in range(20)]
                events = [{"meta": {"id": each, "type": "load", "timestamp": 1}, "data": "x" * 150} for each in batch]
                self.sent += len(batch)
                connection.request("POST", "/api/v1/acme/i/events", json.dumps(events), headers)
                answer = connection.getresponse()
                said = json.loads(answer.read())
                if answer.status != 200:
                    return
                self.acknowledged += batch[: said["eventsAccepted"]]
        except (OSError, http.client.HTTPException, ValueError):
            return

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)


def kill_under_load(made: Nursery, kills: int, connections: int, seconds: float) -> tuple[list[str], int]:
    """Kill collectors, each after so many seconds of load; return the ids acknowledged, and how many were sent."""
    numbers, acknowledged, sent = itertools.count(), [], 0
    for _ in range(kills):
        pid = made.start()
        load = Load(made.port, connections, numbers)
        # As long again until the first answer, or a busy machine would be killed idle.
        deadline = time.monotonic() + 30
        while not load.acknowledged and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        load.join()
        acknowledged += load.acknowledged
        sent += load.sent
    return acknowledged, sent


def balance(acknowledged: list[str], stored: list[str]) -> dict[str, int]:
    """How many acknowledged events are lost, and how many stand there twice."""
    found = Counter(stored)
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(1 for each in acknowledged if not found[each]),
        "twice": sum(count - 1 for count in found.values()),
        "stored without an answer": len(set(found) - set(acknowledged)),
    }
