"""`tables`: a warehouse with the bundle's tables, empty for each test; `signals()` reads a window of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bellwether.verdicts.questions import read
from bellwether.verdicts.signals import read_signals
from bellwether.warehouse import connect
from tests.company import make_tables


@pytest.fixture(scope="module")
def made_tables(services: Any) -> Iterator[Any]:
    with services.new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", made.connection)
        make_tables()
        yield made


@pytest.fixture
def tables(made_tables: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", made_tables.connection)
    names = made_tables.query("select string_agg(tablename, ', ') from pg_tables where schemaname = 'public'")
    made_tables.query(f"truncate {names[0][0]}")
    return made_tables


@pytest.fixture
def signals(tables: Any) -> Callable[..., Any]:
    def make(window: Any, **how: Any) -> Any:
        return read_signals(how.pop("questions", None) or read(), connect("warehouse"), window, **how)

    return make
