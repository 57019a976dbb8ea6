"""What `make package` writes: everything MWAA needs, nothing else, and the same bytes from the same tree."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from deploy.mwaa.__main__ import main
from deploy.mwaa.errors import DeployError
from deploy.mwaa.package import package

CHECKOUT = Path(__file__).resolve().parents[2]
JUNK = ("__pycache__", "*.pyc", ".DS_Store", "*.swp")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, which a test may spoil a copy of."""
    copy = tmp_path_factory.mktemp("a tree") / "checkout"
    for name in ("plugins", "dags", "include"):
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns(*JUNK))
    shutil.copy(CHECKOUT / "requirements.txt", copy)
    return copy


@pytest.fixture
def spoilt(tree: Path, tmp_path: Path) -> Path:
    shutil.copytree(tree, tmp_path / "spoilt")
    return tmp_path / "spoilt"


def names(files: dict[str, bytes]) -> list[str]:
    with zipfile.ZipFile(BytesIO(files["plugins.zip"])) as archive:
        return archive.namelist()


def of_tree(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_the_zip_holds_the_contents_of_plugins_and_include_and_nothing_else(tree: Path) -> None:
    files = package(tree)
    assert sorted(names(files)) == sorted(
        [*of_tree(tree / "plugins"), *(f"include/{name}" for name in of_tree(tree / "include"))]
    )
    assert {"bellwether_plugin.py", ".airflowignore", "bellwether/__init__.py", "include/questions.toml"} <= set(
        names(files)
    )
    assert sorted(files) == sorted(
        ["plugins.zip", "requirements.txt", *(f"dags/{name}" for name in of_tree(tree / "dags"))]
    )


def test_what_lies_in_the_zip_is_what_lies_in_the_tree(tree: Path) -> None:
    with zipfile.ZipFile(BytesIO(package(tree)["plugins.zip"])) as archive:
        for name in archive.namelist():
            folder = tree if name.startswith("include/") else tree / "plugins"
            assert archive.read(name) == (folder / name).read_bytes()


def test_the_same_tree_gives_the_same_bytes_elsewhere_later_and_with_other_rights(spoilt: Path, tree: Path) -> None:
    for number, path in enumerate(sorted(spoilt.rglob("*"), reverse=True)):
        path.chmod(0o777 if path.is_dir() else 0o600)
        os.utime(path, (10**9 + number, 10**9 + number))
    (spoilt / "plugins" / "bellwether" / "__pycache__").mkdir()
    (spoilt / "plugins" / "bellwether" / "__pycache__" / "flow.cpython-312.pyc").touch()
    (spoilt / "plugins" / ".DS_Store").touch()
    umask = os.umask(0o077)
    try:
        assert package(spoilt) == package(tree)
    finally:
        os.umask(umask)


def test_a_changed_file_changes_the_zip(spoilt: Path, tree: Path) -> None:
    (spoilt / "include" / "services.toml").write_text("changed")
    assert package(spoilt)["plugins.zip"] != package(tree)["plugins.zip"]


def test_unpacked_files_can_be_read_by_everybody(tree: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(package(tree)["plugins.zip"])) as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
        assert {entry.create_system for entry in archive.infolist()} == {3}


@pytest.mark.parametrize(
    "line",
    ["--constraint https://example.com/c.txt", "-c c.txt", "# taken -c of old", "# --constraint none", "x  # -c y"],
)
def test_a_line_that_mwaa_takes_for_a_constraint_is_refused(spoilt: Path, line: str) -> None:
    file = spoilt / "requirements.txt"
    file.write_text(f"{file.read_text()}{line}\n")
    with pytest.raises(DeployError, match=r"requirements.txt:\d+ reads as a constraint"):
        package(spoilt)


def test_the_requirements_are_the_checkout_s_own_and_leave_constraints_to_mwaa(tree: Path) -> None:
    requirements = package(tree)["requirements.txt"]
    assert requirements == (CHECKOUT / "requirements.txt").read_bytes()
    # As user_requirements.py of MWAA's image looks at each line.
    assert not [line for line in requirements.decode().splitlines() if re.search(r"-c |--constraint ", line)]


def test_a_symbolic_link_is_refused(spoilt: Path) -> None:
    (spoilt / "plugins" / "bellwether" / "elsewhere.py").symlink_to("/etc/hostname")
    with pytest.raises(DeployError, match="symbolic link"):
        package(spoilt)


def test_a_tree_with_a_part_missing_is_refused(spoilt: Path) -> None:
    shutil.rmtree(spoilt / "include")
    with pytest.raises(DeployError, match="include"):
        package(spoilt)


def run(*words: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.mwaa", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_writes_a_folder_whose_checksums_hold_and_replaces_it(tmp_path: Path) -> None:
    out = tmp_path / "to be made" / "dist"
    for _ in range(2):
        done = run("package", "--out", str(out))
        assert done.returncode == 0, done.stderr
        sums = dict(reversed(line.split("  ")) for line in (out / "SHA256SUMS").read_text().splitlines())  # type: ignore[misc]
        assert sorted([*sums, "SHA256SUMS"]) == sorted(of_tree(out))
        for name, digest in sums.items():
            assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
        (out / "dags" / "gone.py").touch()
        (out / "plugins.zip").write_bytes(b"an older one")
    assert [path.name for path in out.parent.iterdir()] == ["dist"]


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("four years")
    assert main(["package", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "thesis.txt" in said
    assert "--out" in said
    assert of_tree(tmp_path) == ["thesis.txt"]


@pytest.mark.parametrize("words", [["--help"], ["package", "--help"], ["upload", "--help"]], ids=" ".join)
def test_help_tells_every_option(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    wanted = {
        "package": ["--out"],
        "upload": ["--bucket", "--environment", "--region", "--prefix", "--apply", "--prune"],
    }
    for word in wanted.get(words[0], ["package", "upload"]):
        assert word in said
