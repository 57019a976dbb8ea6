"""What the tests of product events share: a warehouse with the bundle's tables and a lake with segments.

- `tables`: a warehouse with the bundle's tables, empty; nobody writes to it.
- `house`: a copy of it and an empty lake, which Airflow's connections mean; `house.collect()` is job 1's task,
  `house.report()` job 2's, `house.rows("clean")` what a table in the lake holds.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from bellwether.events import state
from bellwether.events.operators.collect import CollectEventsOperator
from bellwether.events.operators.report import ReportEventsOperator
from bellwether.lake import Lake
from bellwether.operators.create_tables import CreateTablesOperator
from tests.events.segments import NOON, Bucket

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class House:
    """A warehouse, a lake, and the tasks between them."""

    warehouse: Any
    lake: Any

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.lake)

    def collect(self, until: datetime = AS_OF, days: int = 60, **params: Any) -> Any:
        span = {"since": (until - timedelta(days=days)).isoformat(), "until": until.isoformat()}
        return CollectEventsOperator(task_id="collect").execute({"params": span | params})

    def report(self, as_of: datetime = AS_OF, days: tuple[str, ...] = (), **params: Any) -> Any:
        events = [SimpleNamespace(extra={"days": list(days)})]
        run = SimpleNamespace(run_type="asset_triggered", run_after=as_of)
        context = {"params": {"as_of": as_of.isoformat(), **params}, "dag_run": run}
        return ReportEventsOperator(task_id="report").execute(context | {"triggering_asset_events": {"events": events}})

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What a table in the lake holds, by its newest version."""
        parts = state.newest(Lake("lake")).parts(table)
        keys = [part.key for label in sorted(parts) for part in parts[label]]
        return [row for key in keys for row in pq.read_table(io.BytesIO(self.lake.read(key))).to_pylist()]

    def objects(self) -> list[str]:
        """The keys of everything in the lake."""
        found: list[str] = self.lake.keys()
        return found

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.warehouse.query(statement)


@pytest.fixture(scope="session")
def tables(services: Any) -> Iterator[Any]:
    with services.new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_EVENT_TABLES", made.connection)
        CreateTablesOperator(task_id="tables", warehouse_conn_id="event_tables").execute({})
        yield made


@contextmanager
def opened(services: Any, like: Any) -> Iterator[House]:
    with (
        services.new_warehouse(like) as warehouse,
        services.new_lake() as lake,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        patch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        yield House(warehouse, lake)


@pytest.fixture
def house(services: Any, tables: Any) -> Iterator[House]:
    with opened(services, tables) as made:
        yield made


__all__ = ["NOON"]
