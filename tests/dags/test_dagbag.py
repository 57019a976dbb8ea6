"""Rules that every DAG keeps."""

import ast
import copy
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pendulum
import pytest
from airflow.sdk.exceptions import ParamValidationError
from croniter import croniter

from bellwether.sources import source_names, source_of
from local.work import OWN_DAGS

CHECKOUT = Path(__file__).parent.parent.parent
DAGS = CHECKOUT / "dags"
FILES = sorted(DAGS.rglob("*.py"))
OWN = ["demand", "erase", "event_reports", "events", "health", "verdicts", "warehouse"]
INGEST = source_names()
PARSE_WITH_NOTHING_AT_HAND = """
import socket, sys
from pathlib import Path

import airflow
from airflow.dag_processing.dagbag import BundleDagBag

opened = []
allowed = tuple(str(Path(path).resolve()) for path in sys.argv[2:])

def watch(event, details):
    if event.startswith("socket.") and event not in ("socket.gethostname", "socket.__new__"):
        raise PermissionError(f"{event} {details} at import")
    if event in ("os.system", "subprocess.Popen", "os.fork"):
        raise PermissionError(f"{event} {details} at import")
    if event == "open" and isinstance(details[0], str) and not details[0].endswith((".pyc", ".so")):
        opened.append(str(Path(details[0]).resolve()))

sys.addaudithook(watch)
bag = BundleDagBag(sys.argv[1], bundle_path=Path(sys.argv[1]), bundle_name="dags-folder")
assert not bag.import_errors, bag.import_errors
ours = [path for path in opened if not path.startswith(allowed)]
assert not ours, ours
print(*sorted(bag.dags))
"""


def test_every_file_imports_and_there_are_exactly_these_dags(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == {*OWN, *INGEST}
    assert len(INGEST) >= 7


def test_what_puts_an_airflow_to_work_waits_for_every_dag(bag: Any) -> None:
    assert {*OWN_DAGS, *INGEST} == set(bag.dags)


@pytest.mark.parametrize("source", INGEST)
def test_a_scheduled_run_has_a_window_as_long_as_its_schedule(bag: Any, source: str) -> None:
    timetable = bag.dags[source].timetable
    assert type(timetable).__name__ == "CronDataIntervalTimetable"
    moment = pendulum.datetime(2026, 11, 1, 12, 7, 30)
    interval = timetable.infer_manual_data_interval(run_after=moment)
    ticks = croniter(source_of(source).schedule, moment)
    end, start = ticks.get_prev(datetime), ticks.get_prev(datetime)
    assert (interval.start, interval.end) == (start, end)
    assert end - start >= timedelta(minutes=5)


def test_every_dag_says_what_it_is_and_whose(bag: Any) -> None:
    for dag in bag.dags.values():
        assert len(dag.doc_md or "") > 80, dag.dag_id
        assert dag.owner == "bellwether", dag.dag_id
        assert dag.tags, dag.dag_id
        assert all(task.retries > 0 for task in dag.tasks), dag.dag_id
        assert dag.catchup is False, dag.dag_id


def test_people_are_told_of_a_failure_where_health_would_not_see_it(bag: Any) -> None:
    alerted = {dag.dag_id for dag in bag.dags.values() if all(task.has_on_failure_callback for task in dag.tasks)}
    # What the sources' runs leave out `health` tells of, once: their own messages would be one every five minutes.
    assert alerted == {"demand", "erase", "event_reports", "events", "verdicts", "warehouse"}


@pytest.mark.parametrize("source", INGEST)
def test_the_road_is_three_tasks(bag: Any, source: str) -> None:
    dag = bag.dags[source]
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "extract": {"stage"},
        "stage": {"load"},
        "load": set(),
    }


@pytest.mark.parametrize("source", INGEST)
def test_a_load_s_outlets_are_its_tables(bag: Any, source: str) -> None:
    outlets = [outlet.name for outlet in bag.dags[source].get_task("load").outlets]
    assert outlets == [source_of(source).table(stream.name) for stream in source_of(source).streams]
    assert outlets


