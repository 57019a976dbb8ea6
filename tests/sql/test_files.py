"""The SQL files: one dialect for both warehouses, and statements that can be run twice."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from bellwether.sources import source_names, source_of
from bellwether.sql import render, sql_folder, statements
from bellwether.warehouse.postgres import PostgresWarehouse
from tests.sql.redshift_lacks import RESERVED, lacking

IDENTIFIERS: dict[str, Any] = {"table": "github_commits", "incoming": "incoming", "key": ["repository", "sha"]}
IDENTIFIERS |= {"columns": ["repository", "sha", "message", "observed_at"], "times": ["observed_at"]}
IDENTIFIERS |= {
    "placed_by": ["committed_at"],
    "hours": ["observed_at"],
    "known_at": ["observed_at"],
    "subject": "sha",
    "day": "observed_at",
    "cities": ["city_0", "city_1"],
}
LITERALS = {"manifest": "s3://my-lake/copy/github_commits/1.manifest", "role": "arn:aws:iam::123456789012:role/reads"}
NAMES = sorted(str(path.relative_to(sql_folder())) for path in sql_folder().rglob("*.sql"))
OUR_OWN = {"coverage", "verdicts", "verdict_windows", "rides_history"}
OUR_OWN |= {"demand_backtests", "demand_forecasts", "demand_advice"}
OUR_OWN |= {"aircraft_seats", "cities", "city_populations", "airports", "city_airports", "city_flights", "city_weather"}
OUR_OWN |= {"active_users_daily", "sessions_daily", "retention_cohorts_weekly", "funnel_steps_daily"}
OUR_OWN |= {"feature_use_daily", "devices_daily", "paths_daily", "event_quality_daily", "event_rejects_daily"}
OUR_OWN |= {"city_calendar", "airport_hours", "city_hours"}
TABLES = [name for name in NAMES if name.startswith("tables/")]
ONLY_POSTGRES = [name for name in NAMES if "/postgres/" in name]
ONLY_REDSHIFT = [name for name in NAMES if "/redshift/" in name]
ON_REDSHIFT = [name for name in NAMES if name not in ONLY_POSTGRES]
RENDERED = [(name, "redshift") for name in ON_REDSHIFT]
RENDERED += [(name, "postgres") for name in NAMES if name not in ONLY_REDSHIFT]


def rendered(name: str, dialect: str = "postgres") -> str:
    return render(name, LITERALS, dialect=dialect, **IDENTIFIERS)


def test_there_are_files_of_every_kind() -> None:
    assert {Path(name).parts[0] for name in NAMES} >= {"tables", "load", "coverage", "signals", "verdicts"}
    assert len(NAMES) >= 20


@pytest.mark.parametrize(("name", "dialect"), RENDERED)
def test_a_file_is_understood_in_its_dialects(name: str, dialect: str) -> None:
    parsed = sqlglot.parse(rendered(name, dialect), read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert parsed
    # What sqlglot does not understand it hands through as a Command.
    assert all(one is not None and not isinstance(one, sqlglot.exp.Command) for one in parsed)


@pytest.mark.parametrize("name", ON_REDSHIFT)
def test_a_file_has_nothing_that_redshift_lacks(name: str) -> None:
    assert lacking(rendered(name, "redshift")) == []


@pytest.mark.parametrize("name", ["load/postgres/drop_superseded.sql", "load/postgres/merge.sql"])
def test_a_file_for_postgresql_alone_needs_to_be_one(name: str) -> None:
    assert lacking(rendered(name))


@pytest.mark.parametrize("name", TABLES)
def test_no_column_is_called_by_a_word_that_redshift_keeps(name: str) -> None:
    columns = re.findall(r"^    (\w+) (?!key)", rendered(name, "redshift"), re.M)
    assert columns
    assert not RESERVED & set(columns)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_place_on_redshift_by_columns_of_its_own(name: str) -> None:
    for statement in statements(rendered(name, "redshift")):
        found = re.search(r"\n\) (?:diststyle all|distkey \((\w+)\)) sortkey \(([\w, ]+)\)$", statement)
        assert found
        places = [found[1]] if found[1] else []
        for column in [*places, *found[2].split(", ")]:
            assert re.search(rf"^    {column} (varchar|bigint|timestamptz|date)[^\n]* not null,$", statement, re.M)
        # Rows of one key lie on one node, so that the merge moves none of them.
        key = re.search(r"primary key \(([\w, ]+)\)", statement)
        assert key
        assert set(places) <= set(key[1].split(", "))
    assert "sortkey" not in rendered(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_begins_with_its_grain(name: str) -> None:
    first = (sql_folder() / name).read_text().splitlines()[0]
    assert re.match(r"-- ((One|Leaves one) row per \S|No rows: |Always empty; )", first)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_grain_before_it(name: str) -> None:
    blocks = [block.lstrip() for block in statements(rendered(name))]
    assert blocks
    for block in blocks:
        assert re.match(r"-- (One row per|Always empty;) .+\n(--.+\n)*create table if not exists [a-z_]+ \(", block)


@pytest.mark.parametrize("name", NAMES)
def test_sql_is_written_in_lower_case(name: str) -> None:
    text = re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", rendered(name)))
    assert text == text.lower()


def test_table_files_run_twice_and_leave_what_is_there(warehouse: Any) -> None:
    database = PostgresWarehouse("warehouse")
    for name in sorted({*TABLES} - {*ONLY_REDSHIFT}):
        database.run(rendered(name))
    warehouse.query("insert into github_releases values ('a/b', 1, 'v1', null, null, null, null, now(), now())")
    for name in sorted({*TABLES} - {*ONLY_REDSHIFT}):
        database.run(rendered(name))
    assert warehouse.query("select repository, release_id, tag_name from github_releases") == [("a/b", 1, "v1")]


def test_every_stream_has_a_table_with_its_columns_and_key(warehouse: Any) -> None:
    for name in sorted({*TABLES} - {*ONLY_REDSHIFT}):
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
        for name, stream in source_of(source).streams_by_name().items()
    }
    assert columns.keys() == {*streams, *OUR_OWN}
    keys = dict(
        warehouse.query(
            "select i.indrelid::regclass::text, array_agg(a.attname::text) from pg_index i "
            "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
            "where i.indisprimary group by 1"
        )
    )
    for table, stream in streams.items():
        assert columns[table] == [*stream.column_names, *(["gone_at"] if stream.lists_all else [])]
        assert sorted(keys[table]) == sorted(stream.table_key)
