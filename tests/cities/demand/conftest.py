"""A small world of two cities (small_world.py) in warehouses of their own, and runs of the DAG's tasks on it.

- `done`: the small world from its sources' tables to the forecast made at AS_OF; nobody writes to it.
- `house`: a copy of it, lake and all, for one test.
- `empty`: the tables and a lake with nothing in them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bellwether.cities.operators.city_tables import CityTablesOperator
from bellwether.cities.operators.demand import ForecastDemandOperator, TrainDemandOperator
from bellwether.cities.operators.rides import RidesOperator
from tests.cities.demand import small_world

TABLES = ("rides_history", "demand_backtests", "demand_forecasts", "demand_advice")


@dataclass
class House:
    """A warehouse, a lake, and the four tasks between them."""

    warehouse: Any
    lake: Any

    @contextmanager
    def meant(self) -> Iterator[None]:
        """Airflow's connections mean this one."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AIRFLOW_CONN_WAREHOUSE", self.warehouse.connection)
            patch.setenv("AIRFLOW_CONN_LAKE", self.lake.connection)
            yield

    def context(self, as_of: datetime, **params: Any) -> Any:
        run = SimpleNamespace(run_type="manual", run_after=as_of)
        return {"params": {"as_of": as_of.isoformat(), **params}, "dag_run": run}

    def build(self, as_of: datetime = small_world.AS_OF) -> Any:
        return CityTablesOperator(task_id="tables").execute(self.context(as_of))

    def read_rides(self) -> Any:
        return RidesOperator(task_id="rides").execute({})

    def train(self, as_of: datetime = small_world.AS_OF, **params: Any) -> dict[str, str]:
        return TrainDemandOperator(task_id="train").execute(self.context(as_of, **params))

    def forecast(self, trained: dict[str, str], as_of: datetime = small_world.AS_OF) -> dict[str, Any]:
        return ForecastDemandOperator(task_id="forecast", trained=trained).execute(self.context(as_of))

    def put(self, key: str, body: bytes) -> None:
        self.lake.client.put_object(Bucket=self.lake.bucket, Key=key, Body=body)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.warehouse.query(statement)

    def rows(self) -> dict[str, list[Any]]:
        return {table: sorted(self.query(f"select * from {table}"), key=repr) for table in TABLES}

    def objects(self) -> dict[str, bytes]:
        return {key: self.lake.read(key) for key in self.lake.keys("")}

    def words(self) -> str:
        return self.lake.read("demand/latest.txt").decode()


@contextmanager
def opened(services: Any, like: Any) -> Iterator[House]:
    """A copy of a warehouse and an empty lake, which Airflow's connections then mean."""
    with services.new_warehouse(like) as warehouse, services.new_lake() as lake:
        made = House(warehouse, lake)
        with made.meant():
            yield made


@pytest.fixture(scope="session")
def done(services: Any, with_tables: Any) -> Iterator[House]:
    with services.new_warehouse(with_tables) as warehouse, services.new_lake() as lake:
        made = House(warehouse, lake)
        with made.meant():
            small_world.put_sources()
            made.build()
            made.put("rides/history.parquet", small_world.parquet(small_world.rides()))
            made.read_rides()
            # As though the file had come the day before: what came in when tells whether to train anew.
            early = small_world.AS_OF - small_world.DAY
            warehouse.query("update rides_history set observed_at = %s", (early,))
            made.forecast(made.train())
        yield made


@pytest.fixture
def house(services: Any, done: House) -> Iterator[House]:
    with opened(services, done.warehouse) as made:
        for key in ("models/", "demand/"):
            for each in done.lake.keys(key):
                found = done.lake.client.get_object(Bucket=done.lake.bucket, Key=each)
                made.lake.client.put_object(
                    Bucket=made.lake.bucket, Key=each, Body=found["Body"].read(), Metadata=found["Metadata"]
                )
        yield made


@pytest.fixture
def empty(services: Any, with_tables: Any) -> Iterator[House]:
    with opened(services, with_tables) as made:
        yield made
