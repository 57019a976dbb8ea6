"""From tables to a report: planted truths, holes, and all that can be missing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from bellwether.verdicts.report.answering import answered
from bellwether.verdicts.report.report import Asked
from bellwether.verdicts.signals import read_signals
from bellwether.verdicts.signals.parquet import from_files, to_files
from bellwether.verdicts.stats.answer import Verdict
from bellwether.warehouse import connect
from bellwether.window import Window
from tests.company import UNTIL, Company, cover, outage
from tests.reporting import QUICKLY, left_out, of, report_of

DAY = timedelta(days=1)


@pytest.fixture
def tables(services: Any, five_weeks: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A warehouse with five weeks of a company."""
    with services.new_warehouse(five_weeks) as made:
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", made.connection)
        yield made


def asked_of(company: Company, question: str, since: datetime | None = None) -> Asked:
    """The answer to one question, asked by itself."""
    only = msgspec.structs.replace(QUICKLY, questions=tuple(one for one in QUICKLY.questions if one.id == question))
    (asked,) = report_of(since or company.since, company.until, questions=only).asked
    return asked


def test_two_days_are_too_little(tables: Any) -> None:
    company = Company(weeks=3 / 7)
    report = report_of(company.since, company.until)
    assert {asked.answer.verdict for asked in report.asked} == {Verdict.TOO_LITTLE_DATA}
    assert {asked.answer.p for asked in report.asked} == {None}
    assert all(asked.answer.days == 2 for asked in report.asked)


def test_less_than_a_day_is_too_little(tables: Any) -> None:
    report = report_of(UNTIL - timedelta(hours=9), UNTIL)
    assert {asked.answer.verdict for asked in report.asked} == {Verdict.TOO_LITTLE_DATA}
    assert "no whole local day" in report.asked[0].answer.reason


