"""Loads into one table at the same time."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from bellwether.warehouse import Batch
from bellwether.warehouse.postgres import PostgresWarehouse

Row = Callable[..., dict[str, Any]]
MakeBatch = Callable[..., Batch]


def test_many_loads_at_once_leave_each_key_as_it_was_observed_last(
    facts: Any, database: PostgresWarehouse, row: Row, batch: MakeBatch
) -> None:
    numbers = random.Random(11)
    last: dict[str, int] = {}
    loads = []
    for _ in range(40):
        minutes = {f"key {numbers.randrange(60)}": numbers.randrange(1000) for _ in range(50)}
        for name, minute in minutes.items():
            last[name] = max(minute, last.get(name, 0))
        # In an order of their own: rows locked one by one in different orders would be a deadlock.
        loads.append(batch([row(name, minute=minute, number=minute) for name, minute in minutes.items()]))
    with ThreadPoolExecutor(max_workers=4) as pool:
        counts = list(pool.map(database.merge, loads))
    assert len(counts) == 40
    assert dict(facts.query("select name, number from facts")) == last


def test_two_loads_of_the_same_new_rows_do_not_collide(
    facts: Any, database: PostgresWarehouse, row: Row, batch: MakeBatch
) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        for turn in range(20):
            rows = [row(f"{turn} {at}", number=at) for at in range(20)]
            both = [pool.submit(database.merge, batch(rows), batch(rows, table="others")) for _ in range(2)]
            for one in both:
                one.result(timeout=30)
    assert facts.query("select count(*) from facts") == facts.query("select count(*) from others") == [(400,)]


def test_readers_are_not_held_up_and_see_nothing_before_the_end(
    facts: Any, database: PostgresWarehouse, row: Row, batch: MakeBatch
) -> None:
    with database.transaction() as cursor:
        database._merge(cursor, batch([row("a")]))
        with closing(psycopg2.connect(facts.uri, options="-c lock_timeout=1000")) as reader, reader.cursor() as reading:
            reading.execute("select count(*) from facts")
            assert reading.fetchone() == (0,)
    assert facts.query("select count(*) from facts") == [(1,)]


@pytest.mark.parametrize("table", ["facts", "others"])
def test_a_load_waits_for_one_that_is_not_done(
    facts: Any, database: PostgresWarehouse, row: Row, batch: MakeBatch, table: str
) -> None:
    with closing(psycopg2.connect(facts.uri)) as holder, holder.cursor() as holding, ThreadPoolExecutor(1) as pool:
        holding.execute(f"lock table {table} in row exclusive mode")
        waiting = pool.submit(database.merge, batch([row("a")]), batch([row("a")], table="others"))
        while not facts.query("select 1 from pg_locks where not granted"):
            assert not waiting.done()
        assert facts.query("select name from facts") == []
        holder.rollback()
        assert waiting.result(timeout=30) == [1, 1]
    assert facts.query("select name from facts union all select name from others") == [("a",), ("a",)]
