"""The documentation's tables are those that the DAGs and the sources themselves give."""

import json
import re
import shlex
from pathlib import Path

import pytest

from bellwether.sources import source_names, source_of
from docs.generate import (
    ACCOUNTS,
    DAGS,
    VENDORS,
    account_table,
    dag_table,
    has_block,
    load_dags,
    replaced,
    vendor_lines,
)

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "README.md", ROOT / ".env.example", *sorted((ROOT / "docs").glob("*.md"))]
WRITTEN = [path for path in FILES if has_block(path.read_text())]


@pytest.fixture(scope="module")
def dags():
    return load_dags(ROOT / "dags")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_each_block_is_the_one_that_make_docs_writes(path, dags):
    assert replaced(path.read_text(), dags) == path.read_text(), "run `make docs`"


@pytest.mark.parametrize("begin", [DAGS[0], ACCOUNTS[0], VENDORS[0]])
def test_each_block_stands_somewhere(begin):
    assert [path.name for path in WRITTEN if begin in path.read_text()]


def test_the_table_of_dags_names_every_stream_of_every_source_with_its_table(dags):
    names = [f"`{source_of(name).table(stream.name)}`" for name in source_names() for stream in source_of(name).streams]
    assert len(names) >= 13
    assert [name for name in names if name not in dag_table(dags)] == []


def test_every_source_s_connection_is_explained():
    lines = account_table().splitlines()[2:]
    assert [line.split("|")[1].strip(" `") for line in lines] == source_names()
    for line in lines:
        example, rights = (cell.strip() for cell in line.split("|")[2:4])
        assert json.loads(example.strip("`"))["conn_type"] == "http"
        assert len(rights) > 10
    assert "| `requests_per_second` (5) |" in account_table()


def test_the_lines_of_env_example_are_connections_that_a_shell_can_read():
    lines = vendor_lines().splitlines()
    assert len(lines) == len(source_names())
    for line, name in zip(lines, source_names(), strict=True):
        (word,) = shlex.split(line.removeprefix("#"))
        variable, _, value = word.partition("=")
        assert variable == f"AIRFLOW_CONN_{name.upper()}"
        assert json.loads(value) == json.loads(source_of(name).example)


@pytest.mark.parametrize("text", ["no table", f"{DAGS[0]} but no end", "\n".join([*ACCOUNTS, ACCOUNTS[0]])])
def test_a_text_without_a_whole_block_is_refused(text):
    with pytest.raises(ValueError, match=re.escape("should hold")):
        replaced(text, {})
