"""How the stack is doing, from real tables: each part by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.cities import page as demand_page
from bellwether.lake import Lake
from bellwether.pages.shelf import Shelf
from bellwether.sql import render
from bellwether.verdicts.page import KEPT
from bellwether.verdicts.report.words import short
from bellwether.watch.status import spoken
from bellwether.watch.status.spoken import Down
from bellwether.watch.status.status import main, status
from tests.verdicts.report.hostile import HOSTILE
from tests.verdicts.report.invented import report

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SITE, API = "6710001", "6710002"
Fill = Callable[..., None]
SUBJECTS = {
    ("google_analytics", "traffic"): ["250000001"],
    ("statuscake", "periods"): [SITE, API],
    ("github", "releases"): ["dogbreed/site", "dogbreed/api"],
    ("github", "commits"): ["dogbreed/site", "dogbreed/api"],
    ("postman", "runs"): ["1f0a61d2-70c1-4a30-a5b5-0dbf1c1f0001"],
}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def tables(warehouse: Any, lake: Any) -> Any:
    for name in ("coverage", "github", "google_analytics", "postman", "statuscake"):
        warehouse.query(render(f"tables/{name}.sql"))
    return warehouse


def cover(tables: Any, until: datetime = NOW, **late: datetime) -> None:
    """Everything was looked at for eight days until then; a source of `late` until its own moment."""
    for (source, stream), subjects in SUBJECTS.items():
        for subject in subjects:
            end = late.get(source, late.get(stream, until))
            values = (source, stream, subject, NOW - timedelta(days=8), end, 1, 0, True, "", end)
            tables.query(f"insert into coverage values ({', '.join(['%s'] * 10)})", values)


def visit(tables: Any, at: datetime, sessions: int, new: int) -> None:
    row = ("250000001", at, sessions, new, sessions, sessions, sessions, sessions, at)
    tables.query(f"insert into google_analytics_traffic values ({', '.join(['%s'] * 9)})", row)


def down(tables: Any, test: str, start: datetime, end: datetime | None) -> None:
    tables.query("insert into statuscake_periods values (%s, %s, %s, 'down', 0, %s)", (test, start, end, NOW))


def release(tables: Any, repository: str, number: int, name: str, at: datetime, *, is_pre: bool = False) -> None:
    row = (repository, number, name, name, "", is_pre, at, at, at)
    tables.query(f"insert into github_releases values ({', '.join(['%s'] * 9)})", row)


def shelve() -> None:
    """Keep the invented report's page as the latest, as the DAG verdicts does."""
    made = report(weeks=2)
    Shelf(Lake(), KEPT).put_latest(made.as_of, "<html>", " ".join(short(asked) for asked in made.asked))


def said() -> str:
    return status(NOW).text()


def test_all_is_told_in_whole_sentences(tables: Any, lake: Any) -> None:
    cover(tables)
    visit(tables, NOW - timedelta(hours=25), 500, 50)
    visit(tables, NOW - timedelta(hours=3), 1200, 100)
    visit(tables, NOW - minutes(5), 34, 5)
    down(tables, API, NOW - timedelta(days=2), NOW - timedelta(days=2) + minutes(12))
    down(tables, API, NOW - timedelta(days=1), NOW - timedelta(days=1) + minutes(29))
    down(tables, SITE, NOW - minutes(20), None)
    release(tables, "dogbreed/site", 1, "v3.12.0", NOW - timedelta(hours=40))
    release(tables, "dogbreed/site", 2, "v4.0.0-rc1", NOW - timedelta(hours=1), is_pre=True)
    release(tables, "dogbreed/api", 3, "v9", NOW - timedelta(days=5))
    shelve()
    assert said().splitlines() == [
        "In the last 24 hours there were 1,234 visits, and 105 visitors were new."
        " Google Analytics reported these up to today at 8:55, 5 minutes ago.",
        "The site is down. It went down today at 8:40, 20 minutes ago. It was not down before that in the last 7 days.",
        "The API is up. It was down twice in the last 7 days, for 41 minutes in all;"
        " the last time was yesterday at 9:00.",
        "The last release was v3.12.0 of the site, on Friday at 17:00, 1 day and 16 hours ago.",
        "All sources were read in the last half hour.",
        "The verdicts are of today at 7:00. More new users go with releases. API outages follow traffic spikes."
        " The data do not support that site outages go with new-user spikes."
        " There is too little data yet to say whether site outages go with API outages."
        " Whether commits go with API outages cannot be measured.",
        "There is no forecast of demand yet. The dag named demand makes the first forecast.",
    ]


def test_a_source_that_is_late_has_a_sentence_of_its_own(tables: Any) -> None:
    cover(tables, statuscake=NOW - timedelta(hours=5), commits=NOW - minutes(45))
    down(tables, SITE, NOW - timedelta(hours=6), None)
    lines = said().splitlines()
    assert "StatusCake has not been read since today at 4:00, 5 hours ago." in lines
    assert "GitHub has not been read for commits since today at 8:15, 45 minutes ago." in lines
    assert (
        "The site was down when it was last checked, 5 hours ago; it went down today at 3:00, 6 hours ago."
        " It was not down before that in the last 7 days." in lines
    )
    assert not [line for line in lines if line.startswith(("Postman", "Google Analytics 4"))]


