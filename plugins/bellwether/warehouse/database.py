"""What the warehouses share: batches of rows to load, queries, and transactions over an Airflow connection."""

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
"""PostgreSQL's code, which Redshift shares."""


def is_missing_table(error: Exception) -> bool:
    """Whether a statement was refused because a table is missing, in psycopg 3 or psycopg2."""
    return NO_SUCH_TABLE in (getattr(error, "pgcode", None), getattr(error, "sqlstate", None))


def is_refused_statement(error: Exception) -> bool:
    """Whether a statement is wrong in itself, by the names of PEP 249, which every driver's errors have."""
    return any(kind.__name__ in ("ProgrammingError", "NotSupportedError", "DataError") for kind in type(error).__mro__)


class WarehouseError(RuntimeError):
    """The warehouse refused; the message says what to do about it."""


@dataclass(frozen=True)
class Batch:
    """Rows to load into a table: Arrow tables that have the table's columns by name.

    :param staged: keys of the lake's Parquet objects, if the frames are exactly their content: the columns,
        in order
    """

    table: str
    key: Sequence[str]
    columns: Sequence[str]
    frames: Iterable[pa.Table]
    staged: Sequence[str] = ()


@dataclass(frozen=True)
class Replacement:
    """Rows of a query on the warehouse's own tables, which replace rows of a table.

    :param key: the columns that identify a row
    :param statement: a select of the table's columns, in order
    :param parameters: the statement's; since, until and known_at too, where the next two need them
    :param hours: the column with a row's hour: only rows of the window [since, until) are replaced
    :param known_at: the column with the moment by which a row was known: only rows known no later are replaced
    """

    table: str
    key: Sequence[str]
    statement: str
    parameters: Mapping[str, Any] | None = None
    hours: str = ""
    known_at: str = ""


@dataclass(frozen=True)
class Statement:
    """Statements of ours that end a transaction, with the values that they take."""

    text: str
    parameters: Mapping[str, Any]


class Warehouse(ABC):
    """A database behind an Airflow connection, whose tables rows are merged into by key."""

    dialect: ClassVar[str]
    """Which files of ``include/sql`` to take where the warehouses differ."""

    def __init__(self, conn_id: str) -> None:
        self.conn_id = conn_id

    @abstractmethod
    def merge(self, *batches: Batch, then: Sequence[Statement] = ()) -> list[int]:
        """Merge batches into their tables, all or nothing, and return the number of rows of each.

        Of two rows with the same key the one observed later stays, whichever arrives first. Runs that merge into
        the same table take turns.

        :param then: what is executed in the same transaction, when all rows are there
        """

    @abstractmethod
    def append(self, *batches: Batch) -> list[int]:
        """Insert rows whose key is not in the table yet, all or nothing, and return how many. Existing rows stay.

        A batch's key may be that of a group of rows: an existing group gets no more rows.
        """

    @abstractmethod
    def replace(self, *replacements: Replacement) -> list[int]:
        """Replace rows table by table, where each query sees the tables before it, and return the rows of each.

        All or nothing. Runs that replace rows of the same tables take turns. Rows that were known later stay.
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
        """Run statements that return nothing, all or none of them."""
        with self.transaction() as cursor:
            for statement in statements(text):
                cursor.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end, or undone if anything is raised."""
        with closing(self._connect()) as connection:
            with closing(self._cursor(connection)) as cursor:
                yield cursor
            connection.commit()

    @abstractmethod
    def _connect(self) -> Any:
        """A new connection, with its first transaction not begun or just begun."""

    def _cursor(self, connection: Any) -> Any:
        return connection.cursor()

    def _put(self, cursor: Any, replacement: Replacement) -> int:
        """Delete the replaced rows and insert the missing ones; returns how many were inserted."""
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
        for each in then:
            for statement in statements(each.text):
                cursor.execute(statement, each.parameters)

    def _missing(self, table: str) -> WarehouseError:
        return WarehouseError(
            f"The table '{table}' does not exist in '{self.conn_id}'. The DAG 'warehouse' creates the "
            "tables: run it once (airflow dags test warehouse), and again after adding a source."
        )
