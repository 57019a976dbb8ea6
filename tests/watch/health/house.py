"""A house whose health is looked at again and again, by the operator itself."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

from bellwether.sources import source_of
from bellwether.watch.health import AWAITED, HealthOperator

SITE, API = "dogbreed/site", "dogbreed/api"
HOUR = timedelta(hours=1)


class Store(dict[str, Any]):
    """What Airflow keeps with an asset."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))


class Task:
    """What a task finds in its context."""

    log_url = "http://airflow.example/log"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value

    def get_dag(self, dag_id: str) -> Any:
        return SimpleNamespace(dag_id=dag_id, is_paused=False)


class Health:
    """A house that is looked at again and again."""

    def __init__(self, warehouse: Any) -> None:
        self.warehouse, self.store, self.now = warehouse, Store(), datetime.now(UTC)

    def look(self, **how: Any) -> list[str]:
        """The problems."""
        operator = HealthOperator(
            task_id="look",
            outlets=[Asset("health")],
            **({"late_minutes": 30} | how),
        )
        task = Task()
        try:
            operator.execute({"ti": task, "asset_state_store": self.store})
        except AirflowFailException:
            assert task.pushed["problems"]
        else:
            assert not task.pushed["problems"]
        return list(task.pushed["problems"])

    def cover(
        self, *subjects: str, ago: timedelta = timedelta(), source: str = "github", flags: str = "", **late: timedelta
    ) -> None:
        """Every stream was looked at in five minutes that ended so long ago; one of `late` so much longer ago."""
        rows = []
        for stream in source_of(source).streams_by_name():
            for subject in subjects or (SITE,):
                end = self.now - late.get(stream, ago)
                rows += [(source, stream, subject, end - timedelta(minutes=5), end, 1, 0, not flags, flags, end)]
        self.warehouse.query(f"insert into coverage values {', '.join(['%s'] * len(rows))}", rows)

    def wait(self, length: timedelta) -> None:
        """As if what is waited for had been waited for so much longer."""
        earlier = {key: (datetime.fromisoformat(at) - length).isoformat() for key, at in self.store[AWAITED].items()}
        self.store.set(AWAITED, earlier)
