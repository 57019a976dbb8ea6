"""Job 1 killed while it writes, and two of them at once: the tables end as those of one undisturbed run."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bellwether.events import state
from bellwether.lake import Lake
from tests.events.segments import NOON, launch, line, views
from tests.operators.stalling import stalling

HERE = Path(__file__)
CHECKOUT = HERE.parent.parent.parent
TABLES = ("clean", "sessions", "use", "quality", "instances", "requests")


def shipped(house: Any) -> None:
    house.bucket.segments([launch(NOON), *views("phone", NOON, [1, 50])])
    house.collect()
    house.bucket.segments([launch(NOON, "other"), line(at=NOON, instance="other"), *views("phone", NOON, [20])])


def content(house: Any) -> dict[str, list[str]]:
    return {table: sorted(map(str, house.rows(table))) for table in TABLES}


@pytest.mark.parametrize(
    "mark", [b"PUT /{bucket}/clean/events", b"PUT /{bucket}/sessions", b"PUT /{bucket}/state/events/"]
)
def test_killed_while_it_writes(
    house: Any, services: Any, environment_of: Callable[..., dict[str, str]], mark: bytes
) -> None:
    shipped(house)
    before, version = content(house), state.newest(Lake("lake")).version
    connection = json.loads(house.lake.connection)
    asked = mark.replace(b"{bucket}", house.lake.bucket.encode())
    with stalling(services.s3_port, asked, 0) as way:
        connection["extra"]["endpoint_url"] = way.url
        environment = environment_of(AIRFLOW_CONN_LAKE=json.dumps(connection))
        process = subprocess.Popen([sys.executable, str(HERE)], env=environment, cwd=CHECKOUT)
        try:
            assert way.stalled.wait(120)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert (content(house), state.newest(Lake("lake")).version) == (before, version)
    house.collect()
    after = content(house)
    assert after != before
    house.collect(rebuild=True)
    assert content(house) == after


def test_two_at_once(house: Any) -> None:
    shipped(house)
    threads = [threading.Thread(target=house.collect) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = content(house)
    assert len(after["clean"]) == 6
    house.collect(rebuild=True)
    assert content(house) == after


if __name__ == "__main__":
    from datetime import date

    from bellwether.events.declared import Declared
    from bellwether.events.run import collect

    collect(Lake("lake"), Declared(), date(2026, 11, 1), date(2026, 11, 30))
