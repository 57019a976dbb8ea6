"""The road of a source from its API to the warehouse: what lies where, and what a second run changes."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow.parquet as pq
import pytest

from bellwether.arrow import pa
from bellwether.lake import Lake, Manifest
from bellwether.lake.raw import read_part
from bellwether.sources import source_of
from tests.clock import NOW

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 13, 6, tzinfo=UTC)
TELL_OF_NOW = ("postman_monitors", "statuscake_tests", "github_issues")
SOURCES = ["flights", "github", "google_analytics", "postman", "statuscake"]

NewRoad = Callable[..., Any]


@pytest.mark.parametrize("source", SOURCES)
def test_a_second_run_changes_nothing_and_a_later_one_only_when_it_was_observed(
    new_road: NewRoad, sandbox: Any, source: str
) -> None:
    road = new_road(source)
    first = road.run(SINCE, UNTIL)
    rows, keys = road.rows(), road.lake.keys()
    assert rows["coverage"]
    assert sum(stream["rows"] for stream in first.values()) > 0
    second = road.run(SINCE, UNTIL)
    assert (road.rows(), road.lake.keys()) == (rows, keys)
    assert {name: said["rows"] for name, said in second.items()} == {name: said["rows"] for name, said in first.items()}
    facts = [table for table in road.tables if table not in TELL_OF_NOW]
    before = road.rows(but_observed_at=True)
    sandbox.set_clock(NOW + timedelta(minutes=5))
    road.run(SINCE, UNTIL)
    after = road.rows(but_observed_at=True)
    assert {table: after[table] for table in facts} == {table: before[table] for table in facts}
    assert road.rows() != rows


def test_a_window_run_in_pieces_leaves_the_rows_of_one_run(new_road: NewRoad, clean: Callable[..., Any]) -> None:
    road = new_road("github")
    cuts = [SINCE, SINCE + timedelta(hours=7), SINCE + timedelta(hours=20, minutes=5), UNTIL]
    for since, until in reversed(list(pairwise(cuts))):
        road.run(since, until)
    whole, pieces = clean("github", SINCE, UNTIL), road.rows()
    # Lookbacks reach back from each piece, from the first one no further than from the whole.
    for table in road.tables:
        assert pieces[table] == whole[table]


def test_what_lies_in_the_lake_after_a_run(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits", "workflow_runs"])
    road.run(SINCE, UNTIL)
    window = "20261110T220000Z--20261112T000000Z"
    keys = [re.sub(r"\.[0-9a-f]{12}\.jsonl", ".jsonl", key) for key in road.lake.keys("raw/github/commits/")]
    assert [key for key in keys if window in key] == [
        f"raw/github/commits/dt=2026-11-10/{window}.dogbreed-api-3ce8da.0001.jsonl.zst",
        f"raw/github/commits/dt=2026-11-10/{window}.dogbreed-site-c4d452.0001.jsonl.zst",
        f"raw/github/commits/dt=2026-11-10/{window}.json",
    ]
    raw = [key for key in road.lake.keys("raw/") if key.endswith(".jsonl.zst")]
    staged = [key for key in road.lake.keys("staged/") if key.endswith(".parquet")]
    assert [key.removeprefix("raw/").removesuffix(".jsonl.zst") for key in raw] == [
        key.removeprefix("staged/").removesuffix(".parquet") for key in staged
    ]
    assert road.lake.keys("rejected/") == []


def test_raw_records_are_the_api_s_own(new_road: NewRoad, sandbox: Any) -> None:
    import requests

    road = new_road("github", ["commits"])
    road.run(SINCE, UNTIL)
    lake = Lake(f"lake_{road.name}")
    lines: list[bytes] = []
    for key in road.lake.keys("raw/"):
        if key.endswith(".jsonl.zst"):
            body, reading = read_part(lake, key)
            lines += body.splitlines() if reading.subject == "dogbreed/site" else []
    sha = json.loads(lines[0])["sha"]
    answer = requests.get(
        f"{sandbox.root}/github/repos/dogbreed/site/commits",
        headers={"Authorization": f"Bearer {sandbox.house.credentials.github_token}"},
        params={"per_page": 100, "since": "2026-11-10T22:00:00Z", "until": "2026-11-13T06:00:00Z"},
        timeout=10,
    )
    theirs = {record["sha"]: record for record in answer.json()}
    assert json.loads(lines[0]) == theirs[sha]
    assert lines[0] in answer.content
    assert len(lines) == len(theirs) > 20


def test_staged_rows_are_typed_and_are_the_table_s(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits"])
    road.run(SINCE, UNTIL)
    stream = source_of("github").streams_by_name()["commits"]
    frames = [
        pq.ParquetFile(pa.BufferReader(road.lake.read(key))).read()
        for key in road.lake.keys("staged/")
        if key.endswith(".parquet")
    ]
    assert all(frame.column_names == list(stream.column_names) for frame in frames)
    assert frames[0].schema.field("committed_at").type == pa.timestamp("us", tz="UTC")
    staged = sorted((tuple(row.values()) for frame in frames for row in frame.to_pylist()), key=repr)
    # The table's last column says since when a row is gone.
    assert staged == [row[:-1] for row in road.rows()["github_commits"]]


def test_xcom_carries_keys_and_counts_and_no_rows(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    extracted = road.extract(road.context(SINCE, UNTIL))
    staged = road.stage(extracted)
    loaded = road.load(staged)
    assert set(extracted) == set(staged) == {"manifests", "seconds", "marks"}
    assert all(key.startswith("raw/github/") and key.endswith(".json") for key in extracted["manifests"])
    assert all(key.startswith("staged/github/") and key.endswith(".json") for key in staged["manifests"])
    assert len(json.dumps([extracted, staged, loaded])) < 5_000
    for stream, said in loaded.items():
        (count,) = road.warehouse.query(f"select count(*) from github_{stream}")[0]
        assert said["rows"] == count > 0
        assert said["rejected"] == 0
        assert said["seconds"] > 0
        assert datetime.fromisoformat(said["since"]) <= SINCE
        assert datetime.fromisoformat(said["until"]) == UNTIL


def test_the_ledger_covers_the_whole_window_of_every_subject(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    road.run(SINCE, UNTIL)
    found = road.warehouse.query(
        "select stream, subject, min(window_start), max(window_end), sum(row_count), bool_and(is_complete), "
        "sum(extract(epoch from window_end - window_start)) from coverage group by 1, 2"
    )
    streams = source_of("github").streams_by_name()
    assert {(stream, subject) for stream, subject, *_ in found} == {
        (stream, subject) for stream in streams for subject in ("dogbreed/site", "dogbreed/api")
    }
    for stream, subject, start, end, rows, is_complete, seconds in found:
        assert (start, end, is_complete) == (SINCE - streams[stream].lookback, UNTIL, True)
        assert seconds == (end - start).total_seconds()
        counted = f"select count(*) from github_{stream} where repository = %s"
        assert road.warehouse.query(counted, (subject,)) == [(rows,)]


def test_a_manifest_keeps_the_subjects_that_a_later_run_leaves_out(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits"])
    sandbox.connect("github", repositories=["dogbreed/site"])
    road.run(SINCE, UNTIL)
    sandbox.connect("github", repositories=["dogbreed/api"])
    road.run(SINCE, UNTIL)
    expected = road.rows()
    lake = Lake(f"lake_{road.name}")
    for key in road.manifests:
        assert [extract.subject for extract in Manifest.read(lake, key).extracts] == ["dogbreed/api", "dogbreed/site"]
    road.truncate()
    road.run(SINCE, UNTIL, from_raw=True)
    assert road.rows() == expected
