"""Amazon Redshift as the warehouse: COPY loads Parquet from the lake with an IAM role; rows are merged by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from bellwether.lake import Lake
from bellwether.sql import render
from bellwether.warehouse import copy_manifest
from bellwether.warehouse.database import NO_SUCH_TABLE, Batch, Replacement, Statement, Warehouse, WarehouseError
from bellwether.warehouse.redshift_connection import RedshiftConnection

_TIMESTAMPTZ = 1184
_TURNS = "load_turns"

Names = dict[str, Any]


class RedshiftWarehouse(Warehouse):
    """Merges rows into tables of Amazon Redshift, provisioned or serverless.

    Rows are copied into temporary tables first. A second transaction changes the tables. It locks ``load_turns`` before
    its first query, because the first query takes the transaction's snapshot: otherwise two concurrent loads would not
    see each other's rows, and Redshift does not enforce keys.
    Source: docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html and r_LOCK.html

    :param lake: contains the staged rows; rows that are not staged are written to it for COPY
    """

    dialect = "redshift"

    def __init__(self, conn_id: str, lake: Lake) -> None:
        super().__init__(conn_id)
        self._lake = lake
        self._connection = RedshiftConnection(conn_id)

    def merge(self, *batches: Batch, then: Sequence[Statement] = ()) -> list[int]:
        """Merge in one transaction; of rows with equal observation times, the values decide which row stays."""
        return self._load(batches, _replace, then)

    def append(self, *batches: Batch) -> list[int]:
        """Append in one transaction."""
        return self._load(batches, _add)

    def replace(self, *replacements: Replacement) -> list[int]:
        """Replace in one transaction, which locks ``load_turns`` before its first query."""
        with self.transaction() as cursor:
            self._execute_on(_TURNS, cursor, f"lock table {_TURNS}")
            for replacement in replacements:
                columns = render("load/redshift/columns.sql", table=replacement.table, columns=replacement.key)
                self._execute_on(replacement.table, cursor, columns)
            return [self._put(cursor, replacement) for replacement in replacements]

    def _connect(self) -> Any:
        return self._connection.open()

    def _cursor(self, connection: Any) -> Any:
        cursor = connection.cursor()
        cursor.paramstyle = "pyformat"
        return cursor

    def _load(
        self, batches: tuple[Batch, ...], put: Callable[[Any, Names], int], then: Sequence[Statement] = ()
    ) -> list[int]:
        role = self._connection.role(self._lake)
        with closing(self._connect()) as connection, closing(self._cursor(connection)) as cursor:
            received = [self._receive(cursor, role, number, batch) for number, batch in enumerate(batches)]
            connection.commit()
            self._execute_on(_TURNS, cursor, f"lock table {_TURNS}")
            counts = [put(cursor, names) for names in received]
            self._end(cursor, then)
            connection.commit()
            return counts

    def _receive(self, cursor: Any, role: str, number: int, batch: Batch) -> Names:
        """Copy a batch into a temporary table; return the names for the statements about it."""
        names: Names = {"table": batch.table, "incoming": f"incoming_{number}"}
        names |= {"key": batch.key, "columns": batch.columns}
        columns = render("load/redshift/columns.sql", table=batch.table, columns=batch.columns)
        self._execute_on(batch.table, cursor, columns)
        times = [name for name, kind, *_ in cursor.description if kind == _TIMESTAMPTZ]
        cursor.execute(render("load/redshift/create_incoming.sql", **names, times=times))
        self._copy(cursor, role, batch, names)
        return names

    def _execute_on(self, table: str, cursor: Any, statement: str) -> None:
        """Execute a statement about a table. Raises WarehouseError if the table is missing."""
        from redshift_connector.error import ProgrammingError

        try:
            cursor.execute(statement)
        except ProgrammingError as refused:
            if _error_field(refused, "C") != NO_SUCH_TABLE:
                raise
            raise self._missing(table) from None

    def _copy(self, cursor: Any, role: str, batch: Batch, names: Names) -> None:
        from redshift_connector.error import ProgrammingError

        manifest = copy_manifest.write(self._lake, batch)
        if not manifest:
            return
        literals = {"manifest": manifest, "role": role}
        try:
            cursor.execute(render("load/redshift/copy.sql", literals, incoming=names["incoming"]))
        except ProgrammingError as refused:
            raise WarehouseError(
                f"Redshift could not copy rows for '{batch.table}' from the lake: {_error_field(refused, 'M')} "
                "The view sys_load_error_detail may have details. The role must be attached to Redshift and must be "
                "allowed s3:GetObject and s3:ListBucket on the bucket, which must be in Redshift's own region."
            ) from refused


def _replace(cursor: Any, names: Names) -> int:
    for step in ("drop_outdated", "drop_replaced", "insert_latest"):
        cursor.execute(render(f"load/redshift/{step}.sql", **names))
    count: int = cursor.rowcount
    return count


def _add(cursor: Any, names: Names) -> int:
    cursor.execute(render("load/append.sql", **names))
    count: int = cursor.rowcount
    return count


def _error_field(refused: Exception, field: str) -> str:
    """A field of the server's error by its letter in the wire protocol: C for the code, M for the message."""
    fields = refused.args[0] if refused.args else {}
    return str(fields.get(field, "")) if isinstance(fields, dict) else str(fields)
