"""Steps: every DAG runs green, rows are in the tables, and `down` and `up` again loses none."""

from tests.compose.programs import Failed
from tests.compose.rest import ENDED, Airflow
from tests.compose.stack import Stack

SOURCES = ("flights", "github", "google_analytics", "postman", "statuscake", "weather", "wikipedia")
EXPECTED = {"warehouse", "verdicts", "demand", "events", "event_reports", "erase", "health", *SOURCES}
FIRST_RUNS_SECONDS = 600
RUN_SECONDS = 600
FIXED = ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")
HOUR = {"since": "2026-10-01T00:00:00Z", "until": "2026-10-01T01:00:00Z"}
# What a run must have left behind, whatever the time of day; the rest may be empty in one five minutes.
FILLED = (
    "city_hours",
    "coverage",
    "demand_forecasts",
    "github_commits",
    "google_analytics_traffic",
    "postman_monitors",
    "rides_history",
    "statuscake_history",
    "verdicts",
)


def dags(stack: Stack) -> str:
    """Every DAG has run green by its schedule, none has failed, and a month of commits comes by hand."""
    airflow = Airflow(stack)
    found = airflow.dags()
    if not found.keys() >= EXPECTED:
        raise Failed(f"DAGs {sorted(found)}, expected {sorted(EXPECTED)}")
    paused = [name for name, dag in found.items() if dag["is_paused"]]
    if paused:
        raise Failed(f"paused: {paused}")
    for name in sorted(found):
        _green(airflow, name)
    run = airflow.trigger("github", {"since": FIXED[0], "until": FIXED[1]})
    airflow.await_end("github", run, RUN_SECONDS)
    return f"{len(found)} DAGs green: {', '.join(sorted(found))}; github by hand over a month"


def rows(stack: Stack) -> str:
    """The warehouse's tables hold rows, read by psql in the container."""
    found = counts(stack)
    empty = [table for table in FILLED if not found.get(table)]
    if empty:
        raise Failed(f"no rows in {empty}; there are {found}")
    return ", ".join(f"{table} {count}" for table, count in sorted(found.items()) if count)


def again(stack: Stack) -> str:
    """`down`, then `up`: the same login, the same commits to the last column, no table with fewer rows."""
    before, fixed, login = counts(stack), digest(stack), stack.login()
    stack.compose("down", seconds=300)
    healthy = stack.up()
    stack.figures["down, then up to healthy again"] = f"{healthy:.0f} s"
    if stack.login() != login:
        raise Failed("the login is another")
    if digest(stack) != fixed:
        raise Failed(f"github_commits of {FIXED[0]} to {FIXED[1]} is not what it was")
    after = counts(stack)
    fewer = {table: (count, after.get(table)) for table, count in before.items() if after.get(table, 0) < count}
    if fewer:
        raise Failed(f"fewer rows than before: {fewer}")
    airflow = Airflow(stack)
    airflow.await_end("statuscake", airflow.trigger("statuscake", HOUR), RUN_SECONDS)
    return f"same login, same {fixed[0][0]} commits, no table with fewer rows; another run is green"


def counts(stack: Stack) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = [name for (name,) in stack.sql("select tablename from pg_tables where schemaname = 'public'")]
    union = " union all ".join(f"select '{name}', count(*) from {name}" for name in tables)
    return {name: int(count) for name, count in stack.sql(union)}


def digest(stack: Stack) -> list[list[str]]:
    """Return count and digest of the commits of the fixed window, all columns."""
    found = stack.sql(
        "select count(*), md5(string_agg(md5(c::text), '' order by repository, sha)) from github_commits c "
        f"where committed_at >= '{FIXED[0]}' and committed_at < '{FIXED[1]}'"
    )
    if found[0][0] == "0":
        raise Failed("no commits in the fixed window: the step `dags` brings them")
    return found


def _green(airflow: Airflow, dag: str) -> None:
    def ended() -> list[str]:
        return [run["state"] for run in airflow.runs(dag) if run["state"] in ENDED]

    if "failed" in airflow.stack.until(f"a run of {dag}", ended, FIRST_RUNS_SECONDS):
        run = next(run for run in airflow.runs(dag) if run["state"] == "failed")
        raise Failed(f"{dag} {run['dag_run_id']} failed\n{airflow.why(dag, run['dag_run_id'])}")
