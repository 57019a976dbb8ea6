"""Long windows by hand do not hold back the schedule: Airflow's own choice of the runs to start."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.flow import MOST_RUNS
from bellwether.sources import source_names

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def session(metadata: None, bag: Any) -> Iterator[Any]:
    """A session with the bag's DAGs in it, of which nothing stays."""
    from airflow.models.dagbundle import DagBundleModel
    from airflow.serialization.definitions.dag import SerializedDAG
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from airflow.utils.session import create_session

    with create_session() as opened:
        opened.merge(DagBundleModel(name="dags-folder"))
        opened.flush()
        dags = [LazyDeserializedDAG.from_dag(bag.dags[name]) for name in source_names()]
        SerializedDAG.bulk_write_to_db("dags-folder", None, dags, session=opened)
        from airflow.models.dag import DagModel

        opened.query(DagModel).update({"is_paused": False})
        yield opened
        opened.rollback()


def add(session: Any, source: str, number: int, kind: str, state: str) -> None:
    from airflow.models.dagrun import DagRun
    from airflow.utils.types import DagRunType

    moment = NOW + timedelta(seconds=number)
    run = DagRun(
        dag_id=source, run_id=f"by_hand_test_{kind}_{number}", run_type=DagRunType(kind), state=state,
        logical_date=moment, run_after=moment, data_interval=(moment, moment),
    )  # fmt: skip
    session.add(run)
    session.flush()


def started(session: Any, source: str) -> list[str]:
    from airflow.models.dagrun import DagRun

    runs = DagRun.get_queued_dag_runs_to_set_running(session=session)
    return [str(run.run_type) for run in runs if run.dag_id == source and run.run_id.startswith("by_hand_test")]


@pytest.mark.parametrize("source", source_names())
def test_the_schedule_goes_on_beside_long_windows_by_hand(session: Any, source: str) -> None:
    for number in range(MOST_RUNS - 1):
        add(session, source, number, "manual", "running")
    add(session, source, MOST_RUNS, "scheduled", "queued")
    assert started(session, source) == ["scheduled"]
    # One more, and it would wait: that many is what docs/windows.md speaks of.
    add(session, source, MOST_RUNS + 1, "manual", "running")
    assert started(session, source) == []


def test_more_than_two_windows_by_hand_leave_room(bag: Any) -> None:
    assert MOST_RUNS >= 8
    assert {bag.dags[name].max_active_runs for name in source_names()} == {MOST_RUNS}
