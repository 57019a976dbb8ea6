"""The statements of job 1 give the same rows on DuckDB, on PostgreSQL and on Spark's dialect (Sail), unchanged."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from bellwether.arrow import pa
from bellwether.events.clean.lines import INCOMING, LAUNCHES, read_lines, to_rows, unpacked
from bellwether.events.declared import Application, Declared, relations
from bellwether.events.tables import TABLES
from bellwether.events.work import engine
from bellwether.sql import render
from tests.events.segments import NOON, body, launch, line, views

MINUTE = timedelta(minutes=1)
EMPTY = {"touched": "clean", "requests_before": "requests", "instances_before": "instances", "signs_before": "signs"}
EMPTY |= {"sessions_near": "sessions", "known": "clean"}
STEPS = ("copies", "first_received", "fresh", "superseded", "requests", "clocks", "instances", "kinds")
THEN = ("arrivals", "placed", "added", "removed", "touches", "touched_runs", "timeline_events", "sessions", "signs")
LAST = ("identities", "day_events", "use")


@lru_cache(maxsize=1)
def given() -> dict[str, pa.Table]:
    """The relations that the first run of job 1 begins with."""
    lines = [launch(NOON), *views("phone", NOON, [1, 2, 40, 75, 1500])]
    lines += [line(at=NOON + 3 * MINUTE, id="Same"), line(at=NOON + 3 * MINUTE, id="same", received=NOON + 9 * MINUTE)]
    lines += [line("user.signedIn", NOON + 5 * MINUTE, data={"appUserId": "u"})]
    lines += [launch(NOON, "fast", received=NOON - 20 * MINUTE), line(at=NOON, instance="server", data={"userId": 7})]
    incoming, launches = to_rows(read_lines(unpacked(body(lines))).lines)
    assert (incoming.schema, launches.schema) == (INCOMING, LAUNCHES)
    declared = relations(Declared(application=(Application(tracking="acme", app_codes=("server",)),)), ["acme"])
    empty = {name: TABLES[table].schema.empty_table() for name, table in EMPTY.items()}
    recalled = {"recalled": TABLES["clean"].schema.empty_table()}
    day = 20_767
    quarters = pa.table(
        {
            "tracking": ["acme"] * 288,
            "quarter": [day * 96 + n for n in range(288)],
            "local_day": [day + n // 96 for n in range(288)],
        }
    )
    changed = pa.table(
        {"tracking": ["acme"] * 4, "timeline": ["device:phone", "device:fast", "user:7", "device:phone"],
         "local_day": [day, day, day, day + 1]}
    )  # fmt: skip
    return (
        {"incoming": incoming, "launches": launches, "quarters": quarters, "changed_days": changed}
        | declared
        | empty
        | recalled
    )


def statement(name: str) -> str:
    return render(f"events/{name}.sql")


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    con, found = engine(Path(tmp_path_factory.mktemp("duck"))), {}
    for name, table in given().items():
        con.register(name, table)
    for name in (*STEPS, *THEN, *LAST):
        con.execute(f"create or replace temp table {name} as {statement(name)}")
        found[name] = con.execute(f"select * from {name}").fetchall()
    assert all(found[name] for name in ("added", "sessions", "identities", "use")), "no rows would prove nothing"
    return {name: plain(rows) for name, rows in found.items()}


def plain(rows: Any) -> list[str]:
    return sorted(str(tuple(int(v) if isinstance(v, bool) or str(v).isdigit() else v for v in row)) for row in rows)


def test_on_postgresql(on_duckdb: dict[str, list[Any]], warehouse: Any) -> None:
    kinds = {pa.string(): "text", pa.int64(): "bigint"}
    with closing(warehouse.connect()) as connection, connection.cursor() as cursor:
        for name, table in given().items():
            columns = ", ".join(f"{field.name} {kinds[field.type]}" for field in table.schema)
            cursor.execute(f"create table {name} ({columns})")
            marks = ", ".join(["%s"] * table.num_columns)
            rows = [tuple(row.values()) for row in table.to_pylist()]
            cursor.executemany(f"insert into {name} values ({marks})", rows)
        for name in (*STEPS, *THEN, *LAST):
            cursor.execute(f"create table {name} as {statement(name)}")
            cursor.execute(f"select * from {name}")
            assert plain(cursor.fetchall()) == on_duckdb[name], name


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    import warnings

    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        # The client looks for an installation of Spark, which it does not use.
        patch.setenv("SPARK_HOME", os.devnull)
        # It says that it does not fully support pandas 3, which is not used here.
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def test_on_spark(on_duckdb: dict[str, list[Any]], spark: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    def keep(name: str, table: pa.Table) -> None:
        pq.write_table(table, tmp_path / f"{name}.parquet")
        spark.read.parquet(str(tmp_path / f"{name}.parquet")).createOrReplaceTempView(name)

    for name, table in given().items():
        keep(name, table)
    for name in (*STEPS, *THEN, *LAST):
        made = spark.sql(statement(name)).toArrow()
        keep(name, made)
        assert plain(tuple(row.values()) for row in made.to_pylist()) == on_duckdb[name], name
