"""Rides, training and forecast on Redshift, played by the double: the rows that PostgreSQL gets."""

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.operators.create_tables import CreateTablesOperator
from tests.cities.demand import small_world
from tests.cities.demand.conftest import TABLES, House
from tests.warehouse import redshift_wire


@pytest.fixture(scope="module")
def redshift(services: Any) -> Iterator[Any]:
    with redshift_wire.running(services) as double:
        yield double


def test_the_whole_chain_leaves_what_it_leaves_in_postgresql(
    services: Any, done: House, redshift: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services.new_warehouse() as warehouse, services.new_lake() as lake:
        house = House(warehouse, lake)
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", redshift.connection(warehouse.uri))
        monkeypatch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        CreateTablesOperator(task_id="tables").execute({})
        small_world.put_sources()
        house.build()
        house.put("rides/history.parquet", small_world.parquet(small_world.rides()))
        assert house.read_rides()["rows"] == small_world.rides().num_rows
        assert house.read_rides()["files"] == 0
        trained = house.train()
        assert house.forecast(trained)["forecasts"] == 360
        assert house.forecast(trained)["forecasts"] == 0
        rows, expected = house.rows(), done.rows()
        for table in TABLES[1:]:
            assert rows[table] == expected[table], table
        assert [row[:-1] for row in rows["rides_history"]] == [row[:-1] for row in expected["rides_history"]]
        assert house.words() == done.words()
