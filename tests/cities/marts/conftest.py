"""`warehouse` here is one database with the bundle's tables for all tests, empty for each of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.warehouse import Warehouse, connect
from tests.company import make_tables


@pytest.fixture(scope="session")
def shared_warehouse(services: Any) -> Iterator[Any]:
    with services.new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_SHARED", made.connection)
        make_tables("shared")
        yield made


@pytest.fixture
def warehouse(shared_warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    tables = shared_warehouse.query("select tablename from pg_tables where schemaname = 'public'")
    # Quicker than truncate, which makes a new file for each.
    shared_warehouse.query("; ".join(f"delete from {table}" for (table,) in tables))
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", shared_warehouse.connection)
    return shared_warehouse


@pytest.fixture
def database(warehouse: Any) -> Warehouse:
    return connect("warehouse")
