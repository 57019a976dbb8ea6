"""Runs of overlapping windows at the same time."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bellwether.lake import raw
from tests.fixtures.road import NOW

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

HERE = Path(__file__).parent

NewRoad = Callable[..., Any]


@pytest.mark.parametrize("source", ["github", "statuscake"])
def test_overlapping_windows_at_once_leave_the_rows_of_one_clean_run(
    new_road: NewRoad, sandbox: Any, source: str
) -> None:
    import bellwether.arrow  # noqa: F401  first in the main thread

    windows = [(SINCE, UNTIL), (SINCE + timedelta(hours=9), UNTIL), (SINCE, UNTIL - timedelta(hours=3))]
    alone, together = new_road(source), new_road(source)
    for window in windows:
        alone.run(*window)
    with ThreadPoolExecutor(max_workers=len(windows)) as pool:
        for done in [pool.submit(together.run, *window) for window in windows]:
            done.result(timeout=60)
    assert together.rows() == alone.rows()
    assert together.lake.keys("raw/") == alone.lake.keys("raw/")


def test_the_same_window_twice_at_once_is_one_run(new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]) -> None:
    import bellwether.arrow  # noqa: F401

    expected = clean("github", SINCE, UNTIL, ["commits", "deployments"])
    road = new_road("github", ["commits", "deployments"])
    for _ in range(2):
        with ThreadPoolExecutor(max_workers=2) as pool:
            for done in [pool.submit(road.run, SINCE, UNTIL) for _ in range(2)]:
                done.result(timeout=60)
        assert road.rows() == expected
        road.truncate()


def test_two_processes_at_once_leave_the_rows_of_one_clean_run(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any], environment_of: Callable[..., dict[str, str]]
) -> None:
    streams = ["commits", "issues", "workflow_runs"]
    expected = clean("github", SINCE, UNTIL, streams)
    road = new_road("github", streams)
    given = {"since": SINCE.isoformat(), "until": UNTIL.isoformat(), "streams": streams}
    command = [sys.executable, str(HERE / "run_task.py"), "all", "github", road.name, json.dumps(given)]
    started = [
        subprocess.Popen(command, env=environment_of(), cwd=HERE.parent.parent, stdout=-1, stderr=-2) for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert road.rows() == expected


@pytest.mark.parametrize("last", ["older", "newer"])
def test_of_two_runs_that_read_a_slice_while_the_vendor_changes_the_newer_reading_counts(
    new_road: NewRoad, sandbox: Any, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "PART_BYTES", 2_000)
    clean, road = new_road("github", ["issues", "commits"]), new_road("github", ["issues", "commits"])
    since, until = NOW - timedelta(days=30), NOW - timedelta(hours=1)
    older = road.extract(road.context(since, until))
    sandbox.set_clock(NOW + timedelta(hours=8))
    newer = road.extract(road.context(since, until))
    clean.run(since, until)
    assert [part for part in clean.lake.keys("raw/") if ".0002." in part], "one part alone proves nothing"
    for extracted in (newer, older) if last == "older" else (older, newer):
        road.load(road.stage(extracted))
    assert road.rows() == clean.rows()
    road.truncate()
    road.run(since, until, from_raw=True)
    assert road.rows() == clean.rows()
