"""A warehouse or a lake that is away is a problem like others."""

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from tests.watch.alerts import ears
from tests.watch.health.house import HOUR, Health


def test_a_warehouse_that_is_away_is_a_problem_and_ends_no_other(
    health: Health, slack: ears.Slack, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    health.cover(commits=HOUR)
    health.look()
    with monkeypatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://loader:warehouse-password@127.0.0.1:1/none")
        (problem,) = health.look()
        assert problem.startswith("The warehouse cannot be reached: OperationalError.")
        health.look()
    assert not [line for line in log_lines if "warehouse-password" in line]
    assert len(slack.texts) == 2
    assert "GitHub: commits late: it is not known whether this is over." in slack.texts[-1]
    health.look()
    assert len(slack.texts) == 3
    assert "Over:\n- The warehouse\n" in slack.texts[-1]
    assert "Still:\n- GitHub: commits of" in slack.texts[-1]


def test_a_warehouse_that_says_nothing_is_not_waited_for(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"postgresql://loader:x@127.0.0.1:{silent.getsockname()[1]}/none"
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", address)
        assert health.look(patience_seconds=1.5) == ["The warehouse cannot be reached: no answer within 1.5 seconds"]


def test_without_the_ledger_s_table_it_says_which_dag_makes_it(health: Health) -> None:
    health.warehouse.query("drop table coverage")
    assert health.look() == [
        "The warehouse cannot be reached: the table coverage is missing; the DAG 'warehouse' creates it."
    ]


@pytest.mark.parametrize("how", ["no bucket", "no connection"])
def test_a_lake_that_is_away_is_a_problem(health: Health, lake: Any, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    health.cover()
    gone = json.loads(lake.connection)
    gone["extra"]["service_config"]["s3"]["bucket_name"] = "no-such-bucket"
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", json.dumps(gone))
    if how == "no connection":
        monkeypatch.delenv("AIRFLOW_CONN_LAKE")
    (problem,) = health.look()
    assert problem.startswith("The lake cannot be reached: ")
