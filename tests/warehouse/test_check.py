"""The check of a warehouse: `python -m bellwether.warehouse.check`."""

from collections.abc import Callable
from typing import Any

import pytest

from bellwether.warehouse.check import main
from tests.warehouse.redshift_double import RedshiftDouble

TABLES = "select tablename from pg_tables where schemaname = 'public'"


@pytest.fixture(params=["postgres", "redshift"])
def lake(
    warehouse: Any,
    as_redshift: Callable[..., Any],
    shared_lake: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Any:
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", shared_lake.connection)
    return as_redshift() if request.param == "redshift" else shared_lake


def test_each_step_is_told_and_nothing_is_left_behind(
    warehouse: Any, lake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = warehouse.query(TABLES)
    assert main([]) == 0
    first, *steps, last = capsys.readouterr().out.splitlines()
    assert f"the lake is s3://{lake.bucket}/" in first
    assert [line[:8] for line in steps] == ["ok      "] * 8
    assert [line for line in steps if "dropped the table" in line]
    assert last == "All steps passed."
    assert warehouse.query(TABLES) == before
    assert lake.keys() == []


def test_what_fails_is_named_and_tidied_up(
    redshift: RedshiftDouble,
    warehouse: Any,
    as_redshift: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    lake = as_redshift(iam_role="arn:aws:iam::123456789012:role/another")
    assert main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "FAILED  loaded nulls" in lines[2]
    assert "not authorized to assume IAM Role arn:aws:iam::123456789012:role/another" in lines[2]
    assert lines[3].startswith("ok      dropped the table")
    assert lines[-1] == "Some steps failed."
    assert (warehouse.query(TABLES), lake.keys()) == ([("load_turns",)], [])


def test_a_table_that_loads_need_is_made_and_dropped_where_it_was_missing(
    warehouse: Any, as_redshift: Callable[..., Any]
) -> None:
    as_redshift()
    warehouse.query("drop table load_turns")
    assert main([]) == 0
    assert warehouse.query(TABLES) == []


def test_a_missing_connection_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_WAREHOUSE", raising=False)
    assert main([]) == 1
    assert "'warehouse' does not exist" in capsys.readouterr().out
