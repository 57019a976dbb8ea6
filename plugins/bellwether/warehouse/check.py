"""Test the whole load path on a warehouse: copy, merge, append and roll back, in a temporary scratch table.

Airflow supplies the connections, for instance from AIRFLOW_CONN_WAREHOUSE and AIRFLOW_CONN_LAKE in the environment.
Each step prints its result on a line; the exit status is 1 if a step failed.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bellwether.lake import Lake
from bellwether.sql import render, sql_folder
from bellwether.warehouse import Batch, Warehouse, connect
from bellwether.warehouse.copy_manifest import PREFIX

COLUMNS = ("name", "kind", "label", "number", "share", "is_on", "at", "observed_at")
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Row = dict[str, Any]


class CheckFailed(Exception):
    """The table's rows differ from the loaded rows."""


class Check:
    """Runs the steps, in order, on one scratch table.

    :param report: called with a line of text for each step
    """

    def __init__(self, warehouse: Warehouse, lake: Lake, report: Callable[[str], Any]) -> None:
        self._warehouse = warehouse
        self._lake = lake
        self._report = report
        self._table = f"bellwether_check_{secrets.token_hex(4)}"
        self._created: list[str] = []
        self.is_passed = True

    def run(self) -> bool:
        """Run the steps up to the first failure, then clean up; return whether all passed."""
        with self._step(f"created the table {self._table}"):
            self._make_tables()
        steps = {
            "loaded nulls, empty text, Unicode and the extremes of each type, and read them back": self._values,
            "a row observed later replaced its predecessor, a row observed earlier did not": self._superseding,
            "repeating the load changed nothing": self._again,
            "a load that failed half-way left no rows": self._rolled_back,
            "appended rows were inserted once, and existing rows stayed unchanged": self._appended,
        }
        for title, step in steps.items():
            if self.is_passed:
                with self._step(title):
                    step()
        for table in self._created:
            with self._step(f"dropped the table {table}"):
                self._warehouse.run(f"drop table {table}")
        with self._step(f"removed the objects under {PREFIX}{self._table}/ from the lake"):
            for key in list(self._lake.keys(f"{PREFIX}{self._table}/")):
                self._lake.delete(key)
        return self.is_passed

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        """Report a step's result; its exceptions are caught."""
        try:
            yield
        except Exception as problem:
            self.is_passed = False
            self._report(f"FAILED  {title}: {type(problem).__name__}: {problem}")
        else:
            self._report(f"ok      {title}")

    def _make_tables(self) -> None:
        dialect = self._warehouse.dialect
        self._warehouse.run(render("check/scratch.sql", table=self._table, dialect=dialect))
        self._created.append(self._table)
        for path in sorted((sql_folder() / "tables" / dialect).glob("*.sql")):
            if not self._warehouse.select(render("check/exists.sql"), {"table": path.stem}):
                self._warehouse.run(render(f"tables/{dialect}/{path.name}", dialect=dialect))
                self._created.append(path.stem)

    def _values(self) -> None:
        self._warehouse.merge(self._batch(EXTREMES))
        self._expect(EXTREMES)

    def _superseding(self) -> None:
        later = _row("nulls", label="no longer null", observed_at=_NOON + timedelta(seconds=1))
        self._warehouse.merge(self._batch([later, _row("new")]))
        self._warehouse.merge(self._batch([_row("empty", label="late", observed_at=_NOON - timedelta(seconds=1))]))
        self._expect([row for row in EXTREMES if row["name"] != "nulls"] + [later, _row("new")])

    def _again(self) -> None:
        before = self._rows()
        self._warehouse.merge(self._batch([_row("new")]))
        self._expect(before)

    def _rolled_back(self) -> None:
        before = self._rows()
        try:
            self._warehouse.merge(self._batch([_row("half")]), self._batch([_row("other half", kind=None)]))
        except Exception:
            return self._expect(before)
        raise CheckFailed("the load did not fail, although a column that must not be null was null")

    def _appended(self) -> None:
        before = self._rows()
        counts = [self._warehouse.append(self._batch([_row("new", label="again"), _row("more")])) for _ in range(2)]
        if counts != [[1], [0]]:
            raise CheckFailed(f"expected 1 and then 0 new rows, got {counts}")
        self._expect([*before, _row("more")])

    def _batch(self, rows: list[Row]) -> Batch:
        from bellwether.arrow import pa

        time = pa.timestamp("us", tz="UTC")
        kinds = {"number": pa.int64(), "share": pa.float64(), "is_on": pa.bool_(), "at": time, "observed_at": time}
        schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
        return Batch(self._table, ("name",), COLUMNS, [pa.Table.from_pylist(rows, schema)])

    def _rows(self) -> list[Row]:
        statement = render("check/rows.sql", table=self._table, columns=COLUMNS)
        return [dict(zip(COLUMNS, row, strict=True)) for row in self._warehouse.select(statement)]

    def _expect(self, rows: list[Row]) -> None:
        actual = {row["name"]: row for row in self._rows()}
        expected = {row["name"]: row for row in rows}
        if actual.keys() != expected.keys():
            raise CheckFailed(f"the rows {sorted(expected)} were loaded, but the table has {sorted(actual)}")
        for name, row in expected.items():
            for column, value in row.items():
                if actual[name][column] != value:
                    raise CheckFailed(
                        f"{name}.{column} was {value!r:.80} and came back as {actual[name][column]!r:.80}"
                    )


def _row(name: str, **values: Any) -> Row:
    return dict.fromkeys(COLUMNS) | {"name": name, "kind": "check", "observed_at": _NOON} | values


EXTREMES = [
    _row("nulls"),
    _row("empty", label="", number=0, share=0.0, is_on=False, at=_NOON),
    _row("unicode", label="Grüße, 日本語, \U0001f415, it's \"quoted\",\n\\N\t; --", is_on=True),
    _row(
        "largest", label="ü" * 32_767 + "x", number=2**63 - 1, share=1.7976931348623157e308, is_on=True,
        at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ),
    _row(
        "smallest", label=" ", number=-(2**63) + 1, share=2.2250738585072014e-308, is_on=False,
        at=datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ),
]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Check the warehouse of the connections; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bellwether.warehouse.check", description=__doc__)
    parser.add_argument("--warehouse", default="warehouse", metavar="ID", help="the warehouse's connection id")
    parser.add_argument("--lake", default="lake", metavar="ID", help="the lake's connection id")
    options = parser.parse_args(arguments)

    def report(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    try:
        warehouse, lake = connect(options.warehouse, options.lake), Lake(options.lake)
        report(f"the warehouse is of the type {warehouse.dialect}, the lake is {lake.url('')}")
    except Exception as problem:
        report(f"FAILED  reading the connections: {problem}")
        return 1
    is_passed = Check(warehouse, lake, report).run()
    report("All steps passed." if is_passed else "Some steps failed.")
    return 0 if is_passed else 1


if __name__ == "__main__":
    sys.exit(main())
