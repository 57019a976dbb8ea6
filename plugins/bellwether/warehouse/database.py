"""What the warehouses share: rows on their way in, queries, and transactions over an Airflow connection."""

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
    """Whether a statement was refused for want of a table, whichever psycopg says so."""
    return NO_SUCH_TABLE in (getattr(error, "pgcode", None), getattr(error, "sqlstate", None))


def is_refused_statement(error: Exception) -> bool:
    """Whether a statement is wrong in itself, by the names of PEP 249, which every driver's errors have."""
    return any(kind.__name__ in ("ProgrammingError", "NotSupportedError", "DataError") for kind in type(error).__mro__)


class WarehouseError(RuntimeError):
    """The warehouse refused; the message says what to do about it."""


@dataclass(frozen=True)
class Batch:
    """Rows on their way into a table: Arrow tables that have the table's columns by name.

    :param staged: keys of the lake's Parquet objects, where the frames are just what these hold: exactly the
        columns, in order
    """

    table: str
    key: Sequence[str]
    columns: Sequence[str]
    frames: Iterable[pa.Table]
    staged: Sequence[str] = ()


@dataclass(frozen=True)
class Replacement:
    """Rows that a query of the warehouse's own tables gives, for those that are in a table.

    :param key: what rows are told apart by
    :param statement: a select of the table's columns, in order
    :param parameters: the statement's; since, until and known_at too, where the next two need them
    :param hours: the column with the hour that a row is of: only rows of the window [since, until) are replaced
    :param known_at: the column with the moment by which a row was known: only rows known no later are replaced
    """

    table: str
    key: Sequence[str]
    statement: str
    parameters: Mapping[str, Any] | None = None
    hours: str = ""
    known_at: str = ""


class Warehouse(ABC):
    """A database behind an Airflow connection, whose tables rows are merged into by key."""

    dialect: ClassVar[str]
    """What tells the files of ``include/sql`` apart where the warehouses' tables are not made alike."""

    def __init__(self, conn_id: str) -> None:
        self.conn_id = conn_id

    @abstractmethod
    def merge(self, *batches: Batch) -> list[int]:
        """Merge batches into their tables, all or nothing, and return how many rows each brought.

        Of two rows with one key the later observed stays, whichever arrives first. Runs that merge into
        the same table take turns.
        """

    @abstractmethod
    def append(self, *batches: Batch) -> list[int]:
        """Insert rows whose key is not there yet, all or nothing, and return how many; none is ever changed.

        A batch's key may be that of a group of rows: a group that is there gets no more rows.
        """

    @abstractmethod
    def replace(self, *replacements: Replacement) -> list[int]:
        """Replace rows table by table, each query seeing the tables before it, and return how many each got.

        All or nothing. Runs that replace rows of the same tables take turns, and none undoes what is known later.
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

    def _put(self, cursor: Any, one: Replacement) -> int:
        """Drop what is replaced and insert what is not there; how many rows were inserted."""
        hours, known_at = ([column] if column else [] for column in (one.hours, one.known_at))
        dropped = render("load/drop_known.sql", table=one.table, key=one.key, hours=hours, known_at=known_at)
        cursor.execute(dropped, one.parameters)
        same = " and ".join(f"kept.{column} = found.{column}" for column in one.key)
        cursor.execute(
            f"insert into {one.table} select found.* from (\n{one.statement}\n) as found "
            f"where not exists (select 1 from {one.table} as kept where {same})",
            one.parameters,
        )
        count: int = cursor.rowcount
        return count

    def _missing(self, table: str) -> WarehouseError:
        return WarehouseError(
            f"The table '{table}' does not exist in '{self.conn_id}'. The DAG 'warehouse' makes the "
            "tables: run it once (airflow dags test warehouse), and again after adding a source."
        )
