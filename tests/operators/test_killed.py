"""Tasks that end by SIGKILL in the middle of their work; the next run leaves the rows of a clean one."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.operators.stalling import stalling

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)
STREAMS = ["commits", "issues", "workflow_runs"]
PATIENCE_SECONDS = 60

NewRoad = Callable[..., Any]


@contextmanager
def killed(task: str, road: Any, given: Any, environment: dict[str, str]) -> Iterator[Callable[..., None]]:
    """Run a task in a process of its own, wait for a moment, and kill it there.

    Yields `at(moment)`: it waits until `moment()` holds, then kills.
    """
    command = [sys.executable, str(HERE / "run_task.py"), task, road.source, road.name, json.dumps(given)]
    process = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def at(moment: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not moment():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                pytest.fail(f"{task} did not get there:\n{process.communicate()[0].decode()}")
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL

    try:
        yield at
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def road(new_road: NewRoad) -> Any:
    return new_road("github", STREAMS)


@pytest.fixture
def expected(clean: Callable[..., Any]) -> Any:
    return clean("github", SINCE, UNTIL, STREAMS)


@pytest.fixture
def through(services: Any, environment_of: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    """The environment in which a road's lake is reached on another way."""

    def make(road: Any, url: str) -> dict[str, str]:
        connection = json.loads(road.lake.connection)
        connection["extra"]["endpoint_url"] = url
        return environment_of(**{f"AIRFLOW_CONN_LAKE_{road.name}": json.dumps(connection)})

    return make


def params() -> dict[str, Any]:
    return {"since": str(SINCE), "until": str(UNTIL), "streams": STREAMS}


def zone(road: Any, name: str, ending: str) -> list[str]:
    return [key for key in road.lake.keys(f"{name}/") if key.endswith(ending)]


def finish_and_compare(road: Any, expected: Any) -> None:
    road.run(SINCE, UNTIL)
    assert road.rows() == expected
    assert road.warehouse.query("select relname from pg_class where relname = 'incoming'") == []


def test_killed_while_a_vendor_is_answering(
    road: Any, expected: Any, sandbox: Any, environment_of: Callable[..., dict[str, str]]
) -> None:
    sandbox.misbehave("github", "stall", path="/actions/runs", after=1, count=1000)
    with killed("extract", road, params(), environment_of()) as at:
        at(lambda: any(r["status"] is None for r in sandbox.asked("/actions/runs")) and zone(road, "raw", ".zst"))
    assert not [key for key in zone(road, "raw", ".json") if "workflow_runs" in key]
    sandbox.behave()
    finish_and_compare(road, expected)


@pytest.mark.parametrize(
    ("mark", "after"),
    [
        pytest.param(b"commits/", 1, id="a part"),
        pytest.param(b".json HTTP", 2, id="a manifest"),
    ],
)
def test_killed_while_raw_is_being_written(
    road: Any, expected: Any, services: Any, through: Callable[..., dict[str, str]], mark: bytes, after: int
) -> None:
    with (
        stalling(services.s3_port, mark, after) as way,
        killed("extract", road, params(), through(road, way.url)) as at,
    ):
        at(way.stalled.is_set)
    _nothing_half_written(road)
    road.run(SINCE, UNTIL, from_raw=True)
    assert road.rows() != expected
    finish_and_compare(road, expected)


@pytest.mark.parametrize(
    ("mark", "after"),
    [pytest.param(b".parquet", 3, id="a frame"), pytest.param(b".json HTTP", 5, id="a manifest")],
)
def test_killed_while_staging(
    road: Any, expected: Any, services: Any, through: Callable[..., dict[str, str]], mark: bytes, after: int
) -> None:
    extracted = road.extract(road.context(SINCE, UNTIL))
    with (
        stalling(services.s3_port, mark, after) as way,
        killed("stage", road, extracted, through(road, way.url)) as at,
    ):
        at(way.stalled.is_set)
    _nothing_half_written(road)
    assert len(zone(road, "staged", ".json")) < len(extracted["manifests"])
    road.load(road.stage(extracted))
    assert road.rows() == expected
    finish_and_compare(road, expected)


@pytest.mark.parametrize("table", ["github_issues", "coverage"])
def test_killed_while_loading(
    road: Any, expected: Any, environment_of: Callable[..., dict[str, str]], table: str
) -> None:
    staged = road.stage(road.extract(road.context(SINCE, UNTIL)))
    waiting = "select pid from pg_locks where not granted and relation = %s::regclass"
    with closing(road.warehouse.connect()) as holder, holder.cursor() as holding:
        holding.execute(f"begin; lock table {table} in row exclusive mode")
        with killed("load", road, staged, environment_of()) as at:
            at(lambda: road.warehouse.query(waiting, (table,)))
        holding.execute("rollback")
    _wait_for_backends(road)
    found = road.rows()
    # The stream that was being loaded is not in, nor is its coverage; those before it are, whole.
    loaded = {"github_issues": ["commits"], "coverage": []}[table]
    for stream in STREAMS:
        whole = expected[f"github_{stream}"] if stream in loaded else []
        assert found[f"github_{stream}"] == whole
    assert found["coverage"] == [row for row in expected["coverage"] if row[1] in loaded]
    road.load(staged)
    assert road.rows() == expected
    finish_and_compare(road, expected)


def _nothing_half_written(road: Any) -> None:
    """Every object that is there is whole."""
    from bellwether.lake import Lake, Manifest
    from bellwether.lake.parquet import from_parquet
    from bellwether.lake.raw import decompress

    lake = Lake(f"lake_{road.name}")
    for name in ("raw", "staged"):
        for key in zone(road, name, ".json"):
            for extract in Manifest.read(lake, key).extracts:
                assert all(road.lake.keys(part) for part in extract.parts)
    for key in zone(road, "raw", ".zst"):
        assert decompress(road.lake.read(key)).endswith(b"}\n")
    for key in zone(road, "staged", ".parquet"):
        assert from_parquet(road.lake.read(key)).num_rows > 0


def _wait_for_backends(road: Any) -> None:
    """Until PostgreSQL has noticed that its client is dead."""
    others = "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while road.warehouse.query(others):
        assert time.monotonic() < deadline
        time.sleep(0.02)
