"""Merging rows into a table of the real PostgreSQL, and through the double that plays Redshift."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import redshift_connector

from bellwether.arrow import pa
from bellwether.warehouse import Batch, Warehouse, WarehouseError, connect

Row = Callable[..., dict[str, Any]]
MakeBatch = Callable[..., Batch]
DATABASE_ERRORS = (psycopg.Error, redshift_connector.Error)


@pytest.fixture(params=["postgres", "redshift"])
def database(facts: Any, as_redshift: Callable[..., Any], request: pytest.FixtureRequest) -> Warehouse:
    if request.param == "redshift":
        as_redshift()
    return connect("warehouse")


def numbers(facts: Any, table: str = "facts") -> dict[str, int]:
    return dict(facts.query(f"select name, number from {table}"))


@pytest.mark.parametrize("order", [pytest.param((0, 1), id="in order"), pytest.param((1, 0), id="late")])
def test_the_later_observation_stays_whichever_arrives_first(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch, order: tuple[int, int]
) -> None:
    said = [row("a", minute=1, number=1), row("a", minute=2, number=2)]
    for number in order:
        database.merge(batch([said[number]]))
    assert numbers(facts) == {"a": 2}


def test_of_equal_observations_the_last_to_arrive_stays(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    database.merge(batch([row("a", number=1)]))
    database.merge(batch([row("a", number=2)]))
    assert numbers(facts) == {"a": 2}


def test_a_later_null_takes_an_earlier_value_away(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    database.merge(batch([row("a", minute=1, number=1)]))
    database.merge(batch([row("a", minute=2, number=None)]))
    assert numbers(facts) == {"a": None}


def test_of_one_key_in_one_batch_the_row_observed_last_stays(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    first = [row("a", minute=3, number=3), row("a", minute=1, number=1), row("b", number=1), row("b", number=2)]
    second = [row("a", minute=2, number=2), row("b", number=3)]
    (count,) = database.merge(batch(first, second))
    assert numbers(facts) == {"a": 3, "b": 3}
    assert count == 2


def test_merging_twice_changes_nothing_and_leaves_other_rows(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    database.merge(batch([row("other", number=9)]))
    for _ in range(2):
        database.merge(batch([row("a", number=1), row("b", number=2)]))
    assert numbers(facts) == {"other": 9, "a": 1, "b": 2}


def test_a_key_of_several_columns(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    facts.query("alter table facts drop constraint if exists facts_pkey, add primary key (name, number)")
    key = ("name", "number")
    database.merge(batch([row("a", number=1, share=0.5), row("a", number=2, share=0.5)], key=key))
    database.merge(batch([row("a", minute=1, number=2, share=0.75)], key=key))
    assert sorted(facts.query("select name, number, share from facts")) == [("a", 1, 0.5), ("a", 2, 0.75)]


def test_a_table_that_is_all_key_but_for_its_observation(facts: Any, database: Warehouse, row: Row) -> None:
    facts.query("create table seen (name varchar(9) primary key, observed_at timestamptz not null)")
    columns = ("name", "observed_at")
    frame = pa.table({name: [row("a")[name]] for name in columns})
    for _ in range(2):
        database.merge(Batch("seen", ("name",), columns, [frame]))
    assert facts.query("select name from seen") == [("a",)]


TEXTS = [
    "",
    " ",
    "null",
    "NULL",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    '"',
    '""',
    'say "hello", twice',
    "it's",
    "a,b;c\td",
    "two\nlines",
    "two\r\nlines",
    "ends with a newline\n",
    "C:\\path\\new",
    "%s %(name)s {{ table }} {% if %}",
    "'); drop table facts; --",
    "Grüße, 日本語, \U0001f415, e\u0301, \u202eright to left",
    "\x01\x7f\u2028",
    "x" * 65_535,
]


def test_text_arrives_as_it_is(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    frames = [[row(text, number=number)] for number, text in enumerate(TEXTS)]
    database.merge(batch(*frames))
    found = dict(facts.query("select number, name from facts"))
    assert found == dict(enumerate(TEXTS))


def test_no_text_and_an_empty_text_are_two_things(facts: Any, database: Warehouse, row: Row) -> None:
    facts.query("create table words (name varchar(9) primary key, word varchar(9), observed_at timestamptz)")
    columns = ("name", "word", "observed_at")
    rows = [{**row("none"), "word": None}, {**row("empty"), "word": ""}]
    frame = pa.Table.from_pylist([{name: one[name] for name in columns} for one in rows])
    database.merge(Batch("words", ("name",), columns, [frame]))
    assert dict(facts.query("select name, word from words")) == {"none": None, "empty": ""}


def test_times_keep_their_microseconds(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    times = {
        "one": datetime(2026, 11, 1, 12, 0, 0, 1, tzinfo=UTC),
        "all": datetime(2026, 11, 1, 12, 0, 0, 999_999, tzinfo=UTC),
        "none": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "old": datetime(1900, 1, 1, tzinfo=UTC),
        "far": datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    }
    database.merge(batch([row(name, at=at, observed_at=at) for name, at in times.items()]))
    found = facts.query("select name, at, observed_at from facts")
    assert {name: at for name, at, _ in found} == times
    assert all(at == observed_at for _, at, observed_at in found)


def test_numbers_keep_all_their_digits(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    shares = [0.1, 1 / 3, 1e22, 5e-324, -1.7976931348623157e308, 123456789.123456789, math.inf]
    integers = [2**63 - 1, -(2**63), 0, 1, -1, 10**15, None]
    pairs = list(zip(integers, shares, strict=True))
    database.merge(batch([row(str(at), number=n, share=s, is_on=at % 2 == 0) for at, (n, s) in enumerate(pairs)]))
    found = facts.query("select number, share, is_on from facts order by name")
    assert found == [(n, s, at % 2 == 0) for at, (n, s) in enumerate(pairs)]


def test_nothing_is_no_error(facts: Any, database: Warehouse, batch: MakeBatch) -> None:
    assert database.merge(batch(), batch([], table="others")) == [0, 0]
    assert facts.query("select count(*) from facts") == [(0,)]


def test_a_missing_table_names_the_dag_that_makes_it(database: Warehouse, row: Row, batch: MakeBatch) -> None:
    with pytest.raises(WarehouseError, match=r"'nowhere' does not exist in 'warehouse'. The DAG 'warehouse' creates"):
        database.merge(batch([row("a")], table="nowhere"))


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"table": "nowhere"}, id="a table that is missing"),
        pytest.param({"table": "others", "name": None}, id="a row that the table refuses"),
    ],
)
def test_a_failure_in_the_second_batch_leaves_the_first_unloaded(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch, bad: dict[str, Any]
) -> None:
    second = batch([row("b") | {"name": bad.get("name", "b")}], table=bad["table"])
    with pytest.raises((WarehouseError, *DATABASE_ERRORS)):
        database.merge(batch([row("a")]), second)
    assert facts.query("select name from facts union all select name from others") == []


def test_a_failure_while_rows_are_on_their_way_leaves_nothing(
    facts: Any, database: Warehouse, row: Row, batch: MakeBatch
) -> None:
    def frames() -> Iterator[pa.Table]:
        yield from batch([row("a")]).frames
        raise ConnectionError("the lake went away")

    good = batch([row("b")], table="others")
    with pytest.raises((ConnectionError, *DATABASE_ERRORS), match="the lake went away"):
        database.merge(good, Batch("facts", ("name",), good.columns, frames()))
    assert facts.query("select name from facts union all select name from others") == []


def test_many_frames_become_one_load(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    frames = [[row(f"{frame}-{at}", number=at) for at in range(500)] for frame in range(20)]
    assert database.merge(batch(*frames)) == [10_000]
    assert facts.query("select count(*), sum(number) from facts") == [(10_000, 20 * sum(range(500)))]


def test_no_temporary_table_is_left_behind(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    database.merge(batch([row("a")]), batch([row("a")], table="others"))
    assert facts.query("select relname from pg_class where relname = 'incoming'") == []


def test_times_observed_are_compared_as_moments(facts: Any, database: Warehouse, row: Row, batch: MakeBatch) -> None:
    later = row("a", number=2)["observed_at"] + timedelta(microseconds=1)
    database.merge(batch([row("a", number=2, observed_at=later)]))
    database.merge(batch([row("a", number=1)]))
    assert numbers(facts) == {"a": 2}
