"""The warehouse's connection."""

from typing import Any

import pytest

from bellwether.hooks.errors import BadConnection
from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.warehouse import connect


def test_a_missing_connection_is_named_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_WAREHOUSE", raising=False)
    with pytest.raises(BadConnection, match=r"'warehouse' does not exist.*AIRFLOW_CONN_WAREHOUSE='postgresql://"):
        connect("warehouse")


def test_a_connection_of_another_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ELSEWHERE", '{"conn_type": "mysql", "host": "127.0.0.1"}')
    with pytest.raises(
        BadConnection, match=r"'elsewhere' is of type 'mysql'; a warehouse is of type 'postgres' or 'redshift'"
    ):
        connect("elsewhere")


def test_the_tables_are_made_once_and_then_left_alone(warehouse: Any) -> None:
    operator = CreateTablesOperator(task_id="create_tables")
    made = operator.execute({})
    assert {f"tables/{name}.sql" for name in ("coverage", "github", "postman")} | {"views/events.sql"} <= set(made)
    warehouse.query("insert into postman_monitors (monitor_id, observed_at) values ('m', now())")
    assert operator.execute({}) == made
    assert warehouse.query("select monitor_id from postman_monitors") == [("m",)]
