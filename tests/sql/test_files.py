"""The SQL files: one dialect for both warehouses, and statements that can be run twice."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from bellwether.sources import hook_of, source_names
from bellwether.sql import render, sql_folder
from bellwether.warehouse.postgres import PostgresWarehouse

IDENTIFIERS = {"table": "github_commits", "key": ["repository", "sha"]}
IDENTIFIERS |= {"columns": ["repository", "sha", "message", "observed_at"]}
NAMES = sorted(str(path.relative_to(sql_folder())) for path in sql_folder().rglob("*.sql"))
TABLES = [name for name in NAMES if name.startswith("tables/")]
POSTGRES_ONLY = {"load/drop_superseded.sql": "rows of the temporary table have no name but ctid, which Redshift lacks"}
FORBIDDEN = {
    "on conflict": r"\bon\s+conflict\b",
    "distinct on": r"\bdistinct\s+on\b",
    "jsonb": r"\bjsonb\b",
    "filter (where)": r"\bfilter\s*\(",
    "generate_series": r"\bgenerate_series\b",
    "arrays": r"\barray\b|\[\s*\]|\bunnest\b|\barray_agg\b",
    "lateral": r"\blateral\b",
    "ctid": r"\bctid\b",
}


def rendered(name: str) -> str:
    return render(name, **IDENTIFIERS)


def statements(name: str) -> str:
    """The file as rendered, without its comments and without what is inside quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", rendered(name)))


def test_there_are_files_of_every_kind() -> None:
    assert {Path(name).parts[0] for name in NAMES} >= {"tables", "load", "coverage", "signals", "verdicts"}
    assert len(NAMES) >= 20


@pytest.mark.parametrize("dialect", ["postgres", "redshift"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_understood_in_both_dialects(name: str, dialect: str) -> None:
    parsed = sqlglot.parse(rendered(name), read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert parsed
    # What sqlglot does not understand it hands through as a Command.
    assert all(one is not None and not isinstance(one, sqlglot.exp.Command) for one in parsed)


@pytest.mark.parametrize("word", FORBIDDEN)
@pytest.mark.parametrize("name", [name for name in NAMES if name not in POSTGRES_ONLY])
def test_a_file_uses_only_what_both_warehouses_have(name: str, word: str) -> None:
    assert not re.search(FORBIDDEN[word], statements(name))


def test_the_exceptions_are_files_that_need_to_be_one() -> None:
    for name in POSTGRES_ONLY:
        assert any(re.search(pattern, statements(name)) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_begins_with_its_grain(name: str) -> None:
    first = (sql_folder() / name).read_text().splitlines()[0]
    assert re.match(r"-- (One|Leaves one) row per \S", first)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_grain_before_it(name: str) -> None:
    blocks = [block for block in rendered(name).split("\n\n") if block.strip()]
    assert blocks
    for block in blocks:
        assert re.match(r"-- One row per .+\n(--.+\n)*create table if not exists [a-z_]+ \(", block)


@pytest.mark.parametrize("name", NAMES)
def test_sql_is_written_in_lower_case(name: str) -> None:
    assert statements(name) == statements(name).lower()


def test_table_files_run_twice_and_leave_what_is_there(warehouse: Any) -> None:
    database = PostgresWarehouse("warehouse")
    for name in TABLES:
        database.run(rendered(name))
    warehouse.query("insert into github_releases values ('a/b', 1, 'v1', null, null, null, null, now(), now())")
    for name in TABLES:
        database.run(rendered(name))
    assert warehouse.query("select repository, release_id, tag_name from github_releases") == [("a/b", 1, "v1")]


def test_every_stream_has_a_table_with_its_columns_and_key(warehouse: Any) -> None:
    for name in TABLES:
        PostgresWarehouse("warehouse").run(rendered(name))
    columns: dict[str, list[str]] = {}
    for table, column in warehouse.query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'public' order by ordinal_position"
    ):
        columns.setdefault(table, []).append(column)
    streams = {
        f"{source}_{name}": stream
        for source in source_names()
        for name, stream in hook_of(source).streams_by_name().items()
    }
    assert columns.keys() == {*streams, "coverage", "verdicts", "verdict_windows"}
    keys = dict(
        warehouse.query(
            "select i.indrelid::regclass::text, array_agg(a.attname::text) from pg_index i "
            "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
            "where i.indisprimary group by 1"
        )
    )
    for table, stream in streams.items():
        assert columns[table] == list(stream.column_names)
        assert sorted(keys[table]) == sorted(stream.table_key)
