"""PostgreSQL as the warehouse: rows are loaded by COPY and merged by key in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bellwether.sql import render
from bellwether.warehouse.database import Batch, Replacement, Statement, Warehouse

if TYPE_CHECKING:
    from bellwether.arrow import pa


class PostgresWarehouse(Warehouse):
    """Merges rows into tables of a PostgreSQL database (15 or later) behind an Airflow connection."""

    dialect = "postgres"

    def merge(self, *batches: Batch, then: Sequence[Statement] = ()) -> list[int]:
        """Merge in one transaction; readers never wait."""
        with self.transaction() as cursor:
            counts = [self._merge(cursor, batch) for batch in batches]
            self._end(cursor, then)
            return counts

    def append(self, *batches: Batch) -> list[int]:
        """Append in one transaction."""
        with self.transaction() as cursor:
            return [self._append(cursor, batch) for batch in batches]

    def replace(self, *replacements: Replacement) -> list[int]:
        """Replace in one transaction; readers never wait, and see all changes or none."""
        with self.transaction() as cursor:
            for replacement in replacements:
                self._require(cursor, replacement.table)
                # The second of two concurrent runs waits here, and then sees the rows of the first.
                cursor.execute(f"lock table {replacement.table} in share row exclusive mode")
            return [self._replace(cursor, replacement) for replacement in replacements]

    def _replace(self, cursor: Any, replacement: Replacement) -> int:
        count = self._put(cursor, replacement)
        # The next query's planner has no statistics of these rows yet.
        cursor.execute(f"analyze {replacement.table}")
        return count

    def _require(self, cursor: Any, table: str) -> None:
        cursor.execute("select to_regclass(%s)", (table,))
        if cursor.fetchone()[0] is None:
            raise self._missing(table)

    def _connect(self) -> Any:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        return PostgresHook(postgres_conn_id=self.conn_id).get_conn()

    def _merge(self, cursor: Any, batch: Batch) -> int:
        names = self._receive(cursor, batch)
        cursor.execute(render("load/postgres/drop_superseded.sql", **names))
        cursor.execute("analyze incoming")
        # Locked late and until commit: readers never wait, other loads wait only for the merge.
        cursor.execute(f"lock table {batch.table} in share row exclusive mode")
        cursor.execute(render("load/postgres/merge.sql", **names))
        count: int = cursor.rowcount
        cursor.execute("drop table incoming")
        return count

    def _append(self, cursor: Any, batch: Batch) -> int:
        names = self._receive(cursor, batch)
        # The second of two concurrent runs waits here, and then sees the rows of the first.
        cursor.execute(f"lock table {batch.table} in share row exclusive mode")
        cursor.execute(render("load/append.sql", **names))
        count: int = cursor.rowcount
        cursor.execute("drop table incoming")
        return count

    def _receive(self, cursor: Any, batch: Batch) -> dict[str, Any]:
        """Copy a batch into the temporary table `incoming`; return the names for the statements about it."""
        names: dict[str, Any] = {"table": batch.table, "incoming": "incoming"}
        names |= {"key": batch.key, "columns": batch.columns}
        self._require(cursor, batch.table)
        cursor.execute(render("load/postgres/create_incoming.sql", **names))
        _copy(cursor, f"copy incoming ({', '.join(batch.columns)}) from stdin with (format csv)", batch)
        return names


def _copy(cursor: Any, statement: str, batch: Batch) -> None:
    # psycopg 3: the postgres provider installs it and its hook uses it.
    with cursor.copy(statement) as copy:
        for chunk in _csv(batch.frames, list(batch.columns)):
            copy.write(chunk)


def _csv(frames: Iterable[pa.Table], columns: list[str]) -> Iterator[bytes]:
    """Frames as CSV with quoted text, so that an empty text differs from null."""
    from pyarrow import csv

    from bellwether.arrow import pa

    for frame in frames:
        sink = pa.BufferOutputStream()
        csv.write_csv(frame.select(columns), sink, csv.WriteOptions(include_header=False))
        yield sink.getvalue().to_pybytes()
