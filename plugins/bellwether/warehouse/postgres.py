"""PostgreSQL as the warehouse: rows in by COPY, merged by key inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bellwether.sql import render

if TYPE_CHECKING:
    from bellwether.arrow import pa

_READ_BYTES = 1024 * 1024


class WarehouseError(RuntimeError):
    """The warehouse refused; the message says what to do about it."""


@dataclass(frozen=True)
class Batch:
    """Rows on their way into a table: Arrow tables that have the table's columns by name."""

    table: str
    key: Sequence[str]
    columns: Sequence[str]
    frames: Iterable[pa.Table]


class PostgresWarehouse:
    """Merges rows into tables of a PostgreSQL database (15 or later) behind an Airflow connection."""

    def __init__(self, conn_id: str) -> None:
        self.conn_id = conn_id

    def merge(self, *batches: Batch) -> list[int]:
        """Merge batches into their tables, all or nothing, and return how many rows each brought.

        Of two rows with one key the later observed stays, whichever arrives first. Runs that merge into
        the same table take turns.
        """
        with self.transaction() as cursor:
            return [self._merge(cursor, batch) for batch in batches]

    def append(self, *batches: Batch) -> list[int]:
        """Insert rows whose key is not there yet, all or nothing, and return how many; none is ever changed.

        A batch's key may be that of a group of rows: a group that is there gets no more rows.
        """
        with self.transaction() as cursor:
            return [self._append(cursor, batch) for batch in batches]

    def select(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.query(statement, parameters)[1]

    def query(
        self, statement: str, parameters: Mapping[str, Any] | None = None
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of a query's columns, and its rows."""
        with self.transaction() as cursor:
            cursor.execute(statement, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return [column[0] for column in cursor.description], rows

    def run(self, statement: str) -> None:
        """Run statements that return nothing."""
        with self.transaction() as cursor:
            cursor.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end, or undone if anything is raised."""
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        with closing(PostgresHook(postgres_conn_id=self.conn_id).get_conn()) as connection:
            with connection.cursor() as cursor:
                yield cursor
            connection.commit()

    def _merge(self, cursor: Any, batch: Batch) -> int:
        names = self._receive(cursor, batch)
        cursor.execute(render("load/drop_superseded.sql", **names))
        cursor.execute("analyze incoming")
        # Taken late and kept until commit: readers are never held up, other loads only for the merge.
        cursor.execute(f"lock table {batch.table} in share row exclusive mode")
        cursor.execute(render("load/merge.sql", **names))
        count: int = cursor.rowcount
        cursor.execute("drop table incoming")
        return count

    def _append(self, cursor: Any, batch: Batch) -> int:
        names = self._receive(cursor, batch)
        # Of two at once the second waits here, and then sees the first one's rows.
        cursor.execute(f"lock table {batch.table} in share row exclusive mode")
        cursor.execute(render("load/append.sql", **names))
        count: int = cursor.rowcount
        cursor.execute("drop table incoming")
        return count

    def _receive(self, cursor: Any, batch: Batch) -> dict[str, Any]:
        """Copy a batch into the temporary table `incoming`; returns the names that statements about it take."""
        names = {"table": batch.table, "key": list(batch.key), "columns": list(batch.columns)}
        cursor.execute("select to_regclass(%s)", (batch.table,))
        if cursor.fetchone()[0] is None:
            raise WarehouseError(
                f"The table '{batch.table}' does not exist in '{self.conn_id}'. The DAG 'warehouse' makes the "
                "tables: run it once (airflow dags test warehouse), and again after adding a source."
            )
        cursor.execute(render("load/create_incoming.sql", **names))
        _copy(cursor, f"copy incoming ({', '.join(batch.columns)}) from stdin with (format csv)", batch)
        return names


def _copy(cursor: Any, statement: str, batch: Batch) -> None:
    chunks = _csv(batch.frames, list(batch.columns))
    if hasattr(cursor, "copy_expert"):
        cursor.copy_expert(statement, _ChunkFile(chunks), size=_READ_BYTES)
        return
    # psycopg 3, which Airflow's hook prefers wherever it is installed.
    with cursor.copy(statement) as copy:
        for chunk in chunks:
            copy.write(chunk)


def _csv(frames: Iterable[pa.Table], columns: list[str]) -> Iterator[bytes]:
    """Frames as CSV: text quoted, so that an empty text and no text (nothing at all) stay apart."""
    from pyarrow import csv

    from bellwether.arrow import pa

    for frame in frames:
        sink = pa.BufferOutputStream()
        csv.write_csv(frame.select(columns), sink, csv.WriteOptions(include_header=False))
        yield sink.getvalue().to_pybytes()


class _ChunkFile:
    """Chunks of bytes as the file that psycopg2 reads from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = memoryview(chunk)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)
