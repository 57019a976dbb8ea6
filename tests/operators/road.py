"""A source's road through our operators, and the place where it ends."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from bellwether.flow import CATCH_UP
from bellwether.operators.api_to_s3 import operator_of
from bellwether.operators.load import LoadOperator
from bellwether.operators.stage import StageOperator
from bellwether.sources import hook_of, source_of

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Road:
    """A source's three operators, with a lake and a warehouse of their own."""

    source: str
    warehouse: Any
    lake: Any
    name: str
    streams: list[str] | None = None
    manifests: list[str] = field(default_factory=list)

    def context(self, since: Any, until: Any, *, scheduled: bool = False, **params: Any) -> Any:
        """What Airflow hands a task: as by the schedule, or as started by hand with params."""
        if scheduled:
            run: dict[str, Any] = {"data_interval_start": since, "data_interval_end": until}
            return run | {"params": params, "dag_run": SimpleNamespace(run_type="scheduled")}
        return {"params": {"since": str(since), "until": str(until), **params}, "dag_run": None}

    def extract(self, context: Any) -> Any:
        return operator_of(hook_of(self.source))(
            task_id="extract",
            streams=self.streams,
            lake_conn_id=f"lake_{self.name}",
            coverage_conn_id=f"warehouse_{self.name}",
            catch_up=CATCH_UP,
        ).execute(context)

    def stage(self, extracted: Any) -> Any:
        return StageOperator(
            task_id="stage",
            streams=source_of(self.source).streams,
            extracted=extracted,
            lake_conn_id=f"lake_{self.name}",
        ).execute({})

    def load(self, staged: Any) -> Any:
        return LoadOperator(
            task_id="load",
            streams=source_of(self.source).streams,
            staged=staged,
            lake_conn_id=f"lake_{self.name}",
            warehouse_conn_id=f"warehouse_{self.name}",
        ).execute({})

    def run(self, since: Any, until: Any, **how: Any) -> Any:
        """Extract, stage and load; returns what `load` says."""
        extracted = self.extract(self.context(since, until, **how))
        self.manifests = extracted["manifests"]
        return self.load(self.stage(extracted))

    @property
    def tables(self) -> list[str]:
        return [f"{self.source}_{name}" for name in self.streams or source_of(self.source).streams_by_name()]

    def rows(self, *, but_observed_at: bool = False) -> Rows:
        """All that the source's tables and `coverage` hold, by table."""
        found: Rows = {}
        for table in [*self.tables, "coverage"]:
            columns = self.warehouse.query(
                "select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns "
                "where table_name = %s and column_name <> %s",
                (table, "observed_at" if but_observed_at else ""),
            )[0][0]
            found[table] = sorted(self.warehouse.query(f"select {columns} from {table}"), key=repr)
        return found

    def truncate(self) -> None:
        self.warehouse.query(f"truncate {', '.join([*self.tables, 'coverage'])}")


@dataclass(frozen=True)
class Place:
    """A lake and a warehouse with its tables, used by one road at a time."""

    name: str
    warehouse: Any
    lake: Any

    def connect(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_WAREHOUSE_{self.name.upper()}", self.warehouse.connection)
        monkeypatch.setenv(f"AIRFLOW_CONN_LAKE_{self.name.upper()}", self.lake.connection)

    def empty(self) -> None:
        self.warehouse.clear()
        self.lake.empty()
