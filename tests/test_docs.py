"""README and docs: short, and every path and command in them exists."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OURS = (
    "benchmarks/", "dags/", "deploy/", "docs/", "include/", "local/", "plugins/", "sandbox/", "tests/",
)  # fmt: skip


def code(text: str) -> list[str]:
    """Words in backquotes, and lines of shell."""
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.+?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL))
    return [*inline, *shell(text)]


def shell(text: str) -> list[str]:
    """Lines of shell."""
    blocks = re.findall(r"^ *```sh\n(.+?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", re.sub(r"\[(.+?)\]\(.+?\)", r"\1", head)).strip().lower().replace(" ", "-")
        for head in heads
    }


def test_the_readme_is_short_and_begins_with_a_picture_and_two_commands() -> None:
    lines = PAGES[0].read_text().splitlines()
    assert len(lines) < 150
    first_screen = "\n".join(lines[:30])
    assert "docs/images/verdicts.png" in first_screen
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if "://" not in link]
    broken = []
    for link in links:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_path_that_is_named_exists(page: Path) -> None:
    # A path with a placeholder or a pattern in it is an example.
    paths = {
        word.rstrip(".,;:")
        for text in code(page.read_text())
        for word in text.split()
        if word.startswith(OURS) and not re.search(r"[<>*…${}]", word)
    }
    assert sorted(path for path in paths if not (ROOT / path).exists() and path not in PLANTED) == []


PLANTED = {
    # what a reader is told to write
    "include/sql/signals/tickets/support_tickets.sql",
}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = {match for text in code(page.read_text()) for match in re.findall(r"\bmake ([a-z][a-z-]+)", text)}
    assert sorted(named - TARGETS) == []


def test_the_commands_are_all_described() -> None:
    written = " ".join(code((ROOT / "docs" / "operating.md").read_text()))
    assert sorted(target for target in TARGETS if f"make {target}" not in written) == []


def test_airflow_would_take_every_command() -> None:
    from airflow.cli.cli_parser import get_parser

    commands = [line for page in PAGES for line in shell(page.read_text()) if line.startswith("airflow ")]
    assert len(commands) >= 8
    for command in commands:
        get_parser().parse_args(shlex.split(command, comments=True)[1:])


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    assert [page.name for page in PAGES[1:] if page.name != "README.md" and f"]({page.name})" not in index] == []
