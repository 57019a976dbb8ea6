"""Our Python client against the collector: nothing is lost, nothing raises, nothing waits."""

import gzip
import http.server
import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bellwether_events import Client
from bellwether_events.queue import Queue
from local.services.ports import free_port
from tests.events.collector.site import SECRET, ids

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def client_to(tmp_path) -> Iterator[Callable[..., Client]]:
    made = []

    def make(endpoint, secret=SECRET, queue=tmp_path / "queue.db", **more):
        settings = {"app_code": "com.acme.web", "app_version": "1", "gather_seconds": 0.01, "wait_seconds": 0.02} | more
        made.append(Client(endpoint, "acme", secret, queue=queue, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close(0)


@pytest.fixture(autouse=True)
def looked_at(request):
    if "site" in request.fixturenames:
        request.getfixturevalue("site").stored()


def until(check, seconds=20):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


def types(lines):
    return [line["event"]["meta"]["type"] for line in lines]


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers as the server's `script` says, the last line of it again and again, and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.requests.append((dict(self.headers), body))
        status, headers, answer = self.server.script[0]
        if len(self.server.script) > 1:
            self.server.script.pop(0)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *_):
        pass


@pytest.fixture
def scripted():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Scripted)
    server.script, server.requests = [], []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def accepted(count, error=None):
    return 200, {}, json.dumps({"eventsAccepted": count, "eventError": error}).encode()


def test_every_method_sends_what_its_name_says(site, client_to):
    client = client_to(site.root, gather_seconds=30)
    client.identify("u1", country="PL")
    client.signed_in("u1")
    client.screen("Settings", tab="profile")
    client.track("task.created", {"taskId": 5})
    client.signed_out("u1")
    assert client.flush()
    lines = site.stored()
    assert types(lines) == [
        "system.appInstanceData",
        "user.profile",
        "user.signedIn",
        "screen.viewed",
        "task.created",
        "user.signedOut",
    ]
    data = [line["event"]["data"] for line in lines]
    assert data[0]["app"] == {"type": "backend", "code": "com.acme.web", "version": "1", "sdkVersion": "1.0.0"}
    assert data[1:] == [
        {"country": "PL", "appUserId": "u1"},
        {"appUserId": "u1"},
        {"tab": "profile", "screen": "Settings"},
        {"taskId": 5},
        {"appUserId": "u1"},
    ]
    assert {line["instance"] for line in lines} == {"com.acme.web"}
    assert {line["attempt"] for line in lines} == {1}
    for line in lines:
        received = datetime.fromisoformat(line["received_at"]).timestamp() * 1000
        assert line["event"]["meta"]["timestamp"] <= line["sent_at"] <= received
    assert (client.waiting, client.dropped, client.rejected) == (0, 0, 0)


def test_twenty_leave_at_once_and_fewer_wait_for_more(site, client_to):
    client = client_to(site.root, gather_seconds=300)
    for number in range(18):
        client.track("many", number)
    time.sleep(0.05)
    assert client.waiting == 19
    client.track("many", 18)
    until(lambda: client.waiting == 0)
    assert len(site.stored()) == 20


def test_fewer_than_twenty_leave_after_a_while(site, client_to):
    client = client_to(site.root, gather_seconds=0.05)
    until(lambda: client.waiting == 0)
    assert types(site.stored()) == ["system.appInstanceData"]


def test_a_packet_holds_twenty_at_most(site, client_to):
    client = client_to(NOWHERE, gather_seconds=300)
    for number in range(49):
        client.track("many", number)
    client.close(0)
    client_to(site.root, gather_seconds=300).flush()
    lines = site.stored()
    requests = [line["request"] for line in lines]
    assert [requests.count(each) for each in dict.fromkeys(requests)] == [20, 20, 11]
    assert [line["event"]["data"] for line in lines[1:50]] == list(range(49))


