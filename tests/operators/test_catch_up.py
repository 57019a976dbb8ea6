"""After an outage of our own: the hole is read, and the vendor is asked no more than that takes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

MIDNIGHT = datetime(2026, 11, 12, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)

NewRoad = Callable[..., Any]


def run_at(road: Any, sandbox: Any, hour: float, path: str = "", **how: Any) -> int:
    """One five-minute run, half a minute after its interval has ended; returns how often the path was asked for."""
    end = MIDNIGHT + timedelta(hours=hour)
    sandbox.set_clock(end + timedelta(seconds=30))
    sandbox.house.requests.clear()
    road.run(end - FIVE_MINUTES, end, **({"scheduled": True} | how))
    return len(sandbox.asked(path))


def test_a_scheduled_run_fills_the_hole_with_one_more_look(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("statuscake", ["history"])
    sandbox.connect("statuscake", tests=_tests(sandbox))
    subjects = len(_tests(sandbox))
    usual = [run_at(road, sandbox, hour, "/history") for hour in (8, 8 + 1 / 12)]
    assert usual == [subjects, subjects]
    after = run_at(road, sandbox, 11, "/history")
    assert after == subjects
    assert run_at(road, sandbox, 11 + 1 / 12, "/history") == subjects
    whole = new_road("statuscake", ["history"])
    whole.run(MIDNIGHT + timedelta(hours=8) - FIVE_MINUTES, MIDNIGHT + timedelta(hours=11) + FIVE_MINUTES)
    found, expected = (one.rows(but_observed_at=True)["statuscake_history"] for one in (road, whole))
    assert found == expected
    assert len(found) > 60


def test_a_run_by_hand_reads_its_window_and_leaves_the_hole(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["issues"])
    run_at(road, sandbox, 1)
    run_at(road, sandbox, 20, scheduled=False)
    starts = road.warehouse.query("select distinct window_start from coverage order by 1")
    lookback = timedelta(hours=1)
    assert [start for (start,) in starts] == [
        MIDNIGHT + timedelta(hours=hour) - FIVE_MINUTES - lookback for hour in (1, 20)
    ]


def test_a_subject_that_failed_is_read_again_by_the_next_scheduled_run(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["issues"])
    run_at(road, sandbox, 10)
    sandbox.misbehave("github", "forbidden", path="dogbreed/api/issues")
    with pytest.raises(Exception, match="dogbreed/api"):
        run_at(road, sandbox, 14)
    sandbox.behave()
    assert run_at(road, sandbox, 14 + 1 / 12) == 2
    holes = road.warehouse.query(
        "select subject from (select subject, window_start, max(window_end) over (partition by subject "
        "order by window_start rows between unbounded preceding and 1 preceding) as reached from coverage) as c "
        "where window_start > reached"
    )
    assert holes == []


def test_only_missing_asks_nothing_about_what_is_settled(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits", "workflow_runs"])
    day = (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    road.run(*day)
    rows = road.rows()
    sandbox.house.requests.clear()
    assert road.run(*day, only_missing=True) == {}
    assert sandbox.asked() == []
    assert road.rows() == rows


def test_only_missing_reads_what_the_ledger_lacks(new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]) -> None:
    since, until = MIDNIGHT + timedelta(hours=6), MIDNIGHT + timedelta(hours=18)
    road = new_road("github", ["commits"])
    road.run(since + timedelta(hours=2), since + timedelta(hours=5))
    said = road.run(since, until, only_missing=True)
    expected = clean("github", since, until, ["commits"])
    # The whole run reads a day more, as commits come late.
    found = set(road.rows()["github_commits"])
    assert {row for row in expected["github_commits"] if since <= row[2] < until} == {
        row for row in found if since <= row[2] < until
    }
    assert said["commits"]["rows"] > 0


def _tests(sandbox: Any) -> list[str]:
    import requests

    answer = requests.get(
        f"{sandbox.root}/statuscake/v1/uptime",
        headers={"Authorization": f"Bearer {sandbox.house.credentials.statuscake_token}"},
        timeout=10,
    )
    return [test["id"] for test in answer.json()["data"]]
