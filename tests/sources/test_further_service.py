"""A further service is a declaration and its table: all else, from the DAG to `coverage`, follows from the files."""

import base64
import filecmp
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bellwether.lake.raw import decompress
from bellwether.places import read_cities
from tests.sources.further import vendor
from tests.sources.further.run_dags import ANSWER

CHECKOUT = Path(__file__).resolve().parents[2]
FURTHER = Path(__file__).parent / "further"
BUNDLE = ("plugins", "include", "dags", "sandbox", "local", "docs", "tests")
SOURCE, SQL = Path("plugins/bellwether/sources/air_quality.py"), Path("include/sql/tables/air_quality.sql")
VENDOR = Path("sandbox/vendors/air_quality.py")
ADDED = {SOURCE: "air_quality.py", SQL: "air_quality.sql", VENDOR: "vendor.py"}
SINCE, UNTIL = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((2, 3), (3, 5)))
RUN = f'air_quality {{"since": "{SINCE.isoformat()}", "until": "{UNTIL.isoformat()}"}}\n'
# The figures of six hours before the window are read again.
READ = [SINCE + number * vendor.HOUR for number in range(-6, (UNTIL - SINCE) // vendor.HOUR)]
BERLIN = read_cities()["berlin"]
ROWS = "select city_id, measured_at, pm25_ug_per_m3, no2_ug_per_m3 from air_quality_measurements order by 1, 2"
COVERED = (
    "select subject, min(window_start), max(window_end), sum(row_count)::int, sum(rejected_count)::int, "
    "bool_and(is_complete) from coverage where source = 'air_quality' and stream = 'measurements' group by 1 order by 1"
)


@dataclass
class Further:
    """The bundle with one service more, run by an Airflow of its own; its vendor, and where its rows go."""

    airflow: subprocess.Popen[str]
    warehouse: Any
    lake: Any
    sandbox: "Sandbox"
    written: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def answer(self, line: str = "") -> Any:
        """What run_dags.py answers to a line."""
        assert self.airflow.stdin
        assert self.airflow.stdout
        self.airflow.stdin.write(line)
        self.airflow.stdin.flush()
        log = []
        for said in self.airflow.stdout:
            if said.startswith(ANSWER):
                return json.loads(said.removeprefix(ANSWER))
            log.append(said)
        raise AssertionError("".join(log))


@dataclass
class Sandbox:
    """The sandbox of the copied tree: its root URL, the connections it printed, the key of its controls."""

    root: str
    connections: dict[str, str]
    control_key: str

    def asked(self) -> list[tuple[float, float, str, str, int]]:
        """The figures that were asked for: latitude, longitude, from and to which day, after how many."""
        url, headers = f"{self.root}/_sandbox/requests", {"X-Sandbox-Key": self.control_key}
        queries = [one["query"] for one in requests.get(url, headers=headers, timeout=10).json()]
        return [
            (float(q["latitude"]), float(q["longitude"]), q["from"], q["to"], int(q.get("after", 0))) for q in queries
        ]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("further") / "bundle"
    for name in BUNDLE:
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for file, ours in ADDED.items():
        shutil.copy(FURTHER / ours, folder / file)
    return folder


@pytest.fixture(scope="module")
def sandbox(bundle: Path) -> Iterator[Sandbox]:
    """`python -m sandbox serve` of the copied tree, and what it prints."""
    data = bundle.parent / "sandbox"
    words = [sys.executable, "-m", "sandbox", "serve", "--data", str(data)]
    with subprocess.Popen(words, cwd=bundle, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        urls, exports = {}, {}
        for line in process.stdout:
            if line.startswith("export "):
                name, _, value = shlex.split(line)[1].partition("=")
                exports[name] = value
            else:
                urls.update([line.split()])
            if len(exports) == len(urls) > 0:
                break
        key = json.loads((data / "credentials.json").read_text())["control_key"]
        yield Sandbox(urls["air_quality"].removesuffix("/air_quality"), exports, key)
        process.terminate()


@pytest.fixture(scope="module")
def further(services: Any, metadata: None, bundle: Path, sandbox: Sandbox) -> Iterator[Further]:
    """After the DAGs `warehouse` and `air_quality` have run once."""
    with (
        services.new_warehouse() as warehouse,
        services.new_lake() as lake,
        running(bundle, environment_of(bundle, warehouse, lake, sandbox)) as airflow,
    ):
        made = Further(airflow, warehouse, lake, sandbox)
        made.written = made.answer()
        assert made.answer("warehouse {}\n") == {"create_tables": "success"}
        made.states = made.answer(RUN)
        yield made


@contextmanager
def running(bundle: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """run_dags.py on the bundle's DAGs, for five minutes at most."""
    words = [sys.executable, str(FURTHER / "run_dags.py"), str(bundle / "dags")]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, env=environment, cwd=bundle, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
    ) as airflow:
        patience = threading.Timer(300, airflow.kill)
        patience.start()
        try:
            yield airflow
        finally:
            patience.cancel()
            airflow.kill()


def environment_of(bundle: Path, warehouse: Any, lake: Any, sandbox: Sandbox) -> dict[str, str]:
    """This process's Airflow, with the other bundle, and a copy of its database: no DAG of ours stays in it."""
    copy = bundle.parent / "metadata.db"
    with (
        closing(sqlite3.connect(Path(os.environ["AIRFLOW_HOME"]) / "metadata.db")) as ours,
        closing(sqlite3.connect(copy)) as theirs,
    ):
        ours.backup(theirs)  # A copied file would lack what still stands in the write-ahead log.
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(bundle / "plugins"), str(bundle)]),
        "AIRFLOW__CORE__DAGS_FOLDER": str(bundle / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(bundle / "plugins"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{copy}",
        "AIRFLOW_CONN_WAREHOUSE": warehouse.connection,
        "AIRFLOW_CONN_LAKE": lake.connection,
        "AIRFLOW_CONN_AIR_QUALITY": sandbox.connections["AIRFLOW_CONN_AIR_QUALITY"],
    }


def expected(city: Any) -> list[tuple[Any, ...]]:
    return [
        (city.id, at, 12.0 if at.hour >= 6 else None, vendor.no2(city.latitude, city.longitude, at))
        for at in READ
        if (city.id, at) != ("berlin", vendor.DOWN)
    ]


def files(folder: Path) -> list[Path]:
    found = [path for name in BUNDLE for path in (folder / name).rglob("*") if path.is_file()]
    return sorted(path.relative_to(folder) for path in found if path.suffix != ".pyc")


def test_a_declaration_a_table_and_a_simulated_vendor_are_all_there_is_to_add(bundle: Path) -> None:
    ours = files(CHECKOUT)
    assert set(files(bundle)) - set(ours) == ADDED.keys()
    assert filecmp.cmpfiles(CHECKOUT, bundle, ours, shallow=False)[1:] == ([], [])
    assert len((bundle / SOURCE).read_text().splitlines()) <= 70
    assert "def " not in (bundle / SOURCE).read_text()


def test_the_dag_is_there_and_its_tasks_succeed(further: Further) -> None:
    assert further.states == dict.fromkeys(("extract", "stage", "load"), "success")


def test_every_city_is_asked_for_by_its_place_and_every_page_is_read(further: Further) -> None:
    places = {(city.latitude, city.longitude) for city in read_cities().values()}
    asked = further.sandbox.asked()
    first = {ask[:2]: [other[4] for other in asked if other[:2] == ask[:2]][:8] for ask in asked}
    assert first.keys() == places
    assert list(first.values()) == [[0, 10, 20, 30, 40, 50, 60, 70]] * len(places)
    assert {ask[2:4] for ask in asked} == {("2026-11-01", "2026-11-03")}


def test_each_city_s_figures_are_in_the_table(further: Further) -> None:
    cities = sorted(read_cities().values(), key=lambda city: city.id)
    assert len(cities) == 10
    assert further.warehouse.query(ROWS) == [row for city in cities for row in expected(city)]


def test_the_ledger_says_what_was_looked_at(further: Further) -> None:
    counts = {city: (len(READ) - (city == "berlin"), int(city == "berlin")) for city in sorted(read_cities())}
    since = SINCE - timedelta(hours=6)
    assert further.warehouse.query(COVERED) == [(city, since, UNTIL, *counts[city], True) for city in counts]


def test_what_does_not_fit_is_kept_with_the_reason(further: Further) -> None:
    (key,) = further.lake.keys("rejected/air_quality/measurements/")
    (line,) = decompress(further.lake.read(key)).splitlines()
    reject = json.loads(line)
    assert "Expected `float | null`, got `str` - at `$.gases.no2`" in reject["reason"]
    assert json.loads(base64.b64decode(reject["record"]))["at"] == f"{vendor.DOWN:%Y-%m-%dT%H:%M:%SZ}"


def test_the_documentation_has_its_lines(further: Further) -> None:
    line = next(line for line in further.written["dags"].splitlines() if line.startswith("| `air_quality` |"))
    about, schedule, stream, table, again = (cell.strip() for cell in line.split("|")[2:7])
    assert about.startswith("Air over Cities: what is in the air of the watched cities")
    assert (schedule, stream, table, again) == ("Every hour", "measurements", "`air_quality_measurements`", "6 h")
    assert "| a token of the account |" in further.written["accounts"]
    assert "#AIRFLOW_CONN_AIR_QUALITY='{" in further.written["vendors"]


def test_the_contract_tests_find_it_and_pass(bundle: Path) -> None:
    """Those that need no services; its table is proven by its rows."""
    files = [f"tests/sources/test_contract_{name}.py" for name in ("connections", "reading")]
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "air_quality", *files]
    done = subprocess.run(words, cwd=bundle, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 30, done.stdout


def test_a_second_run_changes_no_row(further: Further) -> None:
    rows, covered = further.warehouse.query(ROWS), further.warehouse.query(COVERED)
    manifests = [key for key in further.lake.keys("raw/") if key.endswith(".json")]
    asked = len(further.sandbox.asked())
    assert further.answer(RUN) == further.states
    assert len(further.sandbox.asked()) == 2 * asked
    assert further.warehouse.query(ROWS) == rows
    assert further.warehouse.query(COVERED) == covered
    # A manifest a slice, as before: it names the parts of the later reading.
    assert [key for key in further.lake.keys("raw/") if key.endswith(".json")] == manifests
