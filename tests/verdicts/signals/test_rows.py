"""Each signal's SQL: rows in, rows out, and windows side by side that give what the whole gives."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bellwether.sql import sql_folder
from bellwether.verdicts.signals import OPEN, second
from bellwether.warehouse import connect
from bellwether.window import Window
from tests.company import SMOKE, Company, cover, outage, put

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
FILES = sorted((sql_folder() / "signals").glob("*/*.sql"))
DAY = timedelta(days=1)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def rows(name: str, since: datetime, until: datetime) -> list[tuple[Any, ...]]:
    statement = (sql_folder() / "signals" / f"{name}.sql").read_text()
    found = connect("warehouse").select(statement, {"since": since, "until": until})
    return sorted(
        ((*row[:-1], float(row[-1])) if name.startswith(("v", "n")) else row for row in found),
        key=lambda row: [str(value) for value in row],
    )


def runs(*marks: tuple[float, bool]) -> None:
    """Runs of the smoke monitor, by minutes after noon and whether they passed."""
    put(
        "postman_runs",
        ("monitor_id", "started_at"),
        [
            {
                "monitor_id": SMOKE,
                "started_at": after(minutes),
                "finished_at": after(minutes + 0.5),
                "status": "success" if passed else "failed",
                "observed_at": NOON + DAY,
            }
            for minutes, passed in marks
        ],
    )


def test_every_signal_s_folder_is_a_signal_of_the_contract() -> None:
    assert {path.parent.name for path in FILES} == {
        "commits",
        "deployments",
        "new_users",
        "outages",
        "releases",
        "visitors",
    }


def test_outages_that_touch_the_window_are_told_whole(tables: Any) -> None:
    outage("a", after(-30), after(0))
    outage("a", after(-10), after(5))
    outage("b", after(20), None)
    outage("b", after(30), after(40), status="up")
    outage("b", after(60), after(70))
    assert rows("outages/statuscake_periods", NOON, after(60)) == [
        ("a", after(-10), after(5)),
        ("b", after(20), None),
    ]


def test_a_failed_run_is_an_outage_until_the_next_run_that_passes(tables: Any) -> None:
    runs((0, True), (5, False), (10, False), (15, True), (20, True))
    assert rows("outages/postman_runs", NOON, after(60)) == [
        (SMOKE, after(5), after(10)),
        (SMOKE, after(10), after(15)),
    ]


def test_a_failed_run_says_nothing_of_more_than_a_day_after_it(tables: Any) -> None:
    runs((0, False), (5000, True))
    assert rows("outages/postman_runs", NOON, after(5)) == [(SMOKE, NOON, NOON + DAY)]
    assert rows("outages/postman_runs", NOON + DAY, NOON + 2 * DAY) == []


@pytest.mark.parametrize("status", ["failed", "error", "aborted", "timeout", "Failed"])
def test_a_run_that_did_not_succeed_is_an_outage_whatever_it_is_called(tables: Any, status: str) -> None:
    row = {"monitor_id": SMOKE, "started_at": NOON, "finished_at": after(5), "status": status, "observed_at": NOON}
    put("postman_runs", ("monitor_id", "started_at"), [row | {"assertions_failed": 0, "requests_failed": 0}])
    assert len(rows("outages/postman_runs", NOON, after(5))) == 1


@pytest.mark.parametrize("status", ["success", "SUCCESS", "passed", None])
def test_a_run_that_succeeded_is_no_outage_however_it_is_written(tables: Any, status: str | None) -> None:
    row = {"monitor_id": SMOKE, "started_at": NOON, "finished_at": after(1), "status": status, "observed_at": NOON}
    put("postman_runs", ("monitor_id", "started_at"), [row])
    assert rows("outages/postman_runs", NOON, after(5)) == []


def test_a_run_with_failed_assertions_has_failed_whatever_its_status_says(tables: Any) -> None:
    row = {"monitor_id": SMOKE, "started_at": NOON, "finished_at": after(1), "status": "success"}
    put("postman_runs", ("monitor_id", "started_at"), [row | {"assertions_failed": 2, "observed_at": NOON}])
    assert len(rows("outages/postman_runs", NOON, after(5))) == 1


def test_visitors_are_summed_by_five_minutes(tables: Any) -> None:
    put(
        "google_analytics_traffic",
        ("property_id", "at"),
        [
            {"property_id": "1", "at": after(minute), "active_users": visitors, "new_users": new, "observed_at": NOON}
            for minute, visitors, new in ((0, 3, 1), (4, 2, None), (5, 7, 0), (12, 1, 1))
        ],
    )
    assert rows("visitors/google_analytics_traffic", NOON, after(10)) == [("1", after(0), 5.0), ("1", after(5), 7.0)]
    assert rows("new_users/google_analytics_traffic", NOON, after(10)) == [("1", after(0), 1.0), ("1", after(5), 0.0)]


def test_prereleases_are_left_out(tables: Any) -> None:
    released = {"repository": "a/b", "tag_name": "v", "observed_at": NOON}
    marks = ((1, False), (2, True), (3, None))
    each = [
        released | {"release_id": number, "is_prerelease": is_pre, "published_at": after(number)}
        for number, is_pre in marks
    ]
    put("github_releases", ("repository", "release_id"), each)
    assert rows("releases/github_releases", NOON, after(3)) == [("a/b", after(1), 1)]
    assert [at for _, at, _ in rows("releases/github_releases", NOON, after(4))] == [after(1), after(3)]


def test_deployments_are_those_to_production(tables: Any) -> None:
    each = [
        {"repository": "a/b", "deployment_id": number, "environment": where, "created_at": after(number)}
        for number, where in ((1, "production"), (2, "staging"))
    ]
    put("github_deployments", ("repository", "deployment_id"), [row | {"observed_at": NOON} for row in each])
    assert rows("deployments/github_deployments", NOON, after(9)) == [("a/b", after(1), 1)]


@pytest.fixture(scope="module")
def copied(services: Any, five_weeks: Any) -> Iterator[Any]:
    """Five weeks of a company, and runs of its smoke monitor."""
    with services.new_warehouse(five_weeks) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", made.connection)
        runs(*((5.0 * number, number % 7 != 0) for number in range(400)))
        yield made


@pytest.fixture
def fortnight(copied: Any, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The last two weeks of what is copied once; nobody writes to it."""
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", copied.connection)
    return Company(weeks=2)


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("step", [timedelta(days=3, minutes=7), timedelta(hours=17), timedelta(days=14)])
def test_windows_side_by_side_give_the_rows_of_the_whole(fortnight: Company, file: Path, step: timedelta) -> None:
    name = f"{file.parent.name}/{file.stem}"
    whole = Counter(rows(name, fortnight.since, fortnight.until))
    assert whole
    parts: Counter[Any] = Counter()
    start = fortnight.since
    while start < fortnight.until:
        end = min(start + step, fortnight.until)
        for row in rows(name, start, end):
            if "traffic" in name:
                parts[row[:2]] += row[2]
            else:
                parts[row] += 1
        start = end
    if "traffic" in name:
        assert parts == Counter({row[:2]: row[2] for row in whole})
    elif "outages" in name:
        assert set(parts) == set(whole), "an outage across a border is in both windows, whole"
    else:
        assert parts == whole


def test_the_same_signals_whatever_the_slices(signals: Callable[..., Any], fortnight: Company) -> None:
    since, until = fortnight.since, fortnight.until
    middle = since + timedelta(days=6, hours=5, minutes=15)
    whole, first, last = signals(Window(since, until)), signals(Window(since, middle)), signals(Window(middle, until))
    for key, points in whole.points.items():
        assert points.at.tolist() == [*first.points[key].at.tolist(), *last.points[key].at.tolist()]
    for key, found in whole.intervals.items():
        assert found.pairs() == (first.intervals[key] | last.intervals[key]).pairs()
    for key, grid in whole.grids.items():
        assert grid.values.tolist() == [*first.grids[key].values.tolist(), *last.grids[key].values.tolist()]


def test_an_open_outage_lasts_still(tables: Any, signals: Callable[..., Any]) -> None:
    outage("6710001", after(5), None)
    cover("statuscake_periods", "6710001", NOON, after(60))
    found = signals(Window(NOON, after(60)))
    assert found.intervals["outages", "site"].pairs() == [(second(after(5)), OPEN)]
