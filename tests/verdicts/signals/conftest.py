"""`tables`: a warehouse with the bundle's tables, empty for each test; `signals()` reads a window of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bellwether.verdicts.questions import read
from bellwether.verdicts.signals import read_signals
from bellwether.warehouse import connect


@pytest.fixture(scope="module")
def made_tables(services: Any, with_tables: Any) -> Iterator[Any]:
    with services.new_warehouse(with_tables) as made:
        yield made


@pytest.fixture
def tables(made_tables: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", made_tables.connection)
    made_tables.clear()
    return made_tables


@pytest.fixture
def signals(tables: Any) -> Callable[..., Any]:
    def make(window: Any, **how: Any) -> Any:
        return read_signals(how.pop("questions", None) or read(), connect("warehouse"), window, **how)

    return make
