"""The weeks before the first `up`, loaded from the sandbox's vendors while Airflow already runs.

Without them every page would say "too little data" for four weeks. A separate process runs the sources' DAGs over
them; the DAGs `demand` and `verdicts` stay paused until it ends, and Airflow then runs them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.passwords import write_private
from local.services.process import ServiceError

if TYPE_CHECKING:
    from local.airflow_api import AirflowApi
    from local.state import Tell

FILE = "history.json"
"""The file of the progress in the data folder."""
WEEKS = 8
AFTERWARDS = ("demand", "verdicts")
"""The DAGs whose results depend on all weeks."""
SECONDS_TO_ANSWER = 900


@dataclass
class Progress:
    """The progress of the history, kept in a file: `run_count` of `run_total` runs; `state` is one of STATES."""

    file: Path
    state: str = "loading"
    since: str = ""
    run_count: int = 0
    run_total: int = 0
    now: str = ""
    error: str = ""

    STATES = ("loading", "answering", "done", "failed")

    @classmethod
    def read(cls, file: Path) -> Progress | None:
        """The progress in the file; None if it does not exist or cannot be read."""
        try:
            return cls(file, **json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        values = {name: value for name, value in asdict(self).items() if name != "file"}
        write_private(self.file, json.dumps(values))

    def words(self, *, is_running: bool) -> str:
        """The progress as a line of text."""
        if self.state == "done":
            return f"{WEEKS} weeks from the sandbox, since {self.since[:10]}, are loaded and answered."
        if self.state == "failed":
            return f"not loaded completely, after {self.run_count} of {self.run_total} runs: {self.error}"
        if not is_running:
            return f"interrupted after {self.run_count} of {self.run_total} runs; `make up` continues it."
        if self.state == "answering":
            return (
                f"{WEEKS} weeks from the sandbox, since {self.since[:10]}, are loaded; demand and verdicts are running."
            )
        return f"{self.run_count} of {self.run_total} runs over {WEEKS} weeks are loaded; now {self.now}."


def is_wanted(progress: Progress | None, vendors: Collection[str]) -> bool:
    """Whether history must still be loaded from these vendors of the sandbox."""
    return bool(vendors) and (progress is None or progress.state != "done")


def load(vendors: Collection[str], progress: Progress, tell: Tell) -> None:
    """Run the sources' DAGs over the weeks, in this process, whose environment is Airflow's.

    A failing source does not prevent the others; ServiceError at the end names all failures.
    """
    from local.dag_runs import load_dags, succeed, windows

    spans = windows(WEEKS, datetime.now(UTC))
    progress.note(state="loading", since=spans[0]["since"], run_count=0, run_total=2 * len(vendors), now="Airflow")
    dags = load_dags(tell)
    failures = []
    for window, name in product(spans, vendors):
        progress.note(now=f"{name} to {window['until'][:10]}")
        tell(f"history, run {progress.run_count + 1} of {progress.run_total}: {progress.now}")
        try:
            if name in dags:
                succeed(dags[name], window, tell)
        except ServiceError as error:
            failures.append(str(error))
        progress.note(run_count=progress.run_count + 1)
    if failures:
        raise ServiceError("; ".join(failures))


def answer(api: AirflowApi, progress: Progress, tell: Tell, seconds: float = SECONDS_TO_ANSWER) -> None:
    """Let Airflow run the paused DAGs, and wait for them. ServiceError if one of them fails or takes too long."""
    progress.note(state="answering", now="")
    runs = {}
    for name in AFTERWARDS:
        tell(f"history: Airflow runs {name}")
        # Triggered before unpausing, so that no table's update starts another run first.
        runs[name] = api.trigger(name)
        api.unpause(name)
    deadline = time.monotonic() + seconds
    while runs:
        states = {name: api.state(name, run_id) for name, run_id in runs.items()}
        runs = {name: run_id for name, run_id in runs.items() if states[name] != "success"}
        if "failed" in states.values() or time.monotonic() > deadline:
            raise ServiceError(f"{' and '.join(runs)} did not succeed; the logs are in Airflow's UI")
        time.sleep(1)


def bring(api: AirflowApi, vendors: Collection[str], progress: Progress, tell: Tell) -> None:
    """Load the weeks and run the paused DAGs; failures are recorded, and the DAGs are unpaused in any case."""
    failures = []
    # The second step runs in any case: the loaded weeks may suffice, and the schedule must continue.
    for step in (lambda: load(vendors, progress, tell), lambda: answer(api, progress, tell)):
        try:
            step()
        except ServiceError as error:
            failures.append(str(error))
    if failures:
        progress.note(state="failed", error="; ".join(failures))
        raise ServiceError(progress.error)
    progress.note(state="done")
    tell("history: demand and verdicts have their answers")


HOW = (
    "no history is simulated. Load yours by runs with `since` and `until` (docs/windows.md has the commands); until "
    "about four weeks are there, the pages say `too little data`"
)


def advice(owned: Collection[str], *, is_store_owned: bool) -> str:
    """The advice if accounts or stores are the user's own; empty if all are the sandbox's."""
    if is_store_owned:
        return f"the lake or the warehouse is your own: {HOW}"
    return f"{', '.join(sorted(owned))}: with your own account, {HOW}" if owned else ""
