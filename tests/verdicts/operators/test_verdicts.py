"""The three steps of a report: kept, answered, published; again, later, and after the tables have changed."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from bellwether.verdicts.operators.signals import SignalsOperator
from bellwether.verdicts.report.answering import answered
from bellwether.verdicts.report.report import Report
from tests.company import Company, cover, outage
from tests.reporting import AS_OF, DAY, Run, restate


def test_a_report_is_kept_answered_and_published(run: Run, company: Company) -> None:
    name, report = run.report()
    assert name == "20261122T060000Z--20261016T000000Z--20261120T000000Z"
    assert (report.as_of, report.since, report.until) == (AS_OF, company.since, company.until)
    files = ["intervals", "points", "grid", "coverage"]
    expected = {f"reports/{name}/signals/{file}.parquet" for file in files} | {f"reports/{name}/signals/kept.json"}
    expected |= {f"reports/{name}/report.json", f"reports/{name}/report.html", f"reports/{name}/verdicts.txt"}
    assert set(run.lake.keys("reports/")) == expected | {
        "reports/latest.json",
        "reports/latest.html",
        "reports/spoken.txt",
    }
    assert run.lake.read("reports/latest.json") == report.to_json()
    assert run.lake.read("reports/latest.html") == run.lake.read(f"reports/{name}/report.html")


def test_the_tables_have_what_the_report_says(run: Run, company: Company) -> None:
    name, report = run.report()
    rows = run.warehouse.query(
        "select question, verdict, effect, effect_low, p_adjusted, cause_count, direction, seed, permutations, "
        "code_version, report_key, cause_observed_share from verdicts"
    )
    said = {
        (
            asked.question, asked.answer.verdict.value,
            asked.answer.effect.value if asked.answer.effect else None,
            asked.answer.effect.low if asked.answer.effect else None,
            asked.answer.p_adjusted, asked.answer.causes, asked.answer.order.value, report.seed, report.permutations,
            report.code_version, f"reports/{name}/", asked.cause_observed,
        )
        for asked in report.asked
    }  # fmt: skip
    assert set(rows) == said
    windows = run.warehouse.query("select question, minutes, z, p from verdict_windows")
    assert set(windows) == {
        (asked.question, one.minutes, one.z, one.p)
        for asked in report.asked
        for one in (*asked.answer.forward, *asked.answer.backward)
    }
    assert len(windows) == 2 * (7 + 6 + 6 + 6 + 7)


def test_a_second_run_changes_nothing(run: Run, company: Company, brief: Path) -> None:
    run.report(include=brief)
    rows, objects = run.rows(), run.objects()
    run.report(include=brief)
    assert run.rows() == rows
    assert run.objects() == objects


def test_an_old_as_of_gives_the_same_figures_although_the_tables_were_restated(run: Run, company: Company) -> None:
    name, before = run.report()
    rows, objects = run.rows(), run.objects()
    restate(run, company)
    outage("6710001", company.since + 3 * DAY, company.since + 3.1 * DAY, company.conn_id)
    cover("github_commits", "dogbreed/site", company.until, AS_OF, observed_at=AS_OF, conn_id=company.conn_id)
    again, report = run.report()
    assert (again, report) == (name, before)
    assert (run.rows(), run.objects()) == (rows, objects)
    kept = run.reports.kept(name)
    computed = answered(kept.questions, run.reports.signals(name), kept.as_of)
    assert Report.from_json(computed.to_json()).to_json() == before.to_json(), (
        "computed anew from what was kept, not only read"
    )
    _, later = run.report(AS_OF + DAY, since=str(before.since), until=str(before.until))
    assert [asked.answer for asked in later.asked] != [asked.answer for asked in before.asked]


def test_signals_that_are_not_those_kept_are_refused(run: Run, company: Company) -> None:
    kept = run.signals()
    run.lake.client.put_object(
        Bucket=run.lake.bucket, Key=f"reports/{kept['report']}/signals/points.parquet", Body=b"other"
    )
    with pytest.raises(AirflowFailException, match="was changed after it was stored"):
        run.answer(kept)


def test_a_retry_after_being_killed_anywhere_ends_the_same(run: Run, company: Company, brief: Path) -> None:
    run.report(include=brief)
    rows, objects = run.rows(), run.objects()
    for lost in (["report.html", "latest"], ["report.json"], ["kept.json", "report.json", "latest"]):
        for key in [key for key in run.lake.keys("reports/") if any(word in key for word in lost)]:
            run.lake.client.delete_object(Bucket=run.lake.bucket, Key=key)
        run.warehouse.query("delete from verdict_windows" if "report.json" in lost else "select 1")
        run.warehouse.query("delete from verdicts" if "report.json" in lost else "select 1")
        run.report(include=brief)
        assert run.objects() == objects
        assert run.rows() == rows


def test_a_run_names_its_moment_by_param_logical_date_or_when_it_was_asked_for(run: Run, company: Company) -> None:
    assert run.signals(AS_OF)["report"].startswith("20261122T060000Z--")
    assert run.signals(AS_OF, as_of="2026-11-21T04:00:00+01:00")["report"].startswith("20261121T030000Z--")
    operator = SignalsOperator(task_id="signals", **run.names)
    dated = {"params": {}, "dag_run": SimpleNamespace(run_type="manual", run_after=AS_OF), "logical_date": AS_OF - DAY}
    assert operator.execute(dated)["report"].startswith("20261121T060000Z--")


def test_params_give_the_window(run: Run, company: Company) -> None:
    given = {"since": "2026-10-20T00:00:00Z", "until": "2026-11-10T00:00:00Z"}
    assert run.signals(**given)["report"].endswith("--20261020T000000Z--20261110T000000Z")
    assert run.signals(since=given["since"])["report"].endswith("--20261020T000000Z--20261120T000000Z")
    assert run.signals(until=given["until"])["report"].endswith("--20261016T000000Z--20261110T000000Z")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"since": "soon", "until": "2026-11-10T00:00:00Z"}, "since='soon' is not an ISO 8601 time"),
        ({"since": "2026-11-10T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, "The window is empty"),
        ({"as_of": "2026-01-01T00:00:00Z"}, "has nothing settled before 2026-01-01"),
    ],
)
def test_what_cannot_be_answered_fails_at_once_and_says_why(
    run: Run, company: Company, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(AirflowFailException, match=said):
        run.signals(**wrong)


def test_an_asset_s_update_soon_after_a_report_is_skipped_and_says_so(run: Run, company: Company, brief: Path) -> None:
    from airflow.utils.types import DagRunType

    run.report(include=brief, by=DagRunType.ASSET_TRIGGERED)
    with pytest.raises(AirflowSkipException, match=r"last report is of 2026-11-22 06:00.*every 6:00:00"):
        run.signals(AS_OF + timedelta(hours=5, minutes=59), by="asset_triggered")
    assert run.signals(AS_OF + timedelta(hours=6), by="asset_triggered")
    assert run.signals(AS_OF + timedelta(minutes=5), by="manual")


def test_a_report_without_an_answer_holds_back_the_next_for_half_an_hour_only(run: Run, company: Company) -> None:
    rows = (
        "insert into verdicts (as_of, window_start, window_end, question, services, verdict, reason, report_key, "
        "cause_count, effect_count, direction, day_count, cause_observed_share, effect_observed_share, seed, "
        "permutations, code_version) values "
        "(%s, '2026-11-19', '2026-11-20', %s, '', %s, '', 'reports/empty/', 0, 0, '', 1, 1, 1, 1, 1, '')"
    )
    for question, verdict in (("a", "too little data"), ("b", "not measurable")):
        run.warehouse.query(rows, (AS_OF, question, verdict))
    with pytest.raises(AirflowSkipException, match=r"every 0:30:00 \(it had no answer yet\)"):
        run.signals(AS_OF + timedelta(minutes=29), by="asset_triggered")
    assert run.signals(AS_OF + timedelta(minutes=30), by="asset_triggered")
    # A single answer is worth six hours.
    run.warehouse.query(rows, (AS_OF, "c", "not supported"))
    with pytest.raises(AirflowSkipException, match="every 6:00:00"):
        run.signals(AS_OF + timedelta(minutes=30), by="asset_triggered")


def test_before_anything_is_settled_an_asset_s_update_is_skipped_and_a_run_by_hand_fails(run: Run) -> None:
    early = AS_OF - timedelta(weeks=40)
    with pytest.raises(AirflowSkipException, match="has nothing settled before 2026-02-15"):
        run.signals(early, by="asset_triggered")
    with pytest.raises(AirflowFailException, match="has nothing settled before 2026-02-15"):
        run.signals(early, by="manual")
