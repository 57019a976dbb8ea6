"""Rendering: identifiers of ours go into a file, nothing else does."""

from typing import Any

import pytest
from jinja2 import UndefinedError

from bellwether.sql import render, sql_folder, statements


@pytest.mark.parametrize(
    "identifier",
    [
        "github_commits; drop table coverage",
        "GitHub_Commits",
        'a"b',
        "a'b",
        "1st",
        "_hidden",
        "a b",
        "a.b",
        "",
        "naïve",
        "a\n",
        "a" * 64,
    ],
)
@pytest.mark.parametrize("place", ["table", "columns"])
def test_what_is_no_plain_name_is_refused(place: str, identifier: str) -> None:
    names: dict[str, Any] = {"table": "github_commits", "columns": ["sha"]}
    names[place] = identifier if place == "table" else ["sha", identifier]
    with pytest.raises(ValueError, match="not a valid identifier"):
        render("load/postgres/create_incoming.sql", **names)


def test_names_are_put_where_they_belong() -> None:
    text = render("load/postgres/create_incoming.sql", table="github_commits", columns=["repository", "sha"])
    assert "select repository, sha\nfrom github_commits\n" in text


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="table"):
        render("load/postgres/create_incoming.sql", columns=["sha"])


def test_the_files_are_found_beside_the_plugins() -> None:
    assert (sql_folder() / "tables" / "coverage.sql").is_file()


@pytest.mark.parametrize("literal", ["", "it's", "a b", "a;b", 'a"b', "a\\b", "a\n", "a(b)", "s3://lake/ü"])
def test_an_address_or_a_role_cannot_leave_its_quotes(literal: str) -> None:
    literals = {"manifest": "s3://lake/a.manifest", "role": "default"}
    for place in literals:
        with pytest.raises(ValueError, match="not a valid literal"):
            render("load/redshift/copy.sql", literals | {place: literal}, incoming="incoming")


def test_statements_are_told_apart_by_semicolons_at_the_end_of_a_line() -> None:
    first = "-- one; and two;\ncreate table a (\n    b varchar(1) -- c;\n)"
    second = "-- three\nselect ';' as e"
    assert [one.strip() for one in statements(f"{first};\n\n{second};  \n")] == [first, second]
    assert [one.strip() for one in statements(second)] == [second]