def test_what_was_read_ahead_of_its_time_is_late_all_the_same(tables: Any) -> None:
    cover(tables)
    values = ("flights", "arrivals", "EDDB", NOW - DAY, NOW + DAY, 1, 0, True, "", NOW - timedelta(hours=5))
    tables.query(f"insert into coverage values ({', '.join(['%s'] * 10)})", values)
    assert "AeroDataBox has not been read since today at 4:00, 5 hours ago." in said().splitlines()


def test_files_that_somebody_brings_are_never_late(tables: Any) -> None:
    cover(tables)
    values = ("rides", "history", "rides/mine.csv", NOW - 90 * DAY, NOW - 9 * DAY, 1, 0, True, "", NOW - 8 * DAY)
    tables.query(f"insert into coverage values ({', '.join(['%s'] * 10)})", values)
    assert "All sources were read when they were last due." in said().splitlines()


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        # Read on the first of each month, at 5:30.
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "All sources were read when they were last due."),
        (
            datetime(2026, 10, 1, 5, 30, tzinfo=UTC),
            "Wikipedia has not been read since on 1 October 2026 at 7:30, 52 days and 2 hours ago.",
        ),
    ],
)
def test_a_source_is_late_by_its_own_schedule(tables: Any, last: datetime, sentence: str) -> None:
    cover(tables)
    values = ("wikipedia", "cities", "berlin", last - 30 * DAY, last, 1, 0, True, "snapshot", last)
    tables.query(f"insert into coverage values ({', '.join(['%s'] * 10)})", values)
    assert sentence in said().splitlines()


def test_nothing_read_yet_is_not_all_well(tables: Any) -> None:
    lines = said().splitlines()
    assert "The site has not been checked yet, so it is not known whether it is up." in lines
    assert "Google Analytics reported no visit in the last 24 hours." in lines
    assert "Postman has never been read." in lines
    assert "There are no verdicts yet. The dag named verdicts makes the first report." in lines
    assert not [line for line in lines if "is up" in line and "whether" not in line]


def test_time_that_nobody_looked_at_is_named(tables: Any) -> None:
    cover(tables, google_analytics=NOW - timedelta(hours=6))
    visit(tables, NOW - timedelta(hours=7), 10, 1)
    assert "Only 18 of the 24 hours are covered." in said()


def test_a_missing_table_leaves_the_others_their_say(tables: Any) -> None:
    cover(tables)
    tables.query("drop table google_analytics_traffic")
    tables.query("drop table postman_runs")
    text = said()
    assert "The visits are not available at the moment. Its table is missing" in text
    assert "What postman_runs says of the API is not available at the moment." in text
    assert "The API is up. It was not down in the last 7 days." in text
    assert "The site is up." in text


def test_without_a_warehouse_the_verdicts_still_answer(lake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve()
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://loader:secret-word@127.0.0.1:1/none")
    text = said()
    assert text.startswith("The warehouse is not available at the moment.")
    assert "API outages follow traffic spikes." in text
    assert "secret-word" not in text
    monkeypatch.delenv("AIRFLOW_CONN_WAREHOUSE")
    assert "The Airflow connection 'warehouse' does not exist." in said()


def test_without_a_lake_the_warehouse_still_answers(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cover(tables)
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", '{"conn_type": "aws"}')
    assert "The verdicts are not available at the moment." in said()
    assert "The API is up." in said()


def test_what_another_system_keeps_is_said_too(tables: Any, lake: Any) -> None:
    Shelf(Lake(), demand_page.KEPT).put_latest(NOW - timedelta(hours=1), "<html>", "Berlin, Mitte: 3 more scooters.")
    assert "The forecast of demand is of today at 8:00. Berlin, Mitte: 3 more scooters." in said().splitlines()
    assert "There are no verdicts yet." in said()


def test_what_is_said_aloud_has_no_signs(tables: Any, lake: Any) -> None:
    cover(tables)
    release(tables, "dogbreed/site", 1, f"v1\n{HOSTILE}", NOW - timedelta(hours=1))
    shelve()
    lines = said().splitlines()
    assert len([line for line in lines if "The last release" in line]) == 1
    spoken_lines = [line for line in lines if "release" not in line]
    assert spoken_lines
    assert not set("%+|*_<>#()[]\N{MINUS SIGN}\N{PLUS-MINUS SIGN}") & set("".join(spoken_lines))


def test_the_command_prints_it(tables: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    main(["--json"])
    text, data = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert "The site has not been checked yet" in text
    assert data.startswith('{"at":"')


def test_outages_that_two_saw_are_one() -> None:
    first = Down(NOW, NOW + minutes(10))
    assert spoken.merged([Down(NOW + minutes(5), NOW + minutes(20)), first]) == [Down(NOW, NOW + minutes(20))]
    assert spoken.merged([first, Down(NOW + minutes(5), None), Down(NOW + minutes(9), NOW + minutes(11))]) == [
        Down(NOW, None)
    ]
    assert len(spoken.merged([first, Down(NOW + minutes(11), None)])) == 2
