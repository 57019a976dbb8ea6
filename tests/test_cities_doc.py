"""docs/cities.md: its tables have these columns, its SQL runs, its example of rides is taken."""

import csv
import io
import re
from pathlib import Path

import pytest

from bellwether.operators.create_tables import CreateTablesOperator
from tests.sql.redshift_lacks import lacking

DOCS = Path(__file__).resolve().parent.parent / "docs"
TEXT = (DOCS / "cities.md").read_text()
MARTS = re.findall(r"^\| `(\w+)` \| [^|`]+ \| (`.+`) \|$", TEXT, re.MULTILINE)
COLUMNS = "select column_name from information_schema.columns where table_name = %s order by ordinal_position"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def tables(warehouse):
    CreateTablesOperator(task_id="tables").execute({})
    return warehouse


def test_the_tables_have_the_columns_that_are_told_in_order(tables):
    assert len(MARTS) == 10
    for table, told in MARTS:
        assert re.findall(r"`(\w+)`", told) == [name for (name,) in tables.query(COLUMNS, (table,))], table


def test_every_example_of_sql_runs_and_redshift_would_take_it(tables):
    assert len(blocks("sql")) == 6
    for statement in blocks("sql"):
        assert not lacking(statement)
        tables.query(statement)
    assert tables.query("select city_id, place, rides from rides_history") == [("berlin", "Kreuzberg", 31)]


def test_the_example_of_rides_is_taken_as_it_stands():
    from bellwether.arrow import pa
    from bellwether.cities.demand.checks import checked

    (text,) = blocks("csv")
    lines = list(csv.DictReader(io.StringIO(text)))
    rows, rejects = checked(pa.RecordBatch.from_pylist(lines), ["berlin"])
    assert not rejects
    assert [row["rides"] for row in rows.to_pylist()] == [14, 31, 0]
    described = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .+$", TEXT, re.MULTILINE)))
    assert set(lines[0]) <= set(described)


def test_every_file_that_is_linked_exists():
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert len(links) >= 4
    assert [link for link in links if not (DOCS / link).exists()] == []
