"""One run's work on the tables of product events: local copies of parts, DuckDB over them, new parts in the lake."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bellwether.events import state
from bellwether.events.state import Part, State
from bellwether.events.tables import TABLES
from bellwether.lake import Lake
from bellwether.sql import render

MEMORY = "512MB"
_AT_ONCE = 8
_EPOCH_DAY = date(1970, 1, 1)


def engine(folder: Path, memory: str = MEMORY) -> Any:
    """A DuckDB connection that asks nobody for extensions and spills into the folder."""
    import duckdb

    (folder / "spill").mkdir(exist_ok=True)
    con = duckdb.connect(config={"memory_limit": memory, "threads": 2, "temp_directory": str(folder / "spill")})
    con.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
    con.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
    return con


def day_label(day: int) -> str:
    """A day since 1970 as a partition's name.

    >>> day_label(20_777)
    '2026-11-20'
    """
    return (_EPOCH_DAY + timedelta(days=day)).isoformat()


def day_number(label: str) -> int:
    """Read back what :func:`day_label` wrote."""
    return (date.fromisoformat(label) - _EPOCH_DAY).days


class Work:
    """The tables as of one version, and what is to become of them.

    :param con: DuckDB, in which `view` and `make` leave relations by name
    :param seed: what the run reads, which names its objects: the same run again writes the same keys
    """

    def __init__(self, lake: Lake, before: State, folder: Path, seed: str, memory: str = MEMORY) -> None:
        self.lake = lake
        self.before = before
        self.con = engine(folder, memory)
        self.tables = dict(TABLES)
        self._folder = folder
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._puts: list[Any] = []
        self._name = hashlib.sha256(f"{before.version}/{seed}".encode()).hexdigest()[:16]
        self._tables = {table: dict(parts) for table, parts in before.tables.items()}
        self._local: dict[str, Path] = {}

    def make(self, name: str, into: str = "") -> int:
        """Make the relation that a file of include/sql/events is named after; returns how many rows it has."""
        self.con.execute(f"create or replace temp table {into or name} as {render(f'events/{name}.sql')}")
        return self.count(into or name)

    def drop(self, *names: str) -> None:
        """Let go of relations that have been made."""
        for name in names:
            self.con.execute(f"drop table if exists {name}")

    def count(self, relation: str) -> int:
        """How many rows a relation has."""
        return self.one(f"select count(*) from {relation}")

    def one(self, statement: str) -> Any:
        """The first value of a query."""
        return self.row(statement)[0]

    def row(self, statement: str) -> tuple[Any, ...]:
        """The first row of a query. All are fetched: DuckDB refuses other work before."""
        row: tuple[Any, ...] = self.con.execute(statement).fetchall()[0]
        return row

    def values(self, statement: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.con.execute(statement).fetchall()]

    def view(self, name: str, table: str, wanted: Callable[[str, Part], bool] = lambda *_: True) -> None:
        """The rows of a table, as the version before had them, of those parts that are wanted."""
        found = self.before.parts(table)
        keys = [part.key for label, parts in found.items() for part in parts if wanted(label, part)]
        empty = self.tables[table].schema.empty_table()
        self.con.register(f"no_{name}", empty)
        files = ", ".join(f"'{path}'" for path in self._fetch(keys))
        source = f"union all by name select * from read_parquet([{files}], union_by_name = true)" if keys else ""
        columns = quoted(empty.column_names)
        self.con.execute(
            f"create or replace temp view {name} as select {columns} from (select * from no_{name} {source})"
        )

    def days(self, name: str, table: str, days: Iterable[int]) -> None:
        """The rows of a table's partitions for days since 1970."""
        labels = {day_label(day) for day in days}
        self.view(name, table, lambda label, _: label in labels)

    def add(self, table: str, relation: str, day: int | None = None) -> None:
        """Put a relation's rows of a partition beside those that the partition has."""
        self._put(table, relation, day, self._tables.get(table, {}).get(_label(day), ()))

    def replace(self, table: str, relation: str, day: int | None = None) -> None:
        """Put a relation's rows of a partition in place of those that the partition has."""
        self._put(table, relation, day, ())

    def after(self, **changes: Any) -> State:
        """The version after, its parts written, not committed yet."""
        for put in self._puts:
            put.result()
        self._pool.shutdown()
        tables = {
            name: {label: parts for label, parts in sorted(found.items()) if parts}
            for name, found in sorted(self._tables.items())
        }
        return state.changed(self.before, msgspec.structs.replace(self.before, tables=tables, **changes))

    def pending(self, table: str) -> dict[str, tuple[Part, ...]]:
        """A table's parts as they will be."""
        return self._tables.get(table, {})

    def _put(self, table: str, relation: str, day: int | None, beside: tuple[Part, ...]) -> None:
        kind, label = self.tables[table], _label(day)
        where = f"where {kind.partition} = {day}" if day is not None else ""
        rows = self.one(f"select count(*) from {relation} {where}")
        mine = self._tables.setdefault(table, {})
        if not rows:
            mine[label] = beside
            return
        path = self._folder / f"{len(self._puts)}.put.parquet"
        columns = ", ".join([quoted(kind.schema.names), *kind.more])
        self.con.execute(
            f"copy (select {columns} from {relation} {where} order by {kind.order}) to '{path}' "
            "(format parquet, compression zstd)"
        )
        key = f"{kind.prefix}{f'dt={label}/' if label else ''}{self._name}.parquet"
        self._puts.append(self._pool.submit(self._upload, key, path))
        ranges = self._ranges(relation, where) if table == "clean" else {}
        mine[label] = (*(part for part in beside if part.key != key), Part(key=key, rows=rows, **ranges))

    def _upload(self, key: str, path: Path) -> None:
        self.lake.put(key, path.read_bytes())
        path.unlink()

    def _ranges(self, relation: str, where: str) -> dict[str, tuple[int, int]]:
        row = self.row(
            "select min(client_ms + shift_ms), max(client_ms + shift_ms), min(received_us), max(received_us) "
            f"from {relation} {where}"
        )
        return {"at": (row[0], row[1]), "received": (row[2] // 1000, row[3] // 1000)}

    def _fetch(self, keys: list[str]) -> list[Path]:
        missing = [key for key in keys if key not in self._local]
        for key, body in zip(missing, self._pool.map(lambda key: self.lake.get(key)[0], missing), strict=True):
            self._local[key] = self._folder / f"{len(self._local)}.parquet"
            self._local[key].write_bytes(body)
        return [self._local[key] for key in keys]


def quoted(names: Iterable[str]) -> str:
    """Columns as a list: some of a type's data are called like words of SQL.

    >>> quoted(["for", "a"])
    '"for", "a"'
    """
    return ", ".join(f'"{name}"' for name in names)


def _label(day: int | None) -> str:
    return "" if day is None else day_label(day)