def test_a_device_keeps_its_instance_and_its_events_through_a_restart(site, client_to):
    away = client_to(NOWHERE, app_type="desktop", gather_seconds=300)
    away.track("kept")
    assert not away.close(5)
    assert away.waiting == 2
    back = client_to(site.root, app_type="desktop", gather_seconds=300)
    assert back.flush()
    lines = site.stored()
    assert types(lines) == ["system.appInstanceData", "kept", "system.appInstanceData"]
    [instance] = {line["instance"] for line in lines}
    assert instance != "com.acme.web"


def test_an_event_keeps_its_id_through_retries(scripted, client_to):
    scripted.script = [(503, {}, b""), (502, {}, b"<html>"), (429, {"Retry-After": "0"}, b""), accepted(1)]
    client = client_to(scripted.url)
    until(lambda: client.waiting == 0)
    bodies = [json.loads(body) for _, body in scripted.requests]
    assert len(bodies) == 4
    assert len({body[0]["meta"]["id"] for body in bodies}) == 1
    assert len({headers["X-Request-Id"] for headers, _ in scripted.requests}) == 1
    assert [headers["X-Attempt"] for headers, _ in scripted.requests] == ["1", "2", "3", "4"]


def test_the_time_that_the_collector_asks_for_is_waited(scripted, client_to):
    scripted.script = [(503, {"Retry-After": "1"}, b""), accepted(1)]
    began = time.monotonic()
    client = client_to(scripted.url)
    until(lambda: client.waiting == 0)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((200, {}, b"<html>log in</html>"), id="a portal"),
        pytest.param((200, {}, b'{"ok": true}'), id="another service"),
        pytest.param((204, {}, b""), id="nothing"),
        pytest.param((302, {"Location": "/elsewhere"}, b""), id="a redirect"),
        pytest.param((404, {}, b""), id="another address"),
        pytest.param(accepted(0, {"errorCode": 500, "eventOffset": 0}), id="a fault"),
        pytest.param(accepted(0), id="none accepted"),
    ],
)
def test_an_answer_that_acknowledges_nothing_keeps_the_events(scripted, client_to, answer):
    scripted.script = [answer]
    client = client_to(scripted.url)
    until(lambda: len(scripted.requests) >= 2)
    assert client.waiting == 1
    scripted.script = [accepted(1)]
    until(lambda: client.waiting == 0)
    assert client.rejected == 0


def test_a_refused_event_does_not_hold_up_the_others(site, client_to):
    client = client_to(site.root, gather_seconds=300)
    client.track("good")
    client.track("too large", "x" * 70_000)
    client.track("good")
    assert client.flush()
    assert set(types(site.stored())) == {"system.appInstanceData", "good"}
    assert client.rejected == 1


def test_a_packet_that_is_too_large_is_halved(scripted, client_to):
    scripted.script = [(413, {}, b"")] * 2 + [accepted(20)]
    client = client_to(scripted.url, gather_seconds=300)
    for number in range(19):
        client.track("x", number)
    until(lambda: client.waiting == 0)
    assert [len(json.loads(body)) for _, body in scripted.requests] == [20, 10, 5, 15]


def test_an_event_that_is_refused_alone_is_given_up(scripted, client_to):
    scripted.script = [(413, {}, b"")] * 5 + [accepted(1)]
    client = client_to(scripted.url, gather_seconds=300)
    client.track("x")
    assert client.flush()
    assert client.rejected == 1


def test_wrong_credentials_stop_it_until_somebody_flushes(site, client_to, log_lines):
    client = client_to(site.root, secret="a wrong one")
    until(lambda: any("does not know the tracking id" in line for line in log_lines))
    client.track("later")
    assert client.flush(5) is False
    assert client.waiting == 2
    assert not [line for line in log_lines if "a wrong one" in line]


def test_of_too_many_the_oldest_are_dropped_and_counted(client_to):
    client = client_to(NOWHERE, limit=10, gather_seconds=300)
    for number in range(30):
        client.track("x", number)
    assert (client.waiting, client.dropped) == (10, 21)


def test_a_flush_waits_for_one_attempt_only(client_to):
    client = client_to(NOWHERE, gather_seconds=300, wait_seconds=60)
    began = time.monotonic()
    assert client.flush(30) is False
    assert client.flush(30) is False
    assert time.monotonic() - began < 20


