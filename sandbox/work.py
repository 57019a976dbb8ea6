"""Putting an Airflow to work: the warehouse's tables made, then every DAG unpaused that has never run."""

from collections.abc import Callable, Collection

from sandbox.airflow_api import AirflowApi
from sandbox.services.process import ServiceError

FIRST_DAG = "warehouse"
OWN_DAGS = frozenset({FIRST_DAG, "verdicts", "health"})
"""Those that are no source's. All are waited for: one that is parsed later would stay paused."""

Wait = Callable[[str, Callable[[], bool]], None]
"""Waits until the function says True, or raises; the text says for what."""


def put_to_work(api: AirflowApi, sources: Collection[str], wait: Wait, paused: Collection[str] = ()) -> None:
    """Unpause what has never run, but what is in `paused`; what somebody paused themselves stays so.

    `sources` are the DAGs that must be there first. The tables are made (or found there) before anything
    else runs; ServiceError, naming the cause, if they cannot be or if a file does not import.
    """
    expected = {*OWN_DAGS, *sources}
    wait("the DAGs", lambda: _parsed(api, expected))
    dags = api.dags()
    new = [name for name, dag in dags.items() if dag["is_paused"] and not api.has_run(name)]
    if FIRST_DAG in new:
        api.unpause(FIRST_DAG)
    elif not dags[FIRST_DAG]["is_paused"]:
        # The bundle may have got more tables since it last ran.
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
