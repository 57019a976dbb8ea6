"""Each DAG run by Airflow itself, against the sandbox over HTTP."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pendulum
import pytest

from bellwether.sources import source_names, source_of
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.clock import this_minute

Parse = Callable[[], Any]


SOURCES = source_names()


@pytest.fixture(scope="module")
def now() -> datetime:
    """What only tells of the present can be read, too."""
    return this_minute()


@pytest.fixture(scope="module")
def world(now: datetime) -> World:
    return World(clock=Clock(now + timedelta(seconds=20)))


@pytest.fixture(scope="module")
def since(world: World, now: datetime) -> datetime:
    """Four days before now, or so long before that there has been a release: there is none every day."""
    releases = (release for name in world.repositories for release in world.releases(name, world.BEGINNING, now))
    last = max(release.published_at for release in releases)
    return min(now - timedelta(days=4), last - timedelta(hours=1))


@pytest.fixture(scope="module")
def house(services: Any, metadata: None, world: World, parse: Parse) -> Iterator[Any]:
    """A warehouse with its tables, made by the DAG `warehouse`, a lake and the sandbox's vendors."""
    credentials = Credentials.create("http://127.0.0.1:1")
    app = create_app(world, credentials, Limits.none())
    with (
        services.new_warehouse() as warehouse,
        services.new_lake() as lake,
        serve(app) as root,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        patch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        often = {"requests_per_second": 10_000}
        extras: Any = {"statuscake": often, "flights": often | {"cities": ["berlin", "kassel"]}}
        for name, value in connections(root, credentials, **extras).items():
            patch.setenv(name, value)
        assert run(parse, "warehouse").state == "success"
        yield warehouse


def run(parse: Parse, dag_id: str, **how: Any) -> Any:
    dag = parse().dags[dag_id]
    for task in dag.tasks:
        task.retries = 0
    return dag.test(**how)


def states(dag_run: Any) -> dict[str, str]:
    return {task.task_id: str(task.state) for task in dag_run.get_task_instances()}


@pytest.mark.parametrize("source", SOURCES)
def test_a_dag_fills_its_tables_and_the_ledger(
    parse: Parse, house: Any, since: datetime, now: datetime, source: str
) -> None:
    done = run(parse, source, run_conf={"since": since.isoformat(), "until": now.isoformat()})
    assert states(done) == {"extract": "success", "stage": "success", "load": "success"}
    streams = source_of(source).streams_by_name()
    counts = {name: house.query(f"select count(*) from {source}_{name}")[0][0] for name in streams}
    assert all(counts.values()), counts
    covered = house.query(
        "select stream, min(window_start), max(window_end), "
        "sum(extract(epoch from window_end - window_start)) / count(distinct subject) "
        "from coverage where source = %s group by 1",
        (source,),
    )
    assert {stream for stream, *_ in covered} == set(streams)
    for stream, start, end, seconds in covered:
        assert (start, end) == (since - streams[stream].lookback, now + streams[stream].ahead)
        assert seconds == (end - start).total_seconds()
    told = next(task for task in done.get_task_instances() if task.task_id == "load").xcom_pull(task_ids="load")
    # A period that is read with two slices is told twice.
    assert {name: said["rows"] for name, said in told.items() if name != "periods"} == {
        name: count for name, count in counts.items() if name != "periods"
    }


def test_a_run_by_its_logical_date_is_about_the_interval_that_ends_there(
    parse: Parse, house: Any, now: datetime
) -> None:
    moment = now - timedelta(days=30)
    end = parse().dags["github"].timetable.infer_manual_data_interval(run_after=pendulum.instance(moment)).end
    done = run(parse, "github", logical_date=moment)
    assert set(states(done).values()) == {"success"}
    windows = house.query("select min(window_end) from coverage where source = 'github' and stream = 'issues'")
    assert windows == [(end,)]


def test_a_run_without_a_window_fails_and_says_what_to_pass(
    parse: Parse, house: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR):
        done = run(parse, "postman", run_conf={"until": "2026-11-01T00:00:00Z"})
    assert states(done)["extract"] == "failed"
    assert states(done)["load"] == "upstream_failed"
    said = caplog.text + "".join(capsys.readouterr())
    assert "AirflowFailException" in said
    assert "Trigger it with both, for instance" in said