def test_odd_values_are_sent_as_text(site, client_to):
    odd = {"path": Path("/x"), "nan": float("nan"), ("a", "key"): 1, "set": {1}}
    odd["itself"] = odd
    client = client_to(site.root, gather_seconds=300)
    client.track("odd", odd)
    client.track("infinite", [float("inf"), True, None, 1.5])
    client.track("time", datetime(2026, 1, 1, tzinfo=UTC))
    client.track("half a pair", "\ud800")
    assert client.flush()
    data = {line["event"]["meta"]["type"]: line["event"]["data"] for line in site.stored()}
    assert data["infinite"] == ["inf", True, None, 1.5]
    assert data["time"] == "2026-01-01 00:00:00+00:00"
    assert data["half a pair"] == "?"
    assert {key: value for key, value in data["odd"].items() if key != "itself"} == {
        "path": "/x",
        "nan": "nan",
        "('a', 'key')": 1,
        "set": "{1}",
    }
    assert client.rejected == 0


def test_nothing_is_raised_into_the_application(client_to, tmp_path, log_lines):
    in_memory = client_to(NOWHERE, queue="/proc/nothing/queue.db", gather_seconds=300)
    in_memory.track("kept in memory")
    for wrong in ("", 5, None, "x" * 200):
        in_memory.track(wrong)
    assert in_memory.waiting == 2
    broken = client_to(NOWHERE, queue=tmp_path / "broken.db", gather_seconds=300)
    sqlite3.connect(tmp_path / "broken.db", isolation_level=None).execute("drop table event")
    broken.track("lost")
    broken.flush(0.1)
    assert any("event lost" in line for line in log_lines)


def test_several_processes_may_share_a_file(tmp_path):
    first, second = Queue(tmp_path / "q.db", 100), Queue(tmp_path / "q.db", 100)
    for number in range(4):
        first.add(str(number))
    mine, theirs = first.claim(2), second.claim(10)
    assert [body for _, body in mine] == ["0", "1"]
    assert [body for _, body in theirs] == ["2", "3"]
    first.release(mine)
    assert second.claim(10) == mine


def test_the_file_is_its_owners_and_holds_no_secret(client_to, tmp_path):
    client_to(NOWHERE, gather_seconds=300).track("x")
    files = list(tmp_path.glob("queue.db*"))
    assert files
    assert not any(SECRET.encode() in file.read_bytes() for file in files)
    assert (tmp_path / "queue.db").stat().st_mode & 0o77 == 0


FORKING = """
import os, sys
from bellwether_events import Client
client = Client(sys.argv[1], "acme", sys.argv[2], app_code="forks", queue=sys.argv[3], gather_seconds=300)
client.track("parent")
child = os.fork()
if child == 0:
    client.track("child")
    os._exit(0 if client.flush() else 1)
_, status = os.waitpid(child, 0)
client.track("at exit")
sys.exit(status)
"""
ENDING = """
import sys
from bellwether_events import Client
Client(sys.argv[1], "acme", "secret", app_code="ends", queue=sys.argv[2], gather_seconds=300)
"""


def test_forks_send_too_and_an_ending_program_sends_what_waits(site, tmp_path, environment_of):
    words = [sys.executable, "-c", FORKING, site.root, SECRET, str(tmp_path / "q.db")]
    subprocess.run(words, env=environment_of(PYTHONPATH="clients/python"), check=True, timeout=60)
    lines = site.stored()
    assert sorted(types(lines)) == ["at exit", "child", "parent", "system.appInstanceData"]
    assert len(set(ids(lines))) == 4


def test_an_ending_program_does_not_wait_for_a_collector_that_hangs(tmp_path, environment_of):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scripted) as silent:
        words = [sys.executable, "-c", ENDING, f"http://127.0.0.1:{silent.server_port}", str(tmp_path / "q.db")]
        began = time.monotonic()
        subprocess.run(words, env=environment_of(PYTHONPATH="clients/python"), check=True, timeout=60)
    # Three seconds, and what a busy machine takes to start Python; its request alone would wait for ten.
    assert time.monotonic() - began < 9
    assert len(Queue(tmp_path / "q.db", 10)) == 1
