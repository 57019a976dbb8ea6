"""What counts as late or never read, and whose minutes count."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bellwether.sources import source_of
from bellwether.watch.health import AWAITED
from tests.watch.health.house import API, HOUR, SITE, Health


def test_what_is_covered_is_well_and_what_nobody_means_to_read_is_not_missed(health: Health) -> None:
    health.cover()
    health.cover("6710001", source="statuscake", ago=timedelta(days=3))
    assert health.look() == []


def test_each_stream_that_is_late_is_named_with_its_subjects_and_since_when(
    health: Health, connect: Callable[..., None]
) -> None:
    connect("github", repositories=[SITE, API])
    health.cover(SITE, API, commits=HOUR, issues=26 * HOUR)
    commits, issues = health.look()
    since = f"{health.now - HOUR:%Y-%m-%d %H:%M} UTC"
    assert f"GitHub: commits of dogbreed/api and dogbreed/site not covered since {since}" in commits
    assert ", for 1 hour. See the last runs of the DAG 'github'" in commits
    assert ", for 1 day and 2 hours. " in issues


def test_one_repository_of_two_that_cannot_be_read_is_named(health: Health, connect: Callable[..., None]) -> None:
    connect("github", repositories=[SITE, API])
    health.cover(SITE)
    health.cover(API, ago=HOUR)
    problems = health.look()
    assert len(problems) == len(source_of("github").streams)
    assert all(API in problem and SITE not in problem for problem in problems)


def test_a_stream_that_the_connection_leaves_out_is_not_missed(health: Health, connect: Callable[..., None]) -> None:
    connect("github", repositories=[SITE, API], leave_out={API: ["issues"]})
    health.cover(SITE, API, issues=HOUR)
    (problem,) = health.look()
    assert "issues of dogbreed/site not covered" in problem
    assert "dogbreed/api" not in problem


def test_what_was_taken_out_of_the_connection_is_not_missed(health: Health) -> None:
    health.cover(SITE)
    health.cover(API, ago=HOUR)
    assert health.look() == []


def test_what_a_vendor_no_longer_lists_is_missed_for_a_week_unless_it_is_a_service_s(
    health: Health, connect: Callable[..., None]
) -> None:
    connect("statuscake")
    health.cover(SITE)
    health.cover("6710001", "99", source="statuscake")
    health.cover("777", source="statuscake", ago=timedelta(days=6))
    health.cover("888", source="statuscake", ago=timedelta(days=8))
    missed = " ".join(health.look())
    assert "777" in missed
    assert "888" not in missed
    # services.toml names this one: it is missed for as long as it is named there.
    health.cover("6710002", source="statuscake", ago=timedelta(days=8))
    assert "6710002" in " ".join(health.look())


def test_all_that_there_is_being_late_for_weeks_is_still_missed(health: Health, connect: Callable[..., None]) -> None:
    connect("statuscake")
    health.cover(SITE)
    health.cover("777", source="statuscake", ago=timedelta(days=30))
    # But the list of tests, which is read for the account.
    assert len(health.look()) == len(source_of("statuscake").streams) - 1


def test_what_the_vendor_could_not_tell_was_looked_at_all_the_same(health: Health) -> None:
    health.cover(flags="folded_hour")
    assert health.look() == []


def test_what_the_vendor_says_is_gone_was_not(health: Health) -> None:
    health.cover(ago=HOUR)
    health.cover(flags="gone")
    assert len(health.look()) == len(source_of("github").streams)


def test_a_window_that_reaches_into_the_future_covers_up_to_its_reading_only(health: Health) -> None:
    health.cover(ago=HOUR)
    health.warehouse.query("update coverage set window_end = window_end + interval '1 year'")
    assert len(health.look()) == len(source_of("github").streams)


def test_what_was_never_read_is_missed_once_it_has_been_waited_for(health: Health) -> None:
    assert health.look() == []
    health.wait(timedelta(minutes=29))
    assert health.look() == []
    health.wait(timedelta(minutes=2))
    problems = health.look()
    assert len(problems) == len(source_of("github").streams)
    assert problems[0].startswith("GitHub: commits of dogbreed/site never read. See the last runs of the DAG")
    health.cover()
    assert health.look() == []
    assert health.store[AWAITED] == {}


def test_a_new_repository_is_waited_for_by_itself(health: Health, connect: Callable[..., None]) -> None:
    health.look()
    health.wait(HOUR)
    health.cover()
    connect("github", repositories=[SITE, API])
    assert health.look() == []
    health.wait(HOUR)
    assert all("of dogbreed/api never read" in problem for problem in health.look())


def test_a_source_may_have_minutes_of_its_own_or_be_left_alone(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    health.cover(ago=HOUR)
    assert health.look()
    for value, is_well in (('{"github": 120}', True), ('{"github": 59}', False), ('{"github": null}', True)):
        monkeypatch.setenv("AIRFLOW_VAR_HEALTH_LATE_MINUTES", value)
        assert (health.look() == []) is is_well


@pytest.mark.parametrize("wrong", ["[]", "no JSON", '{"github": "soon"}', '{"github": -1}', '{"github": true}'])
def test_minutes_that_are_none_are_named(health: Health, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    health.cover()
    monkeypatch.setenv("AIRFLOW_VAR_HEALTH_LATE_MINUTES", wrong)
    (problem,) = health.look()
    assert "The Airflow Variable 'health_late_minutes' should be minutes by source" in problem


def test_a_connection_that_lists_nothing_is_named_with_an_example(health: Health, connect: Callable[..., None]) -> None:
    connect("github")
    health.cover()
    (problem,) = health.look()
    assert "The Airflow connection 'github' has no list 'repositories' in its extra" in problem


def test_what_is_read_once_a_month_is_late_only_after_it_was_due(health: Health, connect: Callable[..., None]) -> None:
    connect("wikipedia")
    health.cover(SITE)
    health.cover("berlin", source="wikipedia", ago=HOUR)
    assert health.look() == []
    health.cover("kassel", source="wikipedia", ago=timedelta(days=70))
    (cities, populations) = health.look()
    assert "Wikipedia: cities of kassel not covered since" in cities
    assert "Wikipedia: populations of kassel" in populations
