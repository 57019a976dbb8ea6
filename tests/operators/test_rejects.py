"""Schema drift: what does not fit goes to rejected/, what is new stays in raw, too much of it stops a stream."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.lake.raw import decompress, read_part
from sandbox.limits import Limits

SINCE, UNTIL = datetime(2026, 11, 12, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

NewRoad = Callable[..., Any]


def rejects(road: Any) -> list[dict[str, Any]]:
    found = [decompress(road.lake.read(key)) for key in road.lake.keys("rejected/")]
    return [msgspec.json.decode(line) for body in found for line in body.splitlines()]


def test_an_unknown_field_changes_no_row_and_stays_in_raw(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]
) -> None:
    expected = clean("github", SINCE, UNTIL, ["commits"])
    road = new_road("github", ["commits"])
    sandbox.misbehave("github", "extra_field", path="/commits", count=1000)
    road.run(SINCE, UNTIL)
    assert road.rows() == expected
    parts = [read_part(Lake(f"lake_{road.name}"), key)[0] for key in road.lake.keys("raw/") if key.endswith(".zst")]
    assert any(b'"undocumented"' in lines for lines in parts)
    assert rejects(road) == []


def test_a_record_that_does_not_fit_is_set_aside_with_its_reason(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]
) -> None:
    expected = clean("github", SINCE, UNTIL, ["commits"])["github_commits"]
    road = new_road("github", ["commits"])
    sandbox.misbehave("github", "malformed", path="dogbreed/site/commits", count=1)
    said = road.run(SINCE, UNTIL)
    (reject,) = rejects(road)
    assert "commit.committer.date" in reject["reason"]
    record = msgspec.json.decode(msgspec.convert(reject["record"], bytes, strict=False))
    assert record["commit"]["committer"]["date"] == {"when": "recently"}
    (key,) = road.lake.keys("rejected/")
    assert key.startswith("rejected/github/commits/dt=2026-11-")
    assert said["commits"]["rejected"] == 1
    assert said["commits"]["rows"] == len(expected) - 1
    found = road.rows()["github_commits"]
    assert found == [row for row in expected if row[1] != record["sha"]]
    counted = "select sum(row_count), sum(rejected_count) from coverage where subject = 'dogbreed/site'"
    (rows, rejected) = road.warehouse.query(counted)[0]
    assert (rows, rejected) == (sum(row[0] == "dogbreed/site" for row in found), 1)


def test_a_run_without_rejects_takes_the_place_of_one_with(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]
) -> None:
    road = new_road("github", ["commits"])
    sandbox.misbehave("github", "malformed", path="dogbreed/site/commits", count=1)
    road.run(SINCE, UNTIL)
    assert road.rows() != clean("github", SINCE, UNTIL, ["commits"])
    road.run(SINCE, UNTIL)
    assert road.rows() == clean("github", SINCE, UNTIL, ["commits"])


@pytest.fixture
def small_pages(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records a page, of which a malformed answer spoils one."""
    monkeypatch.setattr(sandbox.house, "limits", Limits.none(github_page=3))


@pytest.mark.usefixtures("small_pages")
def test_too_many_rejects_keep_a_stream_out_and_let_the_others_in(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]
) -> None:
    expected = clean("github", SINCE, UNTIL, ["commits", "issues"])
    road = new_road("github", ["commits", "issues"])
    sandbox.misbehave("github", "malformed", path="/commits", count=1000)
    with pytest.raises(AirflowFailException, match=r"commits: \d+ of \d+ records were rejected"):
        road.run(SINCE, UNTIL)
    found = road.rows()
    assert found["github_commits"] == []
    assert found["github_issues"] == expected["github_issues"]
    assert found["coverage"] == [row for row in expected["coverage"] if row[1] == "issues"]
    assert len(rejects(road)) >= 10
    sandbox.behave()
    road.run(SINCE, UNTIL)
    assert road.rows() == expected


@pytest.mark.usefixtures("small_pages")
def test_a_few_rejects_do_not_stop_a_stream(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github", ["commits"])
    sandbox.connect("github", repositories=["dogbreed/api"])
    sandbox.misbehave("github", "malformed", path="/commits", count=1000)
    said = road.run(SINCE, SINCE + timedelta(minutes=5))["commits"]
    assert 0 < said["rejected"] < 10
    assert said["rejected"] > 0.2 * said["records"]
    assert len(road.rows()["github_commits"]) == said["rows"] > 0
