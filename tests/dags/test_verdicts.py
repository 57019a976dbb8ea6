"""The DAG `verdicts` run by Airflow itself: by hand, with a date, twice, and after an asset's update."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.verdicts.questions import needed_tables, read
from tests.company import UNTIL

Parse = Callable[[], Any]

AS_OF = UNTIL + timedelta(days=2)


@pytest.fixture(scope="module")
def house(services: Any, five_weeks: Any, metadata: None) -> Iterator[Any]:
    """A warehouse with five weeks of a company in its tables, and a lake."""
    with (
        services.new_warehouse(five_weeks) as warehouse,
        services.new_lake() as lake,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        patch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        yield warehouse, lake


def run(parse: Parse, **how: Any) -> Any:
    dag = parse().dags["verdicts"]
    for task in dag.tasks:
        task.retries = 0
    return dag.test(**how)


def states(dag_run: Any) -> dict[str, str]:
    return {task.task_id: str(task.state) for task in dag_run.get_task_instances()}


ALL_WELL = {"signals": "success", "answer": "success", "publish": "success"}


def test_it_is_scheduled_on_any_of_the_tables_that_the_questions_need(bag: Any) -> None:
    dag = bag.dags["verdicts"]
    assert type(dag.timetable).__name__ == "AssetTriggeredTimetable"
    condition = dag.timetable.asset_condition
    assert type(condition).__name__.endswith("AssetAny")
    assert sorted(asset.name for asset in condition.objects) == needed_tables(read())
    assert dag.max_active_runs == 1


def test_its_tables_are_loaded_by_dags_that_are_there(bag: Any) -> None:
    outlets = {
        outlet.name for dag in bag.dags.values() if dag.has_task("load") for outlet in dag.get_task("load").outlets
    }
    assert set(needed_tables(read())) <= outlets


def test_it_is_three_tasks_that_hand_on_keys_only(bag: Any) -> None:
    dag = bag.dags["verdicts"]
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "signals": {"answer"},
        "answer": {"publish"},
        "publish": set(),
    }
    assert [outlet.name for outlet in dag.get_task("publish").outlets] == ["verdicts", "verdict_windows"]


def test_run_by_hand_it_ends_where_all_is_settled_and_hands_on_keys(parse: Parse, house: Any) -> None:
    warehouse, lake = house
    done = run(parse, run_conf={"as_of": AS_OF.isoformat()})
    assert states(done) == ALL_WELL
    told = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in done.get_task_instances()}
    name = "20261122T000000Z--20261016T000000Z--20261120T000000Z"
    assert told["signals"] == told["answer"] == {"report": name}
    assert told["publish"] == {
        "figures": f"reports/{name}/report.json",
        "page": f"reports/{name}/report.html",
        "words": f"reports/{name}/verdicts.txt",
    }
    assert b"<html" in lake.read("reports/latest.html")
    assert warehouse.query("select count(*), count(distinct as_of) from verdicts") == [(5, 1)]


def test_run_twice_it_leaves_the_same(parse: Parse, house: Any) -> None:
    warehouse, lake = house
    given = {"as_of": AS_OF.isoformat()}
    run(parse, run_conf=given)
    before = warehouse.query("select * from verdicts order by question"), lake.keys("reports/")
    assert states(run(parse, run_conf=given)) == ALL_WELL
    assert (warehouse.query("select * from verdicts order by question"), lake.keys("reports/")) == before


def test_run_with_a_date_its_report_is_of_that_moment(parse: Parse, house: Any) -> None:
    warehouse, _ = house
    date = datetime(2026, 11, 18, tzinfo=UTC)
    assert states(run(parse, logical_date=date)) == ALL_WELL
    found = warehouse.query("select distinct as_of, window_end from verdicts where as_of = %s", (date,))
    assert found == [(date, date)]


def test_run_for_a_window_of_one_s_own(parse: Parse, house: Any) -> None:
    warehouse, _ = house
    since, until = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    given = {"as_of": AS_OF.isoformat(), "since": since.isoformat(), "until": until.isoformat()}
    assert states(run(parse, run_conf=given)) == ALL_WELL
    found = warehouse.query("select distinct verdict from verdicts where window_start = %s", (since,))
    assert found == [("too little data",)]


def test_a_run_that_cannot_be_answered_fails_and_says_why(
    parse: Parse, house: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR):
        done = run(parse, run_conf={"as_of": "2026-01-05T00:00:00Z"})
    assert states(done) == {"signals": "failed", "answer": "upstream_failed", "publish": "upstream_failed"}
    said = caplog.text + "".join(capsys.readouterr())
    assert "has nothing settled before 2026-01-05" in said
