"""Rows that are appended once and never changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bellwether.warehouse import Batch, WarehouseError, connect


@pytest.fixture
def batch() -> Callable[..., Batch]:
    from bellwether.arrow import pa

    def make(*rows: tuple[str, int, str], table: str = "answers", key: tuple[str, ...] = ("name", "number")) -> Batch:
        columns = ("name", "number", "said")
        arrays = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
        types = [pa.string(), pa.int64(), pa.string()]
        return Batch(table, key, columns, [pa.table(arrays, pa.schema(list(zip(columns, types, strict=True))))])

    return make


@pytest.fixture(params=["postgres", "redshift"])
def answers(warehouse: Any, as_redshift: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    for table in ("answers", "others"):
        warehouse.query(f"create table {table} (name varchar, number bigint, said varchar, primary key (name, number))")
    if request.param == "redshift":
        as_redshift()
    return warehouse


def test_a_row_that_is_there_stays_as_it_is(answers: Any, batch: Callable[..., Batch]) -> None:
    assert connect("warehouse").append(batch(("a", 1, "first"))) == [1]
    assert connect("warehouse").append(batch(("a", 1, "second"), ("b", 1, "other"))) == [1]
    assert sorted(answers.query("select * from answers")) == [("a", 1, "first"), ("b", 1, "other")]


def test_a_group_that_is_there_gets_no_more_rows(answers: Any, batch: Callable[..., Batch]) -> None:
    connect("warehouse").append(batch(("a", 1, ""), ("a", 2, ""), key=("name",)))
    assert connect("warehouse").append(batch(("a", 3, ""), ("b", 1, ""), key=("name",))) == [1]
    assert sorted(answers.query("select name, number from answers")) == [("a", 1), ("a", 2), ("b", 1)]


def test_both_tables_or_neither(answers: Any, batch: Callable[..., Batch]) -> None:
    with pytest.raises(WarehouseError, match="'nowhere' does not exist"):
        connect("warehouse").append(batch(("a", 1, "")), batch(("a", 1, ""), table="nowhere"))
    assert answers.query("select * from answers") == []
    assert connect("warehouse").append(batch(("a", 1, "")), batch(("a", 1, ""), table="others")) == [1, 1]


def test_of_several_at_once_one_is_kept(answers: Any, batch: Callable[..., Batch]) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        doing = [pool.submit(connect("warehouse").append, batch(("a", 1, str(number)))) for number in range(4)]
        counts = [done.result(timeout=60) for done in doing]
    assert sorted(counts) == [[0], [0], [0], [1]]
    assert len(answers.query("select * from answers")) == 1


def test_no_text_and_an_empty_text_stay_apart(answers: Any, batch: Callable[..., Batch]) -> None:
    connect("warehouse").append(batch(("a", 1, ""), ("b", 1, None)))
    assert sorted(answers.query("select name, said from answers")) == [("a", ""), ("b", None)]
