"""Tracking ids come from a connection or a file; without them nothing starts."""

import json

import pytest

from bellwether.events.collector.__main__ import main
from bellwether.events.collector.trackings import Misconfigured, load

GOOD = {"trackings": {"acme": {"secrets": ["0" * 64], "events_per_day": 5}}}


def test_tracking_ids_come_from_a_file(tmp_path):
    file = tmp_path / "trackings.json"
    file.write_text(json.dumps(GOOD))
    assert load(file, "events")["acme"].events_per_day == 5


def test_tracking_ids_come_from_a_connection(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_EVENTS", json.dumps({"conn_type": "http", "extra": GOOD}))
    assert load(None, "events")["acme"].secrets == ("0" * 64,)


def test_without_tracking_ids_it_does_not_start_and_says_what_to_set(capsys, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        main(["--folder", str(tmp_path), "--connection", "nowhere"])
    assert "AIRFLOW_CONN_NOWHERE" in str(stopped.value)
    assert "--credentials" in str(stopped.value)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "{}",
        '{"trackings": {}}',
        '{"trackings": {"acme": {"secrets": []}}}',
        '{"trackings": {"acme": {"secrets": ["in plain text"]}}}',
        json.dumps({"trackings": {"acme": {"secrets": ["0" * 64] * 3}}}),
        json.dumps({"trackings": {"acme": {"secrets": ["0" * 64], "secret": "in plain text"}}}),
        json.dumps({"trackings": {"acme": {"secrets": ["0" * 64], "keys": ["short"]}}}),
        json.dumps({"trackings": {"acme": {"secrets": ["0" * 64], "origins": ["https://x/"]}}}),
    ],
)
def test_what_is_wrong_with_them_is_said_without_a_secret(tmp_path, wrong):
    file = tmp_path / "trackings.json"
    file.write_text(wrong)
    with pytest.raises(Misconfigured, match=r"trackings\.json") as said:
        load(file, "events")
    assert "plain text" not in str(said.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Misconfigured, match="No such file"):
        load(tmp_path / "nothing.json", "events")
