"""The launcher's requests to Airflow's API (v2, simple auth manager), on loopback."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import requests

from local.environment import LOGIN

SECONDS = 30


class AirflowApi:
    """A logged-in session with the api-server at `url`."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self.session = requests.Session()
        # Ignore proxies.
        self.session.trust_env = False
        token = self._ask("POST", "/auth/token", json={"username": LOGIN, "password": password})["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def dags(self) -> dict[str, dict[str, Any]]:
        """Return the parsed DAGs by id."""
        return {dag["dag_id"]: dag for dag in self._ask("GET", "/api/v2/dags?limit=100")["dags"]}

    def import_errors(self) -> Iterator[str]:
        for error in self._ask("GET", "/api/v2/importErrors")["import_errors"]:
            yield f"{error['filename']} does not import:\n{error['stack_trace']}"

    def has_run(self, dag_id: str) -> bool:
        return bool(self.states(dag_id))

    def states(self, dag_id: str) -> list[str]:
        """Return the states of the DAG's latest runs, the latest first."""
        runs = self._ask("GET", f"/api/v2/dags/{dag_id}/dagRuns?limit=5&order_by=-run_after")
        return [run["state"] for run in runs["dag_runs"]]

    def unpause(self, dag_id: str) -> None:
        self._ask("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str) -> str:
        """Request a run now, which waits while the DAG is paused; return its id."""
        run = self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", json={"logical_date": None})
        return str(run["dag_run_id"])

    def state(self, dag_id: str, run_id: str) -> str:
        """Return the state of one run."""
        return str(self._ask("GET", f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}")["state"])

    def _ask(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        answer = self.session.request(method, self.url + path, timeout=SECONDS, **arguments)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body
