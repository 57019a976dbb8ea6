"""A small table of every type, and batches for it.

`warehouse` here is one database for all tests of a module, empty for each of them.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.arrow import pa
from bellwether.warehouse.postgres import Batch, PostgresWarehouse

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


@pytest.fixture
def database(facts: Any) -> PostgresWarehouse:
    return PostgresWarehouse("warehouse")


@pytest.fixture(name="row")
def row_of() -> Callable[..., dict[str, Any]]:
    return row


@pytest.fixture
def batch() -> MakeBatch:
    return make_batch
