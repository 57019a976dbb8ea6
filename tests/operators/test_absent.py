"""A stream that a vendor does not have of a subject: noted as gone, asked again once a day, or left out altogether."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.lake.marks import Marks

SINCE, UNTIL = datetime(2026, 11, 12, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)
STEP = timedelta(minutes=5)
ISSUES = "dogbreed/api/issues"
NewRoad = Callable[..., Any]


def issues(road: Any) -> set[tuple[bool, str]]:
    return set(
        road.warehouse.query(
            "select is_complete, flags from coverage where stream = 'issues' and subject = 'dogbreed/api'"
        )
    )


@pytest.fixture
def road(new_road: NewRoad, sandbox: Any) -> Any:
    sandbox.misbehave("github", "gone", path=ISSUES, count=1000)
    made = new_road("github", ["commits", "issues"])
    made.run(SINCE, UNTIL, scheduled=True)
    return made


def test_a_stream_that_is_not_found_of_a_repository_is_gone_and_the_rest_is_loaded(road: Any) -> None:
    assert issues(road) == {(False, "gone")}
    assert {row[0] for row in road.rows()["github_commits"]} == {"dogbreed/site", "dogbreed/api"}
    assert {row[0] for row in road.rows()["github_issues"]} == {"dogbreed/site"}


def test_it_is_not_asked_about_by_the_schedule_for_a_day_but_by_hand(road: Any, sandbox: Any) -> None:
    sandbox.house.requests.clear()
    road.run(UNTIL, UNTIL + STEP, scheduled=True)
    assert sandbox.asked(ISSUES) == []
    assert issues(road) == {(False, "gone")}
    road.run(UNTIL, UNTIL + STEP)
    assert len(sandbox.asked(ISSUES)) == 1


def test_once_it_is_back_the_time_since_is_read(road: Any, sandbox: Any, clean: Callable[..., Any]) -> None:
    sandbox.behave()
    expected = clean("github", SINCE, UNTIL + STEP, ["issues"])["github_issues"]
    a_day_ago = datetime.now(UTC) - timedelta(days=1, minutes=1)
    Marks(Lake(f"lake_{road.name}"), "github").put("gone/issues", "dogbreed/api", a_day_ago.isoformat())
    road.run(UNTIL, UNTIL + STEP, scheduled=True)
    found = {row[:2] for row in road.rows()["github_issues"] if row[0] == "dogbreed/api"}
    assert found == {row[:2] for row in expected if row[0] == "dogbreed/api"} != set()


def test_a_repository_that_is_not_found_at_all_is_an_error(new_road: NewRoad, sandbox: Any) -> None:
    sandbox.connect("github", repositories=["dogbreed/site", "dogbreed/misspelt"])
    road = new_road("github", ["issues"])
    with pytest.raises(AirflowFailException, match="dogbreed/misspelt"):
        road.run(SINCE, UNTIL, scheduled=True)


def test_what_is_left_out_is_not_asked_about(new_road: NewRoad, sandbox: Any) -> None:
    sandbox.connect("github", leave_out={"dogbreed/api": ["issues"]})
    road = new_road("github", ["commits", "issues"])
    road.run(SINCE, UNTIL)
    assert sandbox.asked(ISSUES) == []
    assert issues(road) == set()
    assert {row[0] for row in road.rows()["github_commits"]} == {"dogbreed/site", "dogbreed/api"}


@pytest.mark.parametrize("wrong", [["issues"], {"dogbreed/api": "issues"}, {"dogbreed/api": ["isues"]}], ids=repr)
def test_a_wrong_leave_out_is_named(new_road: NewRoad, sandbox: Any, wrong: Any) -> None:
    sandbox.connect("github", leave_out=wrong)
    with pytest.raises(AirflowFailException, match="'leave_out' in its extra"):
        new_road("github", ["issues"]).run(SINCE, UNTIL)
