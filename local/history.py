"""The weeks before the first `up`: loaded from the sandbox's vendors while Airflow already runs.

Without them every page would say "too little data" for four weeks. A process of its own runs the sources' DAGs over
them; the DAGs `demand` and `verdicts` stay paused until it is done, and are then run by Airflow.
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
"""The progress, in the data folder."""
WEEKS = 8
AFTERWARDS = ("demand", "verdicts")
"""The DAGs that say something of all weeks."""
SECONDS_TO_ANSWER = 900


@dataclass
class Progress:
    """How far the history is, kept in a file: after `run_count` of `run_total` runs; `state` is one of STATES."""

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
        """What the file says; None where there is none or it cannot be read."""
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
        """One line for people."""
        if self.state == "done":
            return f"{WEEKS} weeks from the sandbox, since {self.since[:10]}, are loaded and answered."
        if self.state == "failed":
            return f"not loaded as a whole, after {self.run_count} of {self.run_total} runs: {self.error}"
        if not is_running:
            return f"broken off after {self.run_count} of {self.run_total} runs; `make up` goes on with it."
        if self.state == "answering":
            return (
                f"{WEEKS} weeks from the sandbox, since {self.since[:10]}, are loaded; demand and verdicts are at work."
            )
        return f"{self.run_count} of {self.run_total} runs over {WEEKS} weeks are loaded; now {self.now}."


def is_wanted(progress: Progress | None, vendors: Collection[str]) -> bool:
    """Whether there is history to load: from these vendors, all of them the sandbox's."""
    return bool(vendors) and (progress is None or progress.state != "done")


def load(vendors: Collection[str], progress: Progress, tell: Tell) -> None:
    """Run the sources' DAGs over the weeks, in this process, whose environment is Airflow's. ServiceError at the end.

    One source that fails does not keep the others from their history.
    """
    from local.dag_runs import load_dags, succeed, windows

    wanted = windows(WEEKS, datetime.now(UTC))
    progress.note(state="loading", since=wanted[0]["since"], run_count=0, run_total=2 * len(vendors), now="Airflow")
    dags = load_dags(tell)
    failures = []
    for window, name in product(wanted, vendors):
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
    """Let Airflow run the DAGs that were held back, and wait for them. ServiceError if one fails or takes too long."""
    progress.note(state="answering", now="")
    runs = {}
    for name in AFTERWARDS:
        tell(f"history: Airflow runs {name}")
        # First the run, so that no table's update starts another before it.
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
    """Load the weeks and have them answered; what goes wrong is noted, and the DAGs held back are let go."""
    failures = []
    # Answered in any case: what was loaded may be enough, and the schedule has to go on.
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
    "no history is invented. Load yours by runs with `since` and `until` (docs/windows.md has the commands); until "
    "about four weeks are there, the pages say `too little data`"
)


def advice(owned: Collection[str], *, is_store_owned: bool) -> str:
    """What to say of the history where accounts or stores are the user's own; nothing where all is the sandbox's."""
    if is_store_owned:
        return f"the lake or the warehouse is your own: {HOW}"
    return f"{', '.join(sorted(owned))}: with your own account, {HOW}" if owned else ""
