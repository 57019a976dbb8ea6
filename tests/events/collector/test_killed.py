"""Processes: killed under load nothing that was acknowledged is lost; ended in order nothing is left behind."""

import itertools
import json
import os
import signal
from collections.abc import Callable, Iterator

import msgspec
import pytest

from tests.events.collector.killing import Load, Nursery, balance, ended, kill_under_load, nursery
from tests.events.collector.site import TRACKINGS, ids, lines_in, lines_of

KILLS = 3


@pytest.fixture
def collectors(emptied, tmp_path, environment_of: Callable[..., dict[str, str]]) -> Iterator[Nursery]:
    credentials = tmp_path / "trackings.json"
    credentials.write_bytes(msgspec.json.encode({"trackings": TRACKINGS}))
    words = ["--credentials", str(credentials), "--folder", str(tmp_path / "segments")]
    with nursery(words, environment_of(AIRFLOW_CONN_LAKE=emptied.connection)) as made:
        yield made


def test_kills_lose_nothing_acknowledged_and_an_orderly_end_leaves_nothing(collectors, emptied, tmp_path):
    acknowledged, _ = kill_under_load(collectors, KILLS, connections=4, seconds=0.05)
    assert len(acknowledged) >= 20 * KILLS

    pid = collectors.start()
    load = Load(collectors.port, 2, itertools.count(10_000_000))
    while not load.acknowledged:
        assert not ended(pid, 0.01)
    os.kill(pid, signal.SIGTERM)
    load.join()
    assert ended(pid)
    acknowledged += load.acknowledged

    found = balance(acknowledged, ids(lines_of(emptied)))
    assert found["lost"] == 0, found
    assert found["twice"] == 0, "every segment went to the lake once"
    assert not lines_in(tmp_path / "segments")
    pages = [json.loads(emptied.read(key)) for key in emptied.keys("raw/events/_listening/")]
    assert [page["ended"] for page in pages].count(True) == len({page["collector"] for page in pages}) - KILLS
