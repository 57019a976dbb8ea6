"""`warehouse` here is one database with the bundle's tables for all tests, empty for each of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.warehouse import Warehouse, connect


@pytest.fixture(scope="session")
def shared_warehouse(services: Any, with_tables: Any) -> Iterator[Any]:
    with services.new_warehouse(with_tables) as made:
        yield made


@pytest.fixture
def warehouse(shared_warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    shared_warehouse.clear()
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", shared_warehouse.connection)
    return shared_warehouse


@pytest.fixture
def database(warehouse: Any) -> Warehouse:
    return connect("warehouse")
