"""The README says what is there."""

import re
from pathlib import Path

import pytest

from bellwether.catalog import BEGIN, load_dags, replaced, table
from bellwether.sources import source_names, source_of

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def test_the_table_of_dags_is_the_one_that_make_docs_writes() -> None:
    assert replaced(README, load_dags(ROOT / "dags")) == README, "run `make docs`"


def test_the_table_names_every_stream_of_every_source_with_its_table() -> None:
    written = table(load_dags(ROOT / "dags"))
    names = [f"`{source}_{name}`" for source in source_names() for name in source_of(source).streams_by_name()]
    assert len(names) >= 13
    assert [name for name in names if name not in written] == []


def test_a_text_without_the_marker_lines_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape(BEGIN)):
        replaced("no table here", {})


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"`?make ([a-z-]+)`?", README)) - {"and"}
    assert len(named) >= 8
    assert sorted(name for name in named if f"\n{name}:" not in MAKEFILE) == []


def test_every_file_that_is_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("source", source_names())
def test_every_source_s_connection_is_explained(source: str) -> None:
    assert f"| `{source}` |" in README.split("## Your accounts")[1]
