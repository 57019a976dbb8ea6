"""CreateTablesOperator: the warehouse's tables, as include/sql/tables has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from bellwether.sql import render, sql_folder
from bellwether.warehouse import connect

if TYPE_CHECKING:
    from airflow.sdk import Context


class CreateTablesOperator(BaseOperator):
    """Makes the tables that are not there yet, and leaves all others as they are.

    :param warehouse_conn_id: the warehouse's connection; its user has to be allowed to create tables
    """

    def __init__(self, *, warehouse_conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> list[str]:
        """Run each file of ``include/sql/tables``, those for this kind of warehouse alone too; return their names."""
        warehouse = connect(self.warehouse_conn_id)
        folder = sql_folder() / "tables"
        found = [*folder.glob("*.sql"), *(folder / warehouse.dialect).glob("*.sql")]
        names = sorted(path.relative_to(folder).as_posix() for path in found)
        for name in names:
            warehouse.run(render(f"tables/{name}", dialect=warehouse.dialect))
            self.log.info("Tables of %s are there.", name)
        return names