def test_what_was_kept_is_answered_as_what_was_read(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("delete from coverage where subject = '6710002'")
    cover("statuscake_periods", "6710002", company.since, company.since + 30.3 * DAY, flags="sampled")
    signals = read_signals(QUICKLY, connect("warehouse"), Window(company.since, company.until))
    kept = from_files(to_files(signals))
    assert answered(QUICKLY, kept, company.until) == answered(QUICKLY, signals, company.until)


def test_with_statuscake_switched_off_outages_are_not_measurable_and_the_rest_is(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("truncate statuscake_periods")
    tables.query("delete from coverage where source = 'statuscake'")
    report = report_of(company.since, company.until)
    verdicts = {asked.question: asked.answer.verdict for asked in report.asked}
    assert verdicts.pop("releases_new_users") is not Verdict.NOT_MEASURABLE
    assert set(verdicts.values()) == {Verdict.NOT_MEASURABLE}
    reason = of(report, "new_user_spikes_site_outages").answer.reason
    assert "statuscake_periods of 6710001" in reason
    assert "Switch on the DAG statuscake" in reason
    api = of(report, "api_outages_commits").answer.reason
    assert "postman_runs of" in api
    assert "statuscake_periods of 6710002" in api


def test_a_hole_in_the_coverage_is_left_out_of_both_sides(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("delete from coverage where source = 'statuscake' and subject = '6710002'")
    gap = company.since + 10 * DAY
    cover("statuscake_periods", "6710002", company.since, gap)
    cover("statuscake_periods", "6710002", gap + 5 * DAY, company.until)
    asked = asked_of(company, "api_outages_commits")
    assert left_out(asked, "not covered") == 5 * 288
    assert asked.cause_observed == pytest.approx(1 - 5 / 34, abs=0.002)
    assert left_out(asked, "in time that was not observed") > 0
    assert asked.answer.verdict is not Verdict.NOT_MEASURABLE


def test_what_may_be_restated_is_counted_and_not_used(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("update coverage set observed_at = window_end where source = 'google_analytics'")
    lookbacks = {"google_analytics_traffic": timedelta(hours=48)}
    window = Window(company.since, company.until)
    signals = read_signals(QUICKLY, connect("warehouse"), window, known_until=company.until, lookbacks=lookbacks)
    report = answered(QUICKLY, signals, company.until)
    # The last local day of the window ends an hour before it.
    assert left_out(of(report, "releases_new_users"), "may still be restated") == 47 * 12
    strip = next(strip for strip in report.strips if strip.source == "google_analytics")
    assert strip.provisional[-3:] == (958, 1000, 41)


def test_flagged_slots_are_counted(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("update coverage set flags = 'sampled' where source = 'google_analytics'")
    report = report_of(company.since, company.until)
    strip = next(strip for strip in report.strips if strip.source == "google_analytics")
    assert strip.flags == (("sampled", 35 * 288),)


def test_nothing_at_all_happened(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("truncate statuscake_periods, google_analytics_traffic, github_commits, github_releases")
    report = report_of(company.since, company.until)
    assert {asked.answer.verdict for asked in report.asked} == {Verdict.TOO_LITTLE_DATA}
    for asked in report.asked:
        assert (asked.answer.causes, asked.answer.effects, asked.answer.effect) == (0, 0, None)
        assert (asked.naive.r, asked.naive.best_p) == (None, None)


def test_one_outage_is_too_little(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("truncate statuscake_periods")
    outage("6710002", company.since + 7.4 * DAY, company.since + 7.5 * DAY)
    asked = asked_of(company, "api_outages_commits")
    assert (asked.answer.verdict, asked.answer.causes) == (Verdict.TOO_LITTLE_DATA, 1)


def test_everything_down_all_the_time_says_so_instead_of_failing(tables: Any) -> None:
    company = Company(weeks=5)
    tables.query("truncate statuscake_periods")
    for test in ("6710001", "6710002"):
        outage(test, company.since - DAY, None)
    report = report_of(company.since, company.until)
    verdicts = {asked.question: asked.answer.verdict for asked in report.asked}
    assert verdicts["api_outages_commits"] is Verdict.TOO_LITTLE_DATA, "no outage began"
    assert verdicts["releases_new_users"] is Verdict.NOT_MEASURABLE, "nobody could count"
    assert "by all needed sources at once" in of(report, "releases_new_users").answer.reason


def test_an_outage_that_goes_on_is_an_onset_now(tables: Any) -> None:
    company = Company(weeks=5)
    before = asked_of(company, "api_outages_site_outages").answer
    tables.query("delete from statuscake_periods where started_at > %s", (company.until - DAY,))
    without = asked_of(company, "api_outages_site_outages").answer
    outage("6710002", company.until - timedelta(hours=7), None)
    after = asked_of(company, "api_outages_site_outages").answer
    assert after.causes == without.causes + 1
    assert before.days == after.days


def test_verdicts_hold_over_the_days_on_which_the_clocks_change(tables: Any) -> None:
    report = report_of(datetime(2026, 10, 16, 22, tzinfo=UTC), datetime(2026, 11, 19, 23, tzinfo=UTC))
    assert {asked.answer.days for asked in report.asked} == {34}
    strip = next(strip for strip in report.strips if strip.source == "statuscake")
    assert set(strip.observed[1:-1]) == {1000}, "a day of 25 hours is observed whole"


def test_a_question_over_another_window_has_its_own_days(tables: Any) -> None:
    company = Company(weeks=5)
    whole = asked_of(company, "api_outages_commits")
    part = asked_of(company, "api_outages_commits", since=company.since + 2 * DAY)
    assert whole.answer.days == part.answer.days + 2


def test_two_services_of_a_role_are_two_answers(tables: Any) -> None:
    questions = QUICKLY
    second_api = replace_service(questions)
    company = Company(weeks=5)
    cover("statuscake_periods", "6710009", company.since, company.until)
    report = report_of(company.since, company.until, questions=second_api)
    assert [asked.services for asked in report.asked if asked.question == "spikes_api_outages"] == ["api", "billing"]
    assert len({(asked.question, asked.services) for asked in report.asked}) == len(report.asked) == 8


def replace_service(questions: Any) -> Any:
    api = next(service for service in questions.services if service.name == "api")
    billing = msgspec.structs.replace(api, name="billing", label="billing API", subjects={"statuscake": ("6710009",)})
    return msgspec.structs.replace(questions, services=(*questions.services, billing))
