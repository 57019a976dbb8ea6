"""The road and the report on Redshift, played by the double: the rows that PostgreSQL gets."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bellwether.operators.create_tables import CreateTablesOperator
from bellwether.sql import render
from tests.operators.road import Place, Road
from tests.reporting import Run
from tests.warehouse import redshift_wire
from tests.warehouse.redshift_double import ROLE, RedshiftDouble

SINCE, UNTIL = datetime(2026, 11, 11, 22, tzinfo=UTC), datetime(2026, 11, 12, 20, tzinfo=UTC)
STREAMS = {"github": ["commits", "issues", "workflow_runs"], "statuscake": ["tests", "periods"]}


@dataclass(frozen=True)
class Behind:
    """A database that operators reach through the double, and tests directly."""

    made: Any
    double: RedshiftDouble

    @property
    def connection(self) -> str:
        return self.double.connection(self.made.uri)

    def query(self, *words: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.made.query(*words)
        return found


@pytest.fixture(scope="module")
def redshift(services: Any) -> Iterator[RedshiftDouble]:
    with redshift_wire.running(services) as double:
        yield double


@pytest.fixture
def on_redshift(services: Any, redshift: RedshiftDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with services.new_warehouse() as made, services.new_lake() as lake:
        place = Place("1001", Behind(made, redshift), lake)
        place.connect(monkeypatch)
        CreateTablesOperator(task_id="tables", warehouse_conn_id="warehouse_1001").execute({})
        redshift.said.clear()
        yield place


@pytest.mark.parametrize("source", STREAMS)
def test_a_source_s_road_leaves_the_rows_that_it_leaves_in_postgresql(
    on_redshift: Place, redshift: RedshiftDouble, sandbox: Any, clean: Callable[..., Any], source: str
) -> None:
    expected = clean(source, SINCE, UNTIL, STREAMS[source])
    road = Road(source, on_redshift.warehouse, on_redshift.lake, on_redshift.name, STREAMS[source])
    said = road.run(SINCE, UNTIL)
    assert road.rows() == expected
    assert {name: count["rows"] for name, count in said.items()} == {
        name: len(expected[f"{source}_{name}"]) for name in STREAMS[source]
    }
    assert all(f"iam_role '{ROLE}'" in text for text in redshift.copies())
    keys = road.lake.keys()
    road.run(SINCE, UNTIL)
    assert (road.rows(), road.lake.keys()) == (expected, keys)


def test_a_load_s_manifests_list_what_was_staged_and_the_ledger_s_rows(
    on_redshift: Place, redshift: RedshiftDouble, sandbox: Any
) -> None:
    road = Road("github", on_redshift.warehouse, on_redshift.lake, on_redshift.name, ["commits"])
    road.run(SINCE, UNTIL)
    listed = {
        key.split("/")[1]: [entry["url"].split("/", 3)[3] for entry in json.loads(road.lake.read(key))["entries"]]
        for key in road.lake.keys("copy/")
        if key.endswith(".manifest")
    }
    staged = [key for key in road.lake.keys("staged/github/commits/") if key.endswith(".parquet")]
    assert sorted(listed.pop("github_commits")) == staged
    (rows,) = listed.pop("coverage")
    assert rows.startswith("copy/coverage/")
    assert listed == {}


def test_the_ledger_tells_what_is_covered(on_redshift: Place, sandbox: Any) -> None:
    road = Road("github", on_redshift.warehouse, on_redshift.lake, on_redshift.name, ["commits", "workflow_runs"])
    road.run(SINCE, UNTIL)
    expected = road.rows()
    sandbox.house.requests.clear()
    assert road.run(SINCE, UNTIL, only_missing=True) == {}
    assert sandbox.asked() == []
    assert road.rows() == expected


def test_a_report_says_what_it_says_from_postgresql(
    services: Any,
    five_weeks: Any,
    run: Run,
    brief: Path,
    redshift: RedshiftDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, report = run.report(include=brief)
    expected = run.rows()
    with services.new_warehouse(five_weeks) as made, services.new_lake() as lake:
        made.query(render("tables/redshift/load_turns.sql"))
        place = Place("1002", Behind(made, redshift), lake)
        place.connect(monkeypatch)
        other = Run(place, brief)
        assert other.report(include=brief) == (name, report)
        assert other.rows() == expected
