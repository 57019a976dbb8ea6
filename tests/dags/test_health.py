"""The DAG `health` run by Airflow itself: green, red and green again, with what people hear counted."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.sources import source_of
from bellwether.sql import render
from tests.watch.alerts import ears

Parse = Callable[[], Any]

REPOSITORY = "dogbreed/site"
GITHUB = {"conn_type": "http", "password": "token-0123456789", "extra": {"repositories": [REPOSITORY]}}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def known(metadata: None, parse: Parse) -> None:
    """The DAGs, as Airflow's DAG processor makes them known to it."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db

    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(parse(), "dags-folder", None)


@pytest.fixture
def house(warehouse: Any, lake: Any, known: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A warehouse with a ledger, and a lake, where somebody means to read GitHub; nobody was told of anything."""
    from airflow.models.asset_state_store import AssetStateStoreModel
    from airflow.utils.session import create_session

    warehouse.query(render("tables/coverage.sql"))
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(GITHUB))
    with create_session() as session:
        session.query(AssetStateStoreModel).delete()
    pause("github", False)
    return warehouse


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ears.Slack]:
    with ears.slack() as made:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", made.connection)
        yield made


def pause(dag_id: str, is_paused: bool) -> None:
    from airflow.models.dag import DagModel
    from airflow.utils.session import create_session

    with create_session() as session:
        session.get(DagModel, dag_id).is_paused = is_paused


def cover(house: Any, ago: timedelta = timedelta(), **late: timedelta) -> datetime:
    """Note for every stream five minutes that ended `ago`, or as long ago as `late` says; return the present."""
    rows, now = [], datetime.now(UTC)
    for stream in source_of("github").streams_by_name():
        end = now - late.get(stream, ago)
        rows += [("github", stream, REPOSITORY, end - timedelta(minutes=5), end, 1, 0, True, "", end)]
    house.query(f"insert into coverage values {', '.join(['%s'] * len(rows))}", rows)
    return now


def look(parse: Parse, **conf: Any) -> tuple[str, Any]:
    """Run it; returns the task's state and the problems it told."""
    task = parse().dags["health"].test(run_conf=conf or None).get_task_instance("look")
    return str(task.state), task.xcom_pull(task_ids="look", key="problems")


def test_it_turns_red_tells_once_and_tells_again_when_all_is_well(parse: Parse, house: Any, slack: ears.Slack) -> None:
    since = cover(house, commits=HOUR) - HOUR
    state, problems = look(parse)
    assert state == "failed"
    assert problems == [
        f"GitHub: commits of dogbreed/site not covered since {since:%Y-%m-%d %H:%M} UTC, for 1 hour. "
        "See the last runs of the DAG 'github'."
    ]
    (text,) = slack.texts
    assert text.startswith(f"bellwether: 1 problem\nNew:\n- {problems[0]}\n\nhttp")
    assert look(parse)[0] == "failed"
    assert len(slack.texts) == 1, "nothing has changed, so there is nothing to tell"
    cover(house)
    assert look(parse) == ("success", [])
    assert len(slack.texts) == 2
    assert slack.texts[1].startswith("bellwether: all is well again\nOver:\n- GitHub: commits late")
    assert look(parse) == ("success", [])
    assert len(slack.texts) == 2


def test_what_could_not_be_told_is_told_by_the_next_run(parse: Parse, house: Any, slack: ears.Slack) -> None:
    cover(house, commits=HOUR)
    slack.fail_with(500, "down")
    assert look(parse)[0] == "failed"
    assert not slack.texts
    slack.behave()
    look(parse)
    assert len(slack.texts) == 1


def test_the_minutes_are_a_param(parse: Parse, house: Any) -> None:
    cover(house, timedelta(minutes=20))
    assert look(parse, late_minutes=15)[0] == "failed"
    assert look(parse)[0] == "success"


def test_a_source_whose_dag_is_paused_is_left_alone(parse: Parse, house: Any) -> None:
    cover(house, HOUR)
    pause("github", True)
    assert look(parse) == ("success", [])


def test_a_failed_run_of_the_verdicts_is_told_once(parse: Parse, house: Any, slack: ears.Slack) -> None:
    dag = parse().dags["verdicts"]
    for task in dag.tasks:
        task.retries = 0
    done = dag.test(run_conf={"as_of": "2026-01-05T00:00:00Z"})
    assert str(done.get_task_instance("signals").state) == "failed"
    (text,) = slack.texts
    head, run, task, why, log = text.splitlines()
    assert head == "bellwether: the DAG verdicts failed"
    assert run == f"Run: {done.run_id}"
    assert task == "Task: signals, try 1"
    assert "has nothing settled" in why
    assert log.startswith("Log: http")


def test_a_retry_tells_nobody_before_the_last_try(parse: Parse, house: Any, slack: ears.Slack) -> None:
    # Something else by a table's name: there is nothing that trying again could do about it.
    house.query("drop table coverage")
    house.query("create type coverage as enum ('x')")
    dag = parse().dags["warehouse"]
    for task in dag.tasks:
        task.retries, task.retry_delay = 1, timedelta()
    assert str(dag.test().get_task_instance("create_tables").state) == "failed"
    assert len(slack.texts) == 1
    assert "Task: create_tables, try 2" in slack.texts[0]
    assert "include/sql/tables/coverage.sql" in slack.texts[0]
