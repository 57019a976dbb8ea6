"""Airflow's REST API (v2) as one asks it from outside: the token, the DAGs, their runs, the tasks."""

from typing import Any

import requests

from tests.compose.programs import Failed
from tests.compose.stack import Stack

SECONDS = 60
ENDED = ("success", "failed")


class Airflow:
    """Airflow behind the published port, logged in with what `start` told."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url, self.user, self.password = stack.login()
        self.session = requests.Session()
        self.session.trust_env = False
        token = self.ask("POST", "/auth/token", json={"username": self.user, "password": self.password})["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = self.session.request(method, self.url + path, timeout=SECONDS, **arguments)
        except requests.RequestException as error:
            raise Failed(f"{method} {path}: {error}") from None
        if not answer.ok:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def dags(self) -> dict[str, dict[str, Any]]:
        errors = self.ask("GET", "/api/v2/importErrors")["import_errors"]
        if errors:
            raise Failed(f"{errors[0]['filename']} does not import:\n{errors[0]['stack_trace']}")
        return {dag["dag_id"]: dag for dag in self.ask("GET", "/api/v2/dags?limit=100")["dags"]}

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Return the latest runs, the latest first."""
        runs: list[dict[str, Any]] = self.ask("GET", f"/api/v2/dags/{dag}/dagRuns?limit=50&order_by=-run_after")[
            "dag_runs"
        ]
        return runs

    def trigger(self, dag: str, conf: dict[str, Any]) -> str:
        made: str = self.ask("POST", f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf})[
            "dag_run_id"
        ]
        return made

    def state(self, dag: str, run: str) -> str:
        found: str = self.ask("GET", f"/api/v2/dags/{dag}/dagRuns/{run}")["state"]
        return found

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances")[
            "task_instances"
        ]
        return found

    def running_task(self, dag: str, run: str) -> dict[str, Any] | None:
        return next((task for task in self.tasks(dag, run) if task["state"] == "running" and task["hostname"]), None)

    def await_end(self, dag: str, run: str, seconds: float) -> None:
        """Wait for the run's end; Failed unless it is green."""

        def ended() -> str:
            state = self.state(dag, run)
            return state if state in ENDED else ""

        if self.stack.until(f"the end of {dag} {run}", ended, seconds) != "success":
            raise Failed(f"{dag} {run} failed\n{self.why(dag, run)}")

    def why(self, dag: str, run: str) -> str:
        """Return the end of the log of each failed task of a run."""
        said = []
        for task in self.tasks(dag, run):
            said.append(f"{task['task_id']}: {task['state']}, try {task['try_number']} on {task['hostname']}")
            if task["state"] == "failed":
                path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
                lines = self.ask("GET", path, headers={"Accept": "application/json"})["content"]
                said += [str(line)[:600] for line in lines[-8:]]
        return "\n".join(said)