@pytest.mark.parametrize("source", INGEST)
def test_params_are_described_and_all_optional(bag: Any, source: str) -> None:
    params = bag.dags[source].params
    assert set(params) == {"since", "until", "only_missing", "from_raw"}
    assert {name: params[name] for name in params} == {
        "since": None,
        "until": None,
        "only_missing": False,
        "from_raw": False,
    }
    assert all(len(params.get_param(name).description) > 20 for name in params)


@pytest.mark.parametrize(
    "wrong",
    [{"since": True}, {"until": 20261101}, {"only_missing": "perhaps"}, {"from_raw": None}],
    ids=repr,
)
def test_wrong_params_are_refused_before_anything_runs(bag: Any, wrong: dict[str, Any]) -> None:
    params = copy.deepcopy(bag.dags["github"].params)
    with pytest.raises(ParamValidationError, match="Invalid input for param"):
        params.update(wrong)


@pytest.mark.parametrize("dag_id", [*OWN, *INGEST])
def test_a_dag_survives_airflow_s_serialisation(bag: Any, dag_id: str) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    dag = bag.dags[dag_id]
    written = json.dumps(DagSerialization.to_dict(dag))
    back = DagSerialization.from_dict(json.loads(written))
    assert back.dag_id == dag_id
    assert set(back.task_ids) == {task.task_id for task in dag.tasks}
    # A class handed over as source text would be code of ours in the metadata database.
    assert "def " not in written.replace(json.dumps(dag.doc_md), "")


def test_demand_is_forecast_after_its_tables_and_rides_whenever_one_of_its_sources_has_news(bag: Any) -> None:
    dag = bag.dags["demand"]
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "tables": {"train"},
        "rides": {"train"},
        "train": {"forecast"},
        "forecast": set(),
    }
    condition = dag.timetable.asset_condition
    assert type(condition).__name__.endswith("AssetAny")
    assert {asset.name for asset in condition.objects} == {"weather_forecasts", "flights_arrivals", "wikipedia_cities"}
    loaded = {outlet.name for source in INGEST for outlet in bag.dags[source].get_task("load").outlets}
    assert {asset.name for asset in condition.objects} <= loaded
    outlets = {task.task_id: [outlet.name for outlet in task.outlets] for task in dag.tasks if task.outlets}
    assert outlets == {"tables": ["city_hours"], "forecast": ["demand_forecasts", "demand_advice"]}
    assert dag.max_active_runs == 1


def test_events_have_a_window_of_15_minutes_and_their_reports_follow(bag: Any) -> None:
    events, reports = bag.dags["events"], bag.dags["event_reports"]
    assert type(events.timetable).__name__ == "CronDataIntervalTimetable"
    interval = events.timetable.infer_manual_data_interval(run_after=pendulum.datetime(2026, 11, 1, 12, 7))
    assert interval.end - interval.start == timedelta(minutes=15)
    assert [task.task_id for task in (*events.tasks, *reports.tasks)] == ["collect", "report"]
    condition = reports.timetable.asset_condition
    assert {asset.name for asset in condition.objects} == {"events"}
    for dag_id in ("events", "erase"):
        assert [outlet.name for task in bag.dags[dag_id].tasks for outlet in task.outlets] == ["events"]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_dag_file_is_short_and_imports_no_other(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 60
    others = {path.stem for path in FILES}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert node.module not in others
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & others
    # Airflow's safe mode skips a file without these words, and says nothing.
    assert "airflow" in text.lower()
    assert "dag" in text.lower()


def test_parsing_asks_nobody_and_reads_nothing_but_the_bundle(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_CONN_")}
    environment["PYTHONPATH"] = str(CHECKOUT / "plugins")
    bundle = [str(CHECKOUT / name) for name in ("dags", "plugins", "include")]
    allowed = [*bundle, sys.prefix, sys.base_prefix, "/etc", "/usr", "/dev"]
    done = subprocess.run(
        [sys.executable, "-c", PARSE_WITH_NOTHING_AT_HAND, str(DAGS), *allowed],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-len(OWN) - len(INGEST) :] == sorted([*OWN, *INGEST])
