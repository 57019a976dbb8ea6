"""One bad file costs what needs it, and that says which file, where in it, and what to do; all else goes on."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bellwether.sources import source_names
from tests.dags.look_around import ANSWER

CHECKOUT = Path(__file__).resolve().parents[2]
OTHERS = ["demand", "erase", "event_reports", "events", "health", "verdicts", "warehouse"]
ALL = sorted([*source_names(), *OTHERS])
SOURCES = "plugins/bellwether/sources"
BROKEN_SOURCES = {
    "half_a_line": 'SOURCE = Source(\n    name="half_a_line"\n\ndef\n',
    "missing_library": "import json\n\nimport a_library_that_nobody_has\n",
    "nothing_declared": '"""Nothing: declared."""\n',
    "wrong_schedule": (
        "from bellwether.hooks.source import Source\nfrom bellwether.sources.postman import RUNS\n\n"
        'SOURCE = Source(name="wrong_schedule", title="Wrong", streams=(RUNS,), base_url="https://a.example", '
        'watched="b", example="{}", rights="none", schedule="now and then")\n'
    ),
    "leaves_python": "import sys\n\nsys.exit(3)\n",
}
Look = Callable[..., dict[str, Any]]


class Bundle:
    """A copy of the bundle that files are broken in, looked at by an Airflow of its own."""

    def __init__(self, folder: Path, looking: subprocess.Popen[str]) -> None:
        self.folder, self._looking = folder, looking

    def look(self, *tasks: str) -> dict[str, Any]:
        """What is to be seen now, and what the tasks raise."""
        assert self._looking.stdin
        assert self._looking.stdout
        self._looking.stdin.write(f"{' '.join(tasks)}\n")
        self._looking.stdin.flush()
        log = []
        for said in self._looking.stdout:
            if said.startswith(ANSWER):
                return dict(json.loads(said.removeprefix(ANSWER)))
            log.append(said)
        raise AssertionError("".join(log))

    @contextmanager
    def with_file(self, name: str, change: Callable[[str], str]) -> Iterator[None]:
        """A file changed, or made, and put back."""
        path = self.folder / name
        before = path.read_text() if path.exists() else None
        path.write_text(change(before or ""))
        try:
            yield
        finally:
            path.unlink() if before is None else path.write_text(before)


@pytest.fixture(scope="module")
def bundle(services: Any, metadata: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    folder = tmp_path_factory.mktemp("broken") / "bundle"
    for name in ("plugins", "include", "dags"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with services.new_warehouse() as warehouse, services.new_lake() as lake:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(folder / "plugins"), str(CHECKOUT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AIRFLOW_CONN_WAREHOUSE": warehouse.connection,
            "AIRFLOW_CONN_LAKE": lake.connection,
            "AIRFLOW_CONN_WEATHER": '{"conn_type": "http", "host": "http://127.0.0.1:1", "password": "none"}',
        }
        words = [sys.executable, "-m", "tests.dags.look_around", str(folder / "dags")]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            words, env=environment, cwd=folder, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        ) as looking:
            patience = threading.Timer(300, looking.kill)
            patience.start()
            try:
                yield Bundle(folder, looking)
            finally:
                patience.cancel()
                looking.kill()


def test_as_it_is_every_dag_is_there(bundle: Bundle) -> None:
    seen = bundle.look("create_tables")
    assert seen["dags"] == ALL
    assert seen["errors"] == {}
    assert seen["raised"] == {"create_tables": ""}


def test_sources_that_do_not_import_take_nothing_else_away_and_are_named(bundle: Bundle) -> None:
    for name, text in BROKEN_SOURCES.items():
        (bundle.folder / SOURCES / f"{name}.py").write_text(text)
    try:
        seen = bundle.look()
    finally:
        for name in BROKEN_SOURCES:
            (bundle.folder / SOURCES / f"{name}.py").unlink()
    assert seen["dags"] == ALL
    assert seen["errors"].keys() == {"source_errors.py"}
    where = {
        "half_a_line": "bellwether/sources/half_a_line.py, line 1: SyntaxError: '(' was never closed.",
        "missing_library": "bellwether/sources/missing_library.py, line 3: ModuleNotFoundError: No module named 'a_lib",
        "nothing_declared": "bellwether/sources/nothing_declared.py: TypeError: it has no SOURCE = Source(…).",
        "wrong_schedule": "bellwether/sources/wrong_schedule.py, line 4: ValueError: schedule='now and then' is",
        "leaves_python": "bellwether/sources/leaves_python.py, line 3: SystemExit: 3.",
    }
    for name, text in where.items():
        remedy = f"Correct the file; until then the source '{name}' is not read, and all others are."
        assert text in seen["errors"]["source_errors.py"]
        assert remedy in seen["errors"]["source_errors.py"]
        assert [problem for problem in seen["problems"] if text in problem and remedy in problem]
        title = name.replace("_", " ")
        assert [line for line in seen["status"].splitlines() if line.startswith(f"{title} is not read: {text}")]


def test_a_source_of_ours_that_does_not_import_costs_its_dag_only(bundle: Bundle) -> None:
    with bundle.with_file(f"{SOURCES}/further.py", lambda _: "raise RuntimeError('for want of a nail')\n"):
        assert bundle.look()["dags"] == ALL
    assert bundle.look()["errors"] == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("create table if not exists broken_one (a int);\n\ncreate tabel broken_two (a int);\n", 3),
        ("create table if not exists broken_one (\n    a {{ no_such_thing }}\n);\n", 2),
        ("-- A comment.\n{% if %}\n", 2),
        ("create table broken_one (a int, a int);\n", None),
    ],
)
def test_a_table_s_file_that_is_wrong_leaves_all_other_tables(bundle: Bundle, text: str, line: int | None) -> None:
    with bundle.with_file("include/sql/tables/aa_broken.sql", lambda _: text):
        seen = bundle.look("create_tables")
    assert (seen["dags"], seen["errors"]) == (ALL, {})
    where = "include/sql/tables/aa_broken.sql" + (f", line {line}: " if line else "")
    assert f"TablesError: {where}" in seen["raised"]["create_tables"]
    assert "Correct the file and run this DAG again; all other tables exist." in seen["raised"]["create_tables"]
    assert not [problem for problem in seen["problems"] if "coverage is missing" in problem]


@pytest.mark.parametrize("change", [lambda text: f"weeks = = 3\n{text}", lambda text: text.replace("weeks = 26", "")])
def test_questions_that_cannot_be_understood_cost_the_verdicts_only(
    bundle: Bundle, change: Callable[[str], str]
) -> None:
    with bundle.with_file("include/questions.toml", change):
        seen = bundle.look()
    assert seen["dags"] == [name for name in ALL if name != "verdicts"]
    assert seen["errors"].keys() == {"verdicts.py"}
    assert "questions.toml" in seen["errors"]["verdicts.py"]
    assert not [problem for problem in seen["problems"] if "cannot be reached" in problem]


def test_services_that_cannot_be_understood_cost_the_verdicts_only_and_health_names_them(bundle: Bundle) -> None:
    with bundle.with_file("include/services.toml", lambda text: f"a = = 3\n{text}"):
        seen = bundle.look()
    assert seen["dags"] == [name for name in ALL if name != "verdicts"]
    assert "services.toml is not valid TOML: Invalid value (at line 1, column 5)" in seen["errors"]["verdicts.py"]
    assert [
        problem for problem in seen["problems"] if problem.startswith("services.toml is not valid TOML: Invalid value")
    ]
    assert "Services.toml is not valid TOML" in seen["status"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda text: f"a = = 3\n{text}", "cities.toml: Invalid value (at line 1, column 5)"),
        (
            lambda text: text.replace("latitude = 52.52\n", "latitude = 152.52\n"),
            "<= 90.0 - at `$.city[1].latitude`.",
        ),
        (lambda text: text.replace('"Europe/Berlin"', '"Europe/Bärlin"', 1), "Bärlin"),
    ],
)
def test_cities_that_cannot_be_understood_cost_who_reads_them(
    bundle: Bundle, change: Callable[[str], str], where: str
) -> None:
    with bundle.with_file("include/cities.toml", change):
        seen = bundle.look("weather")
    assert (seen["dags"], seen["errors"]) == (ALL, {})
    assert f"AirflowFailException: {bundle.folder}/include/cities.toml" in seen["raised"]["weather"]
    remedy = "The file's first lines list the fields of a city."
    for said in (seen["raised"]["weather"], *[text for text in seen["problems"] if "cities.toml" in text]):
        assert where in said
        assert remedy in said
    assert [problem for problem in seen["problems"] if "cities.toml" in problem]
