"""Runs of overlapping windows at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

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
