"""A report after another, what is told of it, and a question that the bundle does not know."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, cover
from tests.reporting import AS_OF, DAY, Run, Told, restate

INCIDENTS_SQL = """-- One row per service and incident. Source: pagerduty_incidents.
select
    service_id as subject,
    started_at,
    ended_at
from pagerduty_incidents
where
    started_at < %(until)s
    and (ended_at is null or ended_at > %(since)s)
"""
SIXTH_QUESTION = """
[[question]]
id = "deployments_incidents"
ask = "Do deployments relate to incidents?"
cause = { signal = "deployments", as = "events", label = "deployments" }
effect = { signal = "incidents", as = "events", role = "site", label = "{service} incidents" }
minutes = [15, 30, 60, 120]
sides = "greater"
"""


def test_the_first_report_has_nothing_to_compare_with(run: Run, company: Company, brief: Path) -> None:
    heard: list[str] = []
    _, report = run.report(AS_OF, Told(heard), include=brief)
    assert (report.changes, report.previous_as_of, heard) == ((), None, [])


def test_a_changed_verdict_names_what_changed_in_the_data_and_is_told_once(run: Run, company: Company) -> None:
    heard: list[str] = []
    _, before = run.report(AS_OF, since=str(company.since), until=str(company.until - 8 * DAY))
    restate(run, company)
    _, report = run.report(AS_OF + DAY, Told(heard))
    assert report.previous_as_of == AS_OF
    said = {change.question: change for change in report.changes}
    old = {asked.question: asked.answer.verdict for asked in before.asked}
    new = {asked.question: asked.answer.verdict for asked in report.asked}
    assert said.keys() == {name for name in new if new[name] is not old[name]}
    assert said, "four weeks and five are not enough for the same"
    change = said["releases_new_users"]
    assert (change.before, change.after) == (old[change.question].value, new[change.question].value)
    data = " ".join(change.data)
    assert "The window is now 2026-10-16 00:00 to 2026-11-20 00:00 UTC; it was 2026-10-16 00:00 to 2026-11-12" in data
    assert "new users (site): 8.0 days newly observed" in data
    assert "288 figures of five minutes were restated" in data
    assert "releases (site, API): " in data
    assert "new since" in data
    assert len(heard) == 1
    assert change.after in heard[0]
    run.report(AS_OF + DAY, Told(heard))
    assert len(heard) == 1, "a second run tells nobody again"


def test_a_notifier_that_fails_does_not_fail_the_report(run: Run, company: Company, log_lines: list[str]) -> None:
    heard: list[str] = []
    run.report(AS_OF, since=str(company.since), until=str(company.until - 8 * DAY))
    run.report(AS_OF + DAY, Told(heard, fails=True), Told(heard))
    assert len(heard) == 1
    assert any("Told could not send" in line for line in log_lines)
    assert len(run.rows()["verdicts"]) == 10


def test_an_older_report_made_late_is_not_the_latest(run: Run, company: Company, brief: Path) -> None:
    heard: list[str] = []
    run.report(AS_OF, include=brief)
    latest = run.lake.read("reports/latest.json")
    run.report(AS_OF - 20 * DAY, Told(heard), include=brief)
    assert run.lake.read("reports/latest.json") == latest
    assert len(run.rows()["verdicts"]) == 4
    assert heard == []


@pytest.fixture
def six(run: Run, company: Company, quick: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a sixth question, on a table and a signal that the bundle does not know."""
    include = tmp_path / "include"
    shutil.copytree(quick, include)
    (include / "sql" / "signals" / "incidents").mkdir()
    (include / "sql" / "signals" / "incidents" / "pagerduty_incidents.sql").write_text(INCIDENTS_SQL)
    with (include / "questions.toml").open("a") as file:
        file.write(SIXTH_QUESTION)
    services = (include / "services.toml").read_text()
    site = 'google_analytics = ["250000001"]'
    (include / "services.toml").write_text(services.replace(site, f'{site}\npagerduty = ["PSITE"]'))
    run.warehouse.query(
        "create table pagerduty_incidents (service_id varchar(64) not null, incident_id varchar(64) not null, "
        "started_at timestamptz not null, ended_at timestamptz, primary key (service_id, incident_id))"
    )
    yield include
    run.warehouse.query("drop table pagerduty_incidents")


def test_a_sixth_question_takes_a_table_and_two_entries_and_no_code(run: Run, company: Company, six: Path) -> None:
    # After every other deployment to production there is an incident.
    run.warehouse.query(
        "insert into pagerduty_incidents select 'PSITE', deployment_id::text, created_at + interval '12 minutes', "
        "created_at + interval '30 minutes' from github_deployments "
        "where environment = 'production' and deployment_id %% 32 < 16",
        (),
    )
    cover("pagerduty_incidents", "PSITE", company.since, company.until, conn_id=company.conn_id)
    name, report = run.report(include=six)
    assert len(report.asked) == 6
    asked = report.asked[-1]
    assert (asked.question, asked.effect) == ("deployments_incidents", "site incidents")
    assert asked.answer.verdict == "supported"
    assert asked.answer.effect is not None
    assert asked.answer.effect.minutes == 15
    assert any(strip.source == "pagerduty" for strip in report.strips)
    assert run.report(include=six) == (name, report)


def test_a_sixth_question_without_its_coverage_is_not_measurable(run: Run, company: Company, six: Path) -> None:
    _, report = run.report(include=six)
    assert report.asked[-1].answer.verdict == "not measurable"
    assert "pagerduty_incidents of PSITE" in report.asked[-1].answer.reason
