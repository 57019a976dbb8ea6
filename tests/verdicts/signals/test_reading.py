"""Signals of the user's services: who owns what, what is covered when, what may still change, and Parquet and back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.include import include_folder
from bellwether.verdicts.questions import Questions, read
from bellwether.verdicts.signals import SignalError, default_window, read_signals, second
from bellwether.verdicts.signals.parquet import FILES, from_files, to_files
from bellwether.warehouse import connect
from bellwether.window import Window, WindowError
from tests.company import SMOKE, Company, cover, outage, put

Read = Callable[..., Any]

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window(NOON, NOON + 6 * HOUR)
TWO_DAYS = {"google_analytics_traffic": timedelta(hours=48)}
SITE, API, PROPERTY = "6710001", "6710002", "250000001"


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


def hours(intervals: Any) -> list[tuple[float, float]]:
    """Intervals in hours after noon."""
    noon = second(NOON)
    return [((start - noon) / 3600, (end - noon) / 3600) for start, end in intervals.pairs()]


def traffic(*minutes: tuple[float, int], observed_at: datetime = NOON) -> None:
    put(
        "google_analytics_traffic",
        ("property_id", "at"),
        [
            {"property_id": PROPERTY, "at": at(hour), "active_users": users, "new_users": 1, "observed_at": observed_at}
            for hour, users in minutes
        ],
    )


def with_subjects(questions: Questions, name: str, **subjects: tuple[str, ...]) -> Questions:
    """The questions with other subjects of one service."""
    services = tuple(
        msgspec.structs.replace(one, subjects=one.subjects | subjects) if one.name == name else one
        for one in questions.services
    )
    return msgspec.structs.replace(questions, services=services)


def test_several_monitors_of_a_service_are_one_and_observed_where_any_looks(signals: Read) -> None:
    questions = with_subjects(read(), "api", statuscake=(API, "6710009"))
    outage(API, at(1), at(2))
    outage("6710009", at(1.5), at(3))
    outage("6710009", at(4), at(4.5))
    cover("statuscake_periods", API, at(0), at(2))
    cover("statuscake_periods", "6710009", at(3), at(6))
    found = signals(WINDOW, questions=questions)
    assert hours(found.intervals["outages", "api"]) == [(1, 3), (4, 4.5)]
    assert hours(found.coverage_of("outages", "api").settled) == [(0, 2), (3, 6)]
    assert hours(found.coverage_of("outages", "site").settled) == []


def test_a_monitor_and_a_test_of_one_service_are_one(signals: Read) -> None:
    outage(API, at(1), at(2))
    cover("statuscake_periods", API, at(0), at(3))
    run = {"monitor_id": SMOKE, "observed_at": NOON}
    each = [(0.5, "failed"), (1.5, "success"), (4, "failed"), (4.25, "success")]
    put(
        "postman_runs",
        ("monitor_id", "started_at"),
        [run | {"started_at": at(hour), "finished_at": at(hour), "status": status} for hour, status in each],
    )
    cover("postman_runs", SMOKE, at(0), at(6))
    found = signals(WINDOW)
    assert hours(found.intervals["outages", "api"]) == [(0.5, 2), (4, 4.25)]
    near = hours(found.coverage["outages", "api", "postman_runs"].settled)
    assert near[0] == pytest.approx((0.5 - 1 / 12, 0.5 + 1 / 12)), "a run tells of five minutes on either side"
    assert len(near) == 4
    assert hours(found.coverage_of("outages", "api").settled)[0] == (0, 3)


def test_a_sum_over_repositories_needs_a_look_at_each(signals: Read) -> None:
    questions = with_subjects(read(), "site", github=("dogbreed/site", "dogbreed/app"))
    cover("github_commits", "dogbreed/site", at(0), at(4))
    cover("github_commits", "dogbreed/app", at(2), at(6))
    assert hours(signals(WINDOW, questions=questions).coverage_of("commits", "site").settled) == [(2, 4)]


def test_missing_is_not_zero(signals: Read) -> None:
    traffic((0, 3), (1, 4), (2.5, 5))
    cover("google_analytics_traffic", PROPERTY, at(0), at(1.5))
    cover("google_analytics_traffic", PROPERTY, at(1.5), at(3), is_complete=False)
    coverage = signals(WINDOW).coverage_of("visitors", "site")
    assert (hours(coverage.settled), hours(coverage.provisional)) == ([(0, 1.5)], [])
    grid = signals(WINDOW).grids["visitors", "site"]
    assert grid.inside(coverage.settled).sum() == 18
    assert grid.values.sum() == 7, "what came in a part that is not complete is no count"


def test_what_may_be_restated_is_provisional(signals: Read) -> None:
    traffic((0, 3), (3, 4))
    cover("google_analytics_traffic", PROPERTY, at(0), at(6), observed_at=at(2) + timedelta(hours=48))
    found = signals(WINDOW, lookbacks=TWO_DAYS)
    coverage = found.coverage_of("visitors", "site")
    assert (hours(coverage.settled), hours(coverage.provisional)) == ([(0, 2)], [(2, 6)])
    assert found.grids["visitors", "site"].values.sum() == 7


def test_a_later_look_settles_what_was_provisional(signals: Read) -> None:
    cover("google_analytics_traffic", PROPERTY, at(0), at(6), observed_at=at(6))
    cover("google_analytics_traffic", PROPERTY, at(0), at(3), observed_at=at(60))
    coverage = signals(WINDOW, lookbacks=TWO_DAYS).coverage_of("visitors", "site")
    assert (hours(coverage.settled), hours(coverage.provisional)) == ([(0, 3)], [(3, 6)])


def test_flags_are_known_by_the_time_they_concern(signals: Read) -> None:
    cover("google_analytics_traffic", PROPERTY, at(0), at(1), flags="sampled,thresholded")
    cover("google_analytics_traffic", PROPERTY, at(1), at(3), flags="thresholded")
    # Why something was not seen is no doubt about what was.
    cover("google_analytics_traffic", PROPERTY, at(3), at(6), flags="folded_hour")
    coverage = signals(WINDOW).coverage_of("new_users", "site")
    assert {flag: hours(intervals) for flag, intervals in coverage.flags.items()} == {
        "sampled": [(0, 1)],
        "thresholded": [(0, 3)],
    }
    assert hours(coverage.settled) == [(0, 6)]


def test_who_looked_is_known_past_the_window_too(signals: Read) -> None:
    cover("statuscake_periods", SITE, at(0), at(9))
    assert hours(signals(WINDOW).coverage_of("outages", "site").settled) == [(0, 6)]
    assert hours(signals(WINDOW, known_until=at(8)).coverage_of("outages", "site").settled) == [(0, 8)]


def test_rows_of_subjects_that_nobody_named_are_left_out(signals: Read) -> None:
    outage("6719999", at(1), at(2))
    assert hours(signals(WINDOW).intervals["outages", "site"]) == []


def test_equal_content_has_equal_bytes_whatever_order_it_came_in(tables: Any, signals: Read) -> None:
    company = Company(weeks=1)
    window = Window(company.since, company.until)
    company.load()
    whole = to_files(signals(window))
    tables.query("truncate statuscake_periods, google_analytics_traffic, github_commits, github_releases, coverage")
    for start, end in ((3, 4), (0, 1), (4, 7), (1, 3)):
        company.load(company.since + timedelta(days=start), company.since + timedelta(days=end))
    assert to_files(signals(window)) == whole


def test_parquet_gives_back_what_it_was_given(tables: Any, signals: Read) -> None:
    company = Company(weeks=1)
    company.load()
    outage(SITE, company.until - HOUR, None)
    start = company.since
    cover("google_analytics_traffic", PROPERTY, start, start + HOUR, observed_at=start, flags="sampled")
    found = signals(Window(start, company.until), lookbacks=TWO_DAYS)
    files = to_files(found)
    assert set(files) == set(FILES)
    back = from_files(files)
    assert to_files(back) == files
    assert back.window == found.window
    for place in ("points", "intervals", "grids", "coverage"):
        assert getattr(back, place).keys() == getattr(found, place).keys()
    assert back.intervals["outages", "site"].pairs() == found.intervals["outages", "site"].pairs()
    assert back.grids["visitors", "site"].values.tolist() == found.grids["visitors", "site"].values.tolist()


def test_parquet_keeps_signals_in_which_nothing_happened(signals: Read) -> None:
    files = to_files(signals(WINDOW))
    assert to_files(from_files(files)) == files


def test_a_signal_of_another_shape_is_refused(tables: Any, tmp_path: Path) -> None:
    folder = tmp_path / "sql" / "signals" / "outages"
    folder.mkdir(parents=True)
    for path in (include_folder() / "sql" / "signals").glob("*/*.sql"):
        place = tmp_path / "sql" / "signals" / path.parent.name
        place.mkdir(exist_ok=True)
        (place / path.name).write_text(path.read_text())
    (folder / "statuscake_periods.sql").write_text("select test_id as subject, started_at from statuscake_periods")
    with pytest.raises(SignalError, match=r"outages/statuscake_periods\.sql gives the columns subject, started_at"):
        read_signals(read(), connect("warehouse"), WINDOW, folder=tmp_path)


def covered(start: datetime, end: datetime, *, but: tuple[str, ...] = (), seen_at: datetime | None = None) -> None:
    for table, subject in (
        ("statuscake_periods", SITE),
        ("statuscake_periods", API),
        ("google_analytics_traffic", PROPERTY),
        ("github_commits", "dogbreed/site"),
        ("github_commits", "dogbreed/api"),
        ("github_releases", "dogbreed/site"),
        ("github_releases", "dogbreed/api"),
    ):
        if table not in but:
            cover(table, subject, start, end, observed_at=seen_at or end)


def window_of(as_of: datetime) -> Window:
    return default_window(read(), connect("warehouse"), as_of, TWO_DAYS)


def test_a_window_that_was_not_told_ends_where_all_is_settled(tables: Any) -> None:
    covered(NOON - timedelta(days=70), NOON)
    assert window_of(NOON) == Window(NOON - timedelta(days=70), NOON - timedelta(hours=48))


def test_a_window_that_was_not_told_is_no_longer_than_the_questions_say(tables: Any) -> None:
    covered(NOON - timedelta(days=400), NOON)
    end = NOON - timedelta(hours=48)
    assert window_of(NOON) == Window(end - timedelta(weeks=26), end)


def test_a_window_that_was_not_told_ends_by_the_report_s_moment(tables: Any) -> None:
    covered(NOON - timedelta(days=70), NOON)
    as_of = NOON - timedelta(days=30)
    assert window_of(as_of).end == as_of


def test_a_source_that_was_switched_off_does_not_hold_up_the_others(tables: Any) -> None:
    covered(NOON - timedelta(days=70), NOON, but=("statuscake_periods",))
    assert window_of(NOON).end == NOON - timedelta(hours=48)
    for test in (SITE, API):
        cover("statuscake_periods", test, NOON - timedelta(days=70), NOON - timedelta(days=20))
    assert window_of(NOON).end == NOON - timedelta(hours=48)


def test_without_any_coverage_the_error_says_what_to_run(tables: Any) -> None:
    with pytest.raises(WindowError, match="Run the DAGs github, google_analytics, postman, statuscake over the weeks"):
        window_of(NOON)
