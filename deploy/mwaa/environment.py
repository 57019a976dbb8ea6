"""An MWAA environment: its state, and its update, which MWAA runs in the background for 20 to 30 minutes.

The states are those of the service's API (botocore's mwaa/2020-07-01, EnvironmentStatus).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.mwaa.errors import DeployError

Tell = Callable[[str], None]
# After UPDATE_FAILED MWAA has restored the environment: it runs, and accepts another update.
READY = {"AVAILABLE", "UPDATE_FAILED"}
UNDER_WAY = {"CREATING", "CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "MAINTENANCE", "PENDING"}
_TELL_EVERY_SECONDS = 120


@dataclass(frozen=True)
class Source:
    """A file that the environment uses: its key in the bucket, and its version."""

    key: str
    version: str


@dataclass(frozen=True)
class State:
    """An environment's state at a time."""

    status: str
    airflow_version: str
    environment_class: str
    bucket: str
    dags: str
    plugins: Source
    requirements: Source
    updated_at: datetime | None
    update_status: str
    error: str

    @staticmethod
    def of(answer: dict[str, Any]) -> State:
        """The state from GetEnvironment's Environment."""
        last = answer.get("LastUpdate", {})
        error = last.get("Error", {})
        return State(
            status=answer.get("Status", ""),
            airflow_version=answer.get("AirflowVersion", ""),
            environment_class=answer.get("EnvironmentClass", ""),
            bucket=answer.get("SourceBucketArn", "").rsplit(":", 1)[-1],
            dags=answer.get("DagS3Path", "dags").strip("/") + "/",
            plugins=Source(answer.get("PluginsS3Path", ""), answer.get("PluginsS3ObjectVersion", "")),
            requirements=Source(answer.get("RequirementsS3Path", ""), answer.get("RequirementsS3ObjectVersion", "")),
            updated_at=last.get("CreatedAt"),
            update_status=last.get("Status", ""),
            error=": ".join(text for text in (error.get("ErrorCode", ""), error.get("ErrorMessage", "")) if text),
        )


class Environment:
    """An environment by its name.

    :param poll_seconds: how often to ask while waiting
    :param patience_seconds: how long to wait for an update before giving up
    """

    def __init__(self, client: Any, name: str, tell: Tell, *, poll_seconds: float, patience_seconds: float) -> None:
        self._client = client
        self.name = name
        self._tell = tell
        self._poll, self._patience = poll_seconds, patience_seconds

    def read(self) -> State:
        """The environment's current state."""
        return State.of(self._client.get_environment(Name=self.name)["Environment"])

    def ready(self) -> State:
        """The environment's state after a running update. Raises DeployError if it takes too long or cannot succeed."""
        return self._wait(lambda state: state.status in READY, "somebody, or an earlier run of this, updates it")

    def update(self, plugins: Source, requirements: Source) -> None:
        """Update the environment to these files, and wait. Raises DeployError with MWAA's own error if it fails."""
        before = self.read()
        self._client.update_environment(
            Name=self.name,
            PluginsS3Path=plugins.key,
            PluginsS3ObjectVersion=plugins.version,
            RequirementsS3Path=requirements.key,
            RequirementsS3ObjectVersion=requirements.version,
        )

        def over(state: State) -> bool:
            # MWAA may still report AVAILABLE for a while: only a newer LastUpdate belongs to this update.
            begun = state.updated_at != before.updated_at
            return state.status in READY and begun and state.update_status != "PENDING"

        after = self._wait(over, "MWAA updates it")
        if after.update_status == "FAILED" or after.status == "UPDATE_FAILED":
            raise DeployError(
                f"MWAA could not update '{self.name}' and put it back as it was: {after.error or 'it gave no reason'}. "
                f"The log groups airflow-{self.name}-Scheduler and -Worker tell what pip said "
                "(streams requirements_install_…). The dags were left as they are."
            )
        if (after.plugins, after.requirements) != (plugins, requirements):
            raise DeployError(f"'{self.name}' was updated to other files by somebody else meanwhile. Run this again.")

    def _wait(self, over: Callable[[State], bool], why: str) -> State:
        began, told_at, told = time.monotonic(), 0.0, ""
        while True:
            state, waited = self.read(), time.monotonic() - began
            if state.status not in READY | UNDER_WAY:
                raise DeployError(
                    f"'{self.name}' is {state.status}{f' ({state.error})' if state.error else ''}: it takes no update "
                    "in this state. Look at it in the MWAA console; it may have to be made anew."
                )
            if over(state):
                return state
            if waited > self._patience:
                raise DeployError(
                    f"'{self.name}' is still {state.status} after {waited / 60:.0f} minutes. MWAA goes on by itself; "
                    "run this again later, and it goes on from there."
                )
            if state.status != told or waited - told_at >= _TELL_EVERY_SECONDS:
                self._tell(f"{state.status}: {why}; waited {waited / 60:.0f} of {self._patience / 60:.0f} minutes")
                told, told_at = state.status, waited
            time.sleep(self._poll)
