"""What cannot be read: the others go on, the load says what is missing, and nobody claims to have looked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from bellwether.hooks.errors import ApiError
from bellwether.sources.github import GitHubToS3Operator
from tests.hooks.conftest import Service

SINCE, UNTIL = datetime(2026, 11, 12, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)

NewRoad = Callable[..., Any]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        pytest.param("forbidden", "answered 403", id="no permission"),
        pytest.param("500", "answered 500", id="the vendor broken"),
        pytest.param("cut", "broke off", id="answers cut short"),
    ],
)
def test_a_subject_that_fails_does_not_stop_the_others(
    new_road: NewRoad, sandbox: Any, clean: Callable[..., Any], kind: str, why: str
) -> None:
    streams = ["commits", "issues"]
    expected = clean("github", SINCE, UNTIL, streams)
    road = new_road("github", streams)
    sandbox.misbehave("github", kind, path="dogbreed/api/commits", count=1000)
    with pytest.raises(AirflowFailException) as failed:
        road.run(SINCE, UNTIL)
    assert "commits dogbreed/api" in str(failed.value)
    assert why in str(failed.value)
    assert "dogbreed/site" not in str(failed.value)
    found = road.rows()
    assert found["github_issues"] == expected["github_issues"]
    assert found["github_commits"] == [row for row in expected["github_commits"] if row[0] == "dogbreed/site"]
    missing = [row for row in expected["coverage"] if row not in found["coverage"]]
    assert {row[1:3] for row in missing} == {("commits", "dogbreed/api")}
    sandbox.behave()
    road.run(SINCE, UNTIL)
    assert road.rows() == expected


def test_an_error_that_passes_leaves_no_trace(new_road: NewRoad, sandbox: Any, clean: Callable[..., Any]) -> None:
    expected = clean("github", SINCE, UNTIL)
    road = new_road("github")
    for kind in ("500", "502", "cut", "html", "garbage", "429"):
        sandbox.misbehave("github", kind, path="/repos/", count=2, after=3)
    road.run(SINCE, UNTIL)
    assert road.rows() == expected


def test_a_service_that_is_down_is_a_clear_error(
    new_road: NewRoad, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = new_road("github", ["commits"])
    connection = {"conn_type": "http", "host": "http://127.0.0.1:9", "password": "secret-token"}
    connection["extra"] = {"repositories": ["a/b"], "backoff_seconds": 0.01}
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(connection))
    with pytest.raises(
        ApiError, match=r"'github': GET /repos/a/b/commits failed: .* nothing listens at that port"
    ) as failed:
        road.run(SINCE, UNTIL)
    assert not isinstance(failed.value, AirflowFailException), "Airflow is to try again"
    assert "secret-token" not in str(failed.value)
    assert road.rows() == {"github_commits": [], "coverage": []}


@pytest.mark.parametrize("source", ["flights", "github", "google_analytics", "postman", "statuscake"])
def test_wrong_credentials_fail_for_good_and_at_once(
    new_road: NewRoad, sandbox: Any, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    road = new_road(source)
    name = f"AIRFLOW_CONN_{source.upper()}"
    connection = json.loads(_environment(name))
    if "password" in connection:
        connection["password"] = "wrong-" + connection["password"]
    else:
        connection["extra"]["keyfile_dict"]["client_email"] = "nobody@nowhere.iam.gserviceaccount.com"
    monkeypatch.setenv(name, json.dumps(connection))
    with pytest.raises(AirflowFailException, match=f"'{source}'") as failed:
        road.run(SINCE, UNTIL)
    assert connection.get("password", "PRIVATE KEY") not in str(failed.value)
    # Threads that are under way already may ask once more each.
    assert len(sandbox.asked()) <= 8
    assert not [row for row in road.rows()["coverage"] if row[7]], "nothing was looked at"


def test_a_missing_connection_fails_for_good_with_an_example(
    new_road: NewRoad, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = new_road("github")
    monkeypatch.delenv("AIRFLOW_CONN_GITHUB")
    with pytest.raises(AirflowFailException, match=r"'github' does not exist.*AIRFLOW_CONN_GITHUB="):
        road.run(SINCE, UNTIL)


def test_a_used_up_quota_stops_further_questions(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    sandbox.misbehave("github", "quota", count=1000, seconds=3000)
    with pytest.raises(ApiError, match=r"It asks to wait [\d,]+ s: run this window again after that") as failed:
        road.run(SINCE, UNTIL)
    assert not isinstance(failed.value, AirflowFailException), "Airflow is to try again later"
    assert len(sandbox.asked()) <= 8


def test_a_test_deleted_meanwhile_is_skipped_and_noted(new_road: NewRoad, sandbox: Any) -> None:
    sandbox.connect("statuscake", tests=["1", *_all_tests(sandbox)])
    road = new_road("statuscake", ["periods", "alerts"])
    road.run(SINCE, UNTIL)
    gone = road.warehouse.query("select stream, is_complete, row_count, flags from coverage where subject = '1'")
    assert sorted(gone) == [("alerts", False, 0, "gone"), ("periods", False, 0, "gone")]
    assert len(road.rows()["statuscake_periods"]) >= 3


def test_a_window_that_is_not_said_asks_nobody(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    # Not to be tried again: the run will say no more the next time.
    with pytest.raises(AirflowFailException, match=r'Trigger it with both, for instance \{"since"'):
        road.extract({"params": {}, "dag_run": None, "data_interval_start": None, "data_interval_end": None})
    assert sandbox.asked() == road.lake.keys() == []


def test_a_stream_that_a_source_does_not_have_is_named(new_road: NewRoad, sandbox: Any) -> None:
    road = new_road("github")
    operator = GitHubToS3Operator(task_id="extract", streams=["comits"], lake_conn_id=f"lake_{road.name}")
    with pytest.raises(ValueError, match=r"github has no stream \['comits'\]; it has \['commits', 'deployments'"):
        operator.execute(road.context(SINCE, UNTIL))


def _environment(name: str) -> str:
    import os

    return os.environ[name]


def _all_tests(sandbox: Any) -> list[str]:
    from bellwether.sources.statuscake import PERIODS, StatusCakeHook

    return StatusCakeHook().subjects(PERIODS)


@pytest.mark.parametrize("status", [410, 451])
def test_what_is_not_there_for_good_does_not_fail_the_run(
    new_road: NewRoad, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    service = Service()
    service.answers({"status": status, "body": b'{"message": "Issues has been disabled in this repository."}'})
    road = new_road("github", ["issues"])
    connection = {"conn_type": "http", "host": service.root, "password": "secret-token"}
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(connection | {"extra": {"repositories": ["a/b"]}}))
    road.run(SINCE, UNTIL)
    service.stop()
    complete = {row[7] for row in road.rows()["coverage"]}
    assert complete == {False}
