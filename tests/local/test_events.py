"""The tracking id that comes with one machine: the collector takes what its secret sends."""

import json
from pathlib import Path

import pytest

from bellwether.events.collector.trackings import Access, load
from local import events


def test_the_collector_knows_the_secret_by_its_hash_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = events.connection(tmp_path / "events.json")
    kept = events.account(tmp_path / "events.json")
    assert kept["secret"] not in made
    assert events.connection(tmp_path / "events.json") == made
    monkeypatch.setenv(events.CONNECTION, made)
    access = Access(load(None, "events"))
    assert access.by_key(events.TRACKING_ID, kept["key"], events.ORIGINS[0])
    assert json.loads(made)["extra"]["trackings"].keys() == {events.TRACKING_ID}
