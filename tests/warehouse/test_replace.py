"""Rows that a query gives in the place of those that were there; on both warehouses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from bellwether.warehouse import WarehouseError, connect
from bellwether.warehouse.database import Replacement
from tests.cities.marts.facts import at

ALL = "select name, at, known_at, total from totals order by name, at"
TOTALS = """select name, at, cast(%(known_at)s as timestamptz) as known_at, number as total
from facts
where at >= %(since)s and at < %(until)s"""


@pytest.fixture(params=["postgres", "redshift"])
def totals(warehouse: Any, as_redshift: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    """A warehouse with `facts` to count and an empty table `totals` by name and hour."""
    warehouse.query("create table facts (name varchar, at timestamptz, number bigint)")
    for table in ("totals", "others"):
        warehouse.query(
            f"create table {table} (name varchar, at timestamptz, known_at timestamptz, total bigint, "
            "primary key (name, at))"
        )
    if request.param == "redshift":
        as_redshift()
    return warehouse


def fact(warehouse: Any, hour: float, number: int, name: str = "a") -> None:
    warehouse.query("delete from facts where name = %s and at = %s", (name, at(hour)))
    warehouse.query("insert into facts values (%s, %s, %s)", (name, at(hour), number))


def of(since: float, until: float, known_at: float, table: str = "totals") -> Replacement:
    """The totals of these hours as they were known at another, each counted from midnight."""
    given = {"since": since, "until": until, "known_at": known_at}
    parameters = {name: at(hour) for name, hour in given.items()}
    return Replacement(table, ("name", "at"), TOTALS, parameters, "at", "known_at")


def hourly(*rows: tuple[float, float, int]) -> list[tuple[Any, ...]]:
    """Rows of `totals`, from hour, hour known and total."""
    return [("a", at(hour), at(known), total) for hour, known, total in rows]


def test_rows_of_the_window_are_replaced_and_no_others(totals: Any) -> None:
    for hour in (1, 2, 3):
        fact(totals, hour, hour)
    assert connect("warehouse").replace(of(1, 4, known_at=5)) == [3]
    totals.query("delete from facts")
    fact(totals, 2.5, 25)
    fact(totals, 3, 30)
    assert connect("warehouse").replace(of(2, 3, known_at=6)) == [1]
    assert totals.query(ALL) == hourly((1, 5, 1), (2.5, 6, 25), (3, 5, 3))


def test_what_is_known_later_is_not_undone(totals: Any) -> None:
    fact(totals, 2, 2)
    connect("warehouse").replace(of(2, 4, known_at=6))
    fact(totals, 2, 20)
    fact(totals, 3, 30)
    assert connect("warehouse").replace(of(1, 4, known_at=5)) == [1]
    assert totals.query(ALL) == hourly((2, 6, 2), (3, 5, 30))
    assert connect("warehouse").replace(of(1, 4, known_at=6)) == [2]
    assert totals.query(ALL) == hourly((2, 6, 20), (3, 6, 30))


def test_a_table_without_hours_is_replaced_whole(totals: Any) -> None:
    totals.query("insert into totals values ('old', now(), now(), 1)")
    statement = (
        "select 'b' as name, cast(%(at)s as timestamptz) as at, cast(%(at)s as timestamptz) as known_at, 7 as total"
    )
    one = Replacement("totals", ("name", "at"), statement, {"at": at(0)})
    assert connect("warehouse").replace(one) == connect("warehouse").replace(one) == [1]
    assert totals.query(ALL) == [("b", at(0), at(0), 7)]


def test_a_query_sees_the_tables_before_it_and_all_or_none_are_replaced(totals: Any) -> None:
    fact(totals, 1, 1)
    copied = Replacement("others", ("name", "at"), "select name, at, known_at, total + 1 as total from totals")
    broken = Replacement("others", ("name", "at"), "select name, at, known_at, total / 0 as total from totals")
    with pytest.raises(Exception, match="division by zero"):
        connect("warehouse").replace(of(0, 4, known_at=5), broken)
    assert totals.query(ALL) == []
    assert connect("warehouse").replace(of(0, 4, known_at=5), copied) == [1, 1]
    assert totals.query("select total from others") == [(2,)]


def test_a_missing_table_is_named_with_what_makes_it(totals: Any) -> None:
    fact(totals, 1, 1)
    with pytest.raises(WarehouseError, match=r"'nowhere' does not exist.*DAG 'warehouse'"):
        connect("warehouse").replace(of(0, 4, known_at=5), of(0, 4, known_at=5, table="nowhere"))
    assert totals.query(ALL) == []


def test_of_many_at_once_the_one_known_last_stays(totals: Any) -> None:
    for hour in range(30):
        fact(totals, hour, hour)
    replacements = [of(number % 3, 30 - number % 4, known_at=40 + number) for number in range(12)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        done = [pool.submit(connect("warehouse").replace, one) for one in (*replacements, *reversed(replacements))]
        assert all(one.result(timeout=60) for one in done)
    # Of the last twelve each that holds an hour: the one known last.
    latest = {hour: max(known for known in range(12) if known % 3 <= hour < 30 - known % 4) + 40 for hour in range(30)}
    assert totals.query(ALL) == hourly(*((hour, known, hour) for hour, known in latest.items()))


def test_readers_are_not_held_up_and_see_nothing_before_the_end(totals: Any) -> None:
    fact(totals, 1, 1)
    connect("warehouse").replace(of(0, 4, known_at=5))
    fact(totals, 1, 2)
    with closing(psycopg2.connect(totals.uri)) as holder, holder.cursor() as holding, ThreadPoolExecutor(1) as pool:
        # What is about to be inserted into waits here, after the first table was replaced.
        holding.execute("insert into others values ('a', %s, %s, 1)", (at(1), at(0)))
        doing = pool.submit(connect("warehouse").replace, of(0, 4, known_at=6), of(0, 4, known_at=6, table="others"))
        with (
            closing(psycopg2.connect(totals.uri, options="-c lock_timeout=1000")) as reader,
            reader.cursor() as reading,
        ):
            reading.execute(ALL)
            assert reading.fetchall() == hourly((1, 5, 1))
        holder.rollback()
        assert doing.result(timeout=60) == [1, 1]
    assert totals.query(ALL) == hourly((1, 6, 2))
