"""The sandbox's rides as a file and in the lake, and where they must not go."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import csv, parquet

from deploy.compose import start
from local.environment import is_all_invented
from sandbox.__main__ import main
from sandbox.ride_history import KEY, NEEDED, supply

NOW = datetime(2026, 11, 20, 12, 3, tzinfo=UTC)
WEEK = timedelta(weeks=1)
VENDORS = {"AIRFLOW_CONN_WEATHER": "ours", "AIRFLOW_CONN_FLIGHTS": "ours", "AIRFLOW_CONN_GITHUB": "ours"}


def test_the_same_rides_are_written_as_csv_and_as_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / name for name in ("rides.csv", "rides.parquet")]
    for file in files:
        assert main(["rides", "--weeks", "1", "--out", str(file)]) == 0
    told, kept = csv.read_csv(files[0]).to_pandas(), parquet.read_table(files[1]).to_pandas()
    assert told["rides"].tolist() == kept["rides"].tolist()
    assert len(kept) > 30 * 168
    assert files[0].read_text().splitlines()[1].split(",")[2].endswith("00:00:00Z")
    assert main(["rides", "--out", str(tmp_path / "rides.txt")]) == 1
    assert "must end in .csv or .parquet" in capsys.readouterr().err


def test_the_rides_of_a_day_are_put_there_once(lake: Any) -> None:
    said: list[str] = []
    times = []
    for now in (NOW, NOW + timedelta(hours=5), NOW + timedelta(days=1)):
        supply(lake.client, lake.bucket, now, said.append, history=WEEK)
        times.append(lake.client.head_object(Bucket=lake.bucket, Key=KEY)["Metadata"]["until"])
    assert len(said) == 2
    assert times == ["2026-11-20T00:00:00+00:00"] * 2 + ["2026-11-21T00:00:00+00:00"]


def test_rides_are_invented_only_where_weather_flights_and_stores_are() -> None:
    own = {"AIRFLOW_CONN_FLIGHTS": "mine"}
    assert is_all_invented(NEEDED, VENDORS, {}, {"AIRFLOW_CONN_GITHUB": "mine"})
    assert not is_all_invented(NEEDED, VENDORS, own, {})
    assert not is_all_invented(NEEDED, VENDORS, {}, own)
    assert not is_all_invented(NEEDED, VENDORS, {}, {"AIRFLOW_CONN_WAREHOUSE": "mine"})
    assert not is_all_invented(NEEDED, VENDORS, {}, {"AIRFLOW_CONN_LAKE": "mine"})


@pytest.mark.parametrize("owned", ["lake", "warehouse", "weather", "flights", None])
def test_compose_brings_rides_to_its_own_lake_only(
    lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owned: str | None
) -> None:
    ours = json.loads(lake.connection)
    monkeypatch.setattr(start, "LAKE", ours["extra"]["endpoint_url"])
    vendors = {name: {"host": f"{start.SANDBOX}/{name}"} for name in ("weather", "flights", "github")}
    connections = {"lake": ours, "warehouse": {"host": "postgres"}, **vendors}
    theirs = {"lake": {"extra": {"endpoint_url": "https://s3.example.com"}}}
    if owned:
        connections[owned] = theirs.get(owned, {"host": "theirs.example.com"})
    (tmp_path / "connections").mkdir()
    (tmp_path / "connections" / "connections.json").write_text(json.dumps(connections))
    said: list[str] = []
    start.supply_rides(start.Known(tmp_path), said.append)
    assert lake.keys() == ([] if owned else [KEY])
    assert len(said) == (0 if owned else 1)
