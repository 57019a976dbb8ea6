"""The code version of a report changes with everything that decides its figures and verdicts."""

import shutil
from pathlib import Path

import grimp
import pytest

from bellwether.include import include_folder
from bellwether.verdicts.report.version import BUNDLE, code_version, computing

ENTRANCES = ("bellwether.verdicts.report.answering", "bellwether.verdicts.signals.reading")
# It names the version, and takes no part in what it names.
LEFT_OUT = {"bellwether.verdicts.report.version"}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("code")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(BUNDLE, folder / "bellwether", ignore=ignored)
    shutil.copytree(include_folder(), folder / "include", ignore=ignored)
    return folder / "bellwether", folder / "include"


def test_a_change_in_any_of_its_files_is_another_version(copied: tuple[Path, Path]) -> None:
    before = code_version(*copied)
    assert before == code_version(), "the same code gives the same, wherever it lies"
    files = [path for _, path in computing(*copied)]
    assert len(files) > 40
    for path in files:
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert code_version(*copied) != before, path
        path.write_bytes(content)
    assert code_version(*copied) == before


def test_a_file_that_is_added_is_another_version(copied: tuple[Path, Path]) -> None:
    before = code_version(*copied)
    for new in (copied[0] / "verdicts/stats/more.py", copied[1] / "sql/signals/outages/more_outages.sql"):
        new.write_text("")
        assert code_version(*copied) != before, new
        new.unlink()


def test_what_only_shows_or_keeps_a_report_is_not_part_of_it(copied: tuple[Path, Path]) -> None:
    before = code_version(*copied)
    for name in ("verdicts/page/charts.py", "verdicts/report/words.py", "verdicts/report/store.py"):
        (copied[0] / name).write_text("")
    assert code_version(*copied) == before


def test_all_that_answering_imports_of_the_verdicts_is_among_its_files() -> None:
    graph = grimp.build_graph("bellwether", cache_dir=None)
    needed = {name for entrance in ENTRANCES for name in {entrance, *graph.find_upstream_modules(entrance)}}
    needed = {name for name in needed if name.startswith("bellwether.verdicts.")} - LEFT_OUT
    assert len(needed) > 30
    files = [path.relative_to(BUNDLE) for root, path in computing(BUNDLE, include_folder()) if root == BUNDLE]
    modules = {".".join(("bellwether", *path.with_suffix("").parts)).removesuffix(".__init__") for path in files}
    assert needed - modules - {"bellwether.verdicts.report"} == set()
