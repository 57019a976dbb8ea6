"""Start the schedule of an Airflow: create the warehouse's tables, then unpause every DAG that has never run."""

import time
from collections.abc import Callable, Collection

from local.airflow_api import AirflowApi
from local.services.process import ServiceError

FIRST_DAG = "warehouse"
OWN_DAGS = frozenset({FIRST_DAG, "verdicts", "demand", "events", "event_reports", "erase", "health"})
"""The DAGs that are not sources. `up` waits for all of them, because DAGs that are parsed later would stay paused."""

Wait = Callable[[str, Callable[[], bool]], None]
"""Waits until the function returns True, or raises; the text names what it waits for."""


def wait_for(
    what: str,
    ready: Callable[[], bool],
    tell: Callable[[str], None],
    *,
    seconds: float,
    where: str,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Wait until `ready()`, with a line every few seconds.

    :param where: the place of the logs, for the error
    :param check: raises an error that ends the waiting early

    ServiceError after so many seconds.
    """
    began = reported_at = time.monotonic()
    while not ready():
        now = time.monotonic()
        check()
        if now - began > seconds:
            raise ServiceError(f"{what}: not ready after {seconds} s; {where}")
        if now - reported_at > 5:
            tell(f"waiting for {what} ({now - began:.0f} s)")
            reported_at = now
        time.sleep(0.2)


def put_to_work(api: AirflowApi, sources: Collection[str], wait: Wait, paused: Collection[str] = ()) -> None:
    """Unpause all DAGs that have never run, except those in `paused`; DAGs that the user paused stay paused.

    `sources` are DAGs that must be parsed first. The tables are created before anything else runs;
    ServiceError with the cause if that fails or if a file does not import.
    """
    expected = {*OWN_DAGS, *sources}
    wait("the DAGs", lambda: _parsed(api, expected))
    dags = api.dags()
    new = [name for name, dag in dags.items() if dag["is_paused"] and not api.has_run(name)]
    if FIRST_DAG in new:
        api.unpause(FIRST_DAG)
    elif not dags[FIRST_DAG]["is_paused"]:
        # The bundle may have new tables since the last run.
        api.trigger(FIRST_DAG)
    if FIRST_DAG in new or not dags[FIRST_DAG]["is_paused"]:
        wait("the warehouse's tables", lambda: _has_succeeded(api, FIRST_DAG))
    for name in new:
        if name not in paused:
            api.unpause(name)


def _parsed(api: AirflowApi, expected: set[str]) -> bool:
    errors = list(api.import_errors())
    if errors:
        raise ServiceError("\n".join(errors))
    return expected <= api.dags().keys()


def _has_succeeded(api: AirflowApi, dag_id: str) -> bool:
    latest = api.states(dag_id)[:1]
    if latest == ["failed"]:
        raise ServiceError(f"the DAG {dag_id} failed; its log is in Airflow's UI, at {api.url}/dags/{dag_id}")
    return latest == ["success"]
