"""The ingest road beside the floor under it and beside dlt: ``make bench``.

Each contender loads the same commits from the same server of pages into an empty table of the same PostgreSQL,
in a process of its own, in turn. Wall and CPU seconds (the client's alone), and the process's largest memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "plugins")]

from benchmarks.pages import A_DAY, BEGINNING  # noqa: E402
from local import environment  # noqa: E402
from local.passwords import Secrets  # noqa: E402
from local.services.ports import free_port, free_ports  # noqa: E402
from local.services.postgres import Postgres  # noqa: E402
from local.services.seaweedfs import USUAL_PORTS, SeaweedFS  # noqa: E402

CONTENDERS = ["road", "bare", "floor", "dlt"]
DLT = "dlt[postgres]==1.31.0"
DLT_PYTHON = ROOT / ".tools" / "dlt" / "bin" / "python"


@contextmanager
def services(home: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and SeaweedFS of their own; yields the environment that finds them."""
    secrets, port, ports = Secrets.create(), free_port(), free_ports(dict.fromkeys(USUAL_PORTS))
    postgres = Postgres(home, secrets.postgres)
    store = SeaweedFS(home, secrets.lake_access_key, secrets.lake_secret_key)
    with ExitStack() as stack:
        database = postgres.start(port)
        stack.callback(postgres.stop, database)
        running = store.start(ports)
        stack.callback(store.stop, running, ports)
        uri = postgres.uri("warehouse", port)
        keys = secrets.lake_access_key, secrets.lake_secret_key
        yield environment.settings(
            home / "airflow", metadata_uri=f"sqlite:///{home}/airflow.db", secrets=secrets.airflow, log_level="WARNING"
        ) | {
            "BENCH_DATABASE": uri,
            "AIRFLOW_CONN_WAREHOUSE": environment.warehouse(uri),
            "AIRFLOW_CONN_LAKE": environment.lake(f"http://127.0.0.1:{ports['s3']}", *keys, bucket="lake"),
        }


@contextmanager
def pages(records: int, latency: float) -> Iterator[str]:
    """A server of pages; yields its URL."""
    words = [sys.executable, "-m", "benchmarks.pages", "--records", str(records), "--latency", str(latency)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def empty_tables(database: str) -> None:
    """Take away what the contender before left."""
    import psycopg2

    from bellwether.sql import render

    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("drop schema if exists bench cascade; drop schema if exists bench_staging cascade")
        cursor.execute("drop table if exists github_commits; drop table if exists coverage")
        for name in ("github", "coverage"):
            cursor.execute(render(f"tables/{name}.sql"))


def rows_in(database: str, contender: str) -> int:
    """How many commits arrived."""
    import psycopg2

    table = "bench.commits" if contender == "dlt" else "github_commits"
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        count: int = cursor.fetchone()[0]
        return count


def cost(contender: str, env: dict[str, str], records: int) -> dict[str, float]:
    """What one run of a contender costs."""
    empty_tables(env["BENCH_DATABASE"])
    python = DLT_PYTHON if contender == "dlt" else Path(sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-m", "benchmarks.contender", contender],
            env={**os.environ, **env, "BENCH_FOLDER": folder},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    line = next((line for line in done.stdout.splitlines() if line.startswith("COST ")), None)
    if line is None:
        raise SystemExit(f"{contender} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    arrived = rows_in(env["BENCH_DATABASE"], contender)
    if arrived != records:
        raise SystemExit(f"{contender} loaded {arrived:,} of {records:,} records.")
    found: dict[str, float] = json.loads(line.removeprefix("COST "))
    return found


def install_dlt() -> None:
    """dlt in a virtual environment of its own, for it wants other versions than Airflow."""
    if DLT_PYTHON.exists():
        return
    uv = ROOT / ".tools" / "uv" / "bin" / "uv"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, DLT_PYTHON.parent.parent], check=True)
    compiled = {**os.environ, "UV_COMPILE_BYTECODE": "1"}
    subprocess.run([uv, "pip", "install", "-q", "--python", DLT_PYTHON, DLT], check=True, env=compiled)


def measure(options: argparse.Namespace, contenders: list[str], env: dict[str, str]) -> None:
    """Run the contenders in turn and print a table for each latency."""
    until = BEGINNING + timedelta(days=options.records / A_DAY)
    env |= {"BENCH_SINCE": f"{BEGINNING:%Y-%m-%dT%H:%M:%SZ}", "BENCH_UNTIL": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
    for latency in options.latency:
        with pages(options.records, latency / 1000) as url:
            github = {"conn_type": "http", "host": url, "password": "x", "extra": {"repositories": ["dogbreed/site"]}}
            env |= {"BENCH_PAGES": url, "AIRFLOW_CONN_GITHUB": json.dumps(github)}
            costs: dict[str, list[dict[str, float]]] = {contender: [] for contender in contenders}
            for _ in range(options.runs):
                for contender in contenders:
                    costs[contender].append(cost(contender, env, options.records))
        show(costs, options.records, latency)


def show(costs: dict[str, list[dict[str, float]]], records: int, latency: float) -> None:
    """The medians, and each contender's wall time as a multiple of the road's."""
    print(f"\n{records:,} commits, {latency:g} ms a page, median of {len(next(iter(costs.values())))}")
    print("| contender | wall s | CPU s | peak MB | wall / road's | steps |\n| --- | --- | --- | --- | --- | --- |")
    road = median(run["wall"] for run in costs["road"])
    for contender, runs in costs.items():
        middle = {name: median(run[name] for run in runs) for name in runs[0]}
        wall, cpu, peak = (middle.pop(name) for name in ("wall", "cpu", "peak_mb"))
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in middle.items())
        print(f"| {contender} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {wall / road:.2f} | {steps} |", flush=True)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--latency", type=float, nargs="+", default=[0, 30], help="milliseconds before each page")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=CONTENDERS)
    options = parser.parse_args()
    if "dlt" in options.only:
        install_dlt()
    with tempfile.TemporaryDirectory(prefix="bellwether bench ") as home:
        Path(home).chmod(0o711)
        with services(Path(home)) as env:
            measure(options, list(dict.fromkeys(["road", *options.only])), env)


if __name__ == "__main__":
    main()
