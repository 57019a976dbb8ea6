"""A small table of every type, and batches for it.

`warehouse` here is one database for all tests of a module, empty for each of them. `redshift` is the double in front
of it: `as_redshift()` points Airflow's connections `warehouse` and `lake` at the double and at a lake.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.arrow import pa
from bellwether.sql import render
from bellwether.warehouse import Batch, Warehouse, connect
from tests.warehouse import redshift_wire
from tests.warehouse.redshift_double import RedshiftDouble

COLUMNS = ("name", "number", "share", "is_on", "at", "observed_at")
STAMP = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(zip(COLUMNS, [pa.string(), pa.int64(), pa.float64(), pa.bool_(), STAMP, STAMP], strict=True))
TABLE = """create table {} (
    name varchar(65535) not null,
    number bigint,
    share double precision,
    is_on boolean,
    at timestamptz,
    observed_at timestamptz not null,
    primary key (name)
)"""
MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)

MakeBatch = Callable[..., Batch]


def row(name: str, minute: float = 0, **values: Any) -> dict[str, Any]:
    """A row observed so many minutes after midnight."""
    return dict.fromkeys(COLUMNS) | {"name": name, "observed_at": MIDNIGHT + timedelta(minutes=minute)} | values


def make_batch(*frames: list[dict[str, Any]], table: str = "facts", key: tuple[str, ...] = ("name",)) -> Batch:
    """A batch of frames, each a list of rows."""
    return Batch(table, key, COLUMNS, [pa.Table.from_pylist(rows, SCHEMA) for rows in frames])


@pytest.fixture(scope="module")
def shared_warehouse(services: Any) -> Iterator[Any]:
    with services.new_warehouse() as made:
        yield made


@pytest.fixture
def warehouse(shared_warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    shared_warehouse.query("drop schema public cascade; create schema public")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", shared_warehouse.connection)
    return shared_warehouse


@pytest.fixture
def facts(warehouse: Any) -> Any:
    """A warehouse with the tables `facts` and `others`."""
    for table in ("facts", "others"):
        warehouse.query(TABLE.format(table))
    return warehouse


@pytest.fixture(scope="module")
def redshift(services: Any) -> Iterator[RedshiftDouble]:
    with redshift_wire.running(services) as double:
        yield double


@pytest.fixture(scope="module")
def shared_lake(services: Any) -> Iterator[Any]:
    with services.new_lake() as made:
        yield made


@pytest.fixture
def as_redshift(
    warehouse: Any, redshift: RedshiftDouble, shared_lake: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Makes the warehouse a Redshift, with these extras in its connection; returns its lake."""

    def make(**extra: Any) -> Any:
        for table, constraint in warehouse.query(
            "select relname, conname from pg_constraint join pg_class on pg_class.oid = conrelid where contype = 'p' "
            "and connamespace = 'public'::regnamespace"
        ):
            warehouse.query(f"alter table {table} drop constraint {constraint}")
        warehouse.query(render("tables/redshift/load_turns.sql"))
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", redshift.connection(warehouse.uri, **extra))
        monkeypatch.setenv("AIRFLOW_CONN_LAKE", shared_lake.connection)
        shared_lake.empty()
        redshift.said.clear()
        return shared_lake

    return make


@pytest.fixture
def database(facts: Any) -> Warehouse:
    return connect("warehouse")


@pytest.fixture(name="row")
def row_of() -> Callable[..., dict[str, Any]]:
    return row


@pytest.fixture
def batch() -> MakeBatch:
    return make_batch
