"""CreateTablesOperator: creates the warehouse's tables from include/sql/tables."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from jinja2 import TemplateError, TemplateSyntaxError

from bellwether.sql import render, sql_folder
from bellwether.warehouse import connect
from bellwether.warehouse.database import is_refused_statement

if TYPE_CHECKING:
    from airflow.sdk import Context


class CreateTablesOperator(BaseOperator):
    """Creates the missing tables, and leaves existing ones unchanged.

    :param warehouse_conn_id: the warehouse's connection; its user must be allowed to create tables
    """

    def __init__(self, *, warehouse_conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> list[str]:
        """Run the files of ``include/sql/tables`` and of its folder for this dialect, then those of the views.

        Returns their names. Raises TablesError for wrong files, after all others have run.
        """
        warehouse = connect(self.warehouse_conn_id)
        folder = sql_folder()
        tables = [*folder.glob("tables/*.sql"), *folder.glob(f"tables/{warehouse.dialect}/*.sql")]
        paths = [*sorted(tables), *sorted(folder.glob("views/*.sql"))]
        names = [path.relative_to(folder).as_posix() for path in paths]
        broken = []
        for name in names:
            try:
                warehouse.run(render(name, dialect=warehouse.dialect))
            # A wrong file does not prevent the others from running; an unreachable warehouse prevents all.
            except Exception as error:
                if not (isinstance(error, TemplateError | ValueError) or is_refused_statement(error)):
                    raise
                broken.append(f"include/sql/{name}{_line(folder / name, error)}: {_reason(error)}")
                continue
            self.log.info("The tables and views of %s exist.", name)
        if broken:
            remedy = "Correct the file and run this DAG again; all other tables exist."
            raise TablesError("\n".join([*broken, remedy]))
        return names


class TablesError(Exception):
    """Files of include/sql/tables that failed; the message names each file and line."""


def _line(file: Path, error: Exception) -> str:
    """The line of the error in the file, as far as the template or the database reports it."""
    if isinstance(error, TemplateSyntaxError):
        return f", line {error.lineno}"
    in_template = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    if in_template:
        return f", line {in_template[-1]}"
    quoted = re.search(r"LINE \d+: (?:\.\.\.)?(.+?)(?:\.\.\.)?\n", str(error))
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if quoted and quoted[1].strip() in line:
            return f", line {number}"
    return ""


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") + "."
