"""Shared by all warehouses: batches of rows to load, queries, and transactions over an Airflow connection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bellwether.sql import render, statements

if TYPE_CHECKING:
    from bellwether.arrow import pa


NO_SUCH_TABLE = "42P01"
"""PostgreSQL's error code undefined_table, which Redshift uses too."""


def is_missing_table(error: Exception) -> bool:
    """Whether a statement failed because a table is missing, in psycopg 3 or psycopg2."""
    return NO_SUCH_TABLE in (getattr(error, "pgcode", None), getattr(error, "sqlstate", None))


def is_refused_statement(error: Exception) -> bool:
    """Whether the statement itself is wrong, by the error names of PEP 249, which every driver uses."""
    return any(kind.__name__ in ("ProgrammingError", "NotSupportedError", "DataError") for kind in type(error).__mro__)


class WarehouseError(RuntimeError):
    """The warehouse refused a statement; the message states the remedy."""


@dataclass(frozen=True)
class Batch:
    """Rows to load into a table: Arrow tables that have the table's columns by name.

    :param staged: keys of the lake's Parquet objects, if the frames are exactly their content with the same
        columns in the same order
    """

    table: str
    key: Sequence[str]
    columns: Sequence[str]
    frames: Iterable[pa.Table]
    staged: Sequence[str] = ()


@dataclass(frozen=True)
class Replacement:
    """The result of a query on the warehouse's own tables, which replaces rows of a table.

    :param key: the columns that identify a row
    :param statement: a select of the table's columns, in order
    :param parameters: the statement's parameters; with since and until for ``hours``, and known_at for ``known_at``
    :param hours: the column of a row's hour: only rows of the window [since, until) are replaced
    :param known_at: the column of the time at which a row became known: only rows known no later are replaced
    """

    table: str
    key: Sequence[str]
    statement: str
    parameters: Mapping[str, Any] | None = None
    hours: str = ""
    known_at: str = ""


@dataclass(frozen=True)
class Statement:
    """SQL statements to execute at the end of a transaction, with their parameters."""

    text: str
    parameters: Mapping[str, Any]


class Warehouse(ABC):
    """A database behind an Airflow connection, into whose tables rows are merged by key."""

    dialect: ClassVar[str]
    """The folder of ``include/sql`` for statements that differ between warehouses."""

    def __init__(self, conn_id: str) -> None:
        self.conn_id = conn_id

    @abstractmethod
    def merge(self, *batches: Batch, then: Sequence[Statement] = ()) -> list[int]:
        """Merge batches into their tables, all or nothing, and return the number of rows of each batch.

        Of two rows with the same key the row observed later stays, whichever arrives first. Concurrent runs merge
        into the same table one after the other.

        :param then: statements to execute in the same transaction, after the rows are merged
        """

    @abstractmethod
    def append(self, *batches: Batch) -> list[int]:
        """Insert rows whose key is not in the table yet, all or nothing; return their number. Existing rows stay.

        A batch's key may identify a group of rows: an existing group gets no further rows.
        """

    @abstractmethod
    def replace(self, *replacements: Replacement) -> list[int]:
        """Replace rows table by table, all or nothing, and return the number of rows inserted into each table.

        Each query sees the tables replaced before it. Concurrent runs replace rows of the same tables one after the
        other. Rows that became known later stay.
        """

    def select(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.query(statement, parameters)[1]

    def query(
        self, statement: str, parameters: Mapping[str, Any] | None = None
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of a query's columns, and its rows."""
        with self.transaction() as cursor:
            cursor.execute(statement, parameters)
            rows = [tuple(row) for row in cursor.fetchall()]
            return [column[0] for column in cursor.description], rows

    def run(self, text: str) -> None:
        """Run statements that return no rows, all or nothing."""
        with self.transaction() as cursor:
            for statement in statements(text):
                cursor.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end, or rolled back if the block raises."""
        with closing(self._connect()) as connection:
            with closing(self._cursor(connection)) as cursor:
                yield cursor
            connection.commit()

    @abstractmethod
    def _connect(self) -> Any:
        """A new connection without earlier statements in its transaction."""

    def _cursor(self, connection: Any) -> Any:
        return connection.cursor()

    def _put(self, cursor: Any, replacement: Replacement) -> int:
        """Delete the replaced rows and insert the missing ones; return the number of inserted rows."""
        hours, known_at = ([column] if column else [] for column in (replacement.hours, replacement.known_at))
        dropped = render(
            "load/drop_known.sql", table=replacement.table, key=replacement.key, hours=hours, known_at=known_at
        )
        cursor.execute(dropped, replacement.parameters)
        same = " and ".join(f"kept.{column} = fresh.{column}" for column in replacement.key)
        cursor.execute(
            f"insert into {replacement.table} select fresh.* from (\n{replacement.statement}\n) as fresh "
            f"where not exists (select 1 from {replacement.table} as kept where {same})",
            replacement.parameters,
        )
        count: int = cursor.rowcount
        return count

    def _end(self, cursor: Any, then: Sequence[Statement]) -> None:
        for step in then:
            for statement in statements(step.text):
                cursor.execute(statement, step.parameters)

    def _missing(self, table: str) -> WarehouseError:
        return WarehouseError(
            f"The table '{table}' does not exist in '{self.conn_id}'. The DAG 'warehouse' creates the "
            "tables: run it once (airflow dags test warehouse), and again after adding a source."
        )
