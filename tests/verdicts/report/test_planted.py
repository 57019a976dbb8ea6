"""The sandbox's planted truths come out of eight weeks of its world."""

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.verdicts.questions import read
from bellwether.verdicts.report.report import Report
from bellwether.verdicts.stats.answer import Order, Verdict
from tests.company import Company, make_tables
from tests.reporting import left_out, of, report_of

SUPPORTED = {"releases_new_users", "spikes_api_outages", "api_outages_site_outages"}


@pytest.fixture(scope="module")
def planted(services: Any) -> Iterator[Report]:
    """The report on eight weeks of the sandbox's world."""
    with services.new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_PLANTED", made.connection)
        make_tables("planted")
        company = Company(conn_id="planted")
        company.load()
        yield report_of(company.since, company.until, questions=read(), conn_id="planted")


def test_the_planted_links_are_found_and_no_others(planted: Report) -> None:
    verdicts = {asked.question: asked.answer.verdict for asked in planted.asked}
    assert len(verdicts) == 5
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.SUPPORTED} == SUPPORTED
    assert {verdicts[name] for name in verdicts.keys() - SUPPORTED} == {Verdict.NOT_SUPPORTED}


@pytest.mark.parametrize(
    ("question", "planted_effect"),
    [("releases_new_users", 0.10), ("spikes_api_outages", 0.35), ("api_outages_site_outages", 0.25)],
)
def test_effects_are_near_the_planted_ones(planted: Report, question: str, planted_effect: float) -> None:
    effect = of(planted, question).answer.effect
    assert effect is not None
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low <= planted_effect <= effect.high
    assert effect.low > 0


def test_the_site_does_not_fail_before_the_api(planted: Report) -> None:
    orders = {asked.question: asked.answer.order for asked in planted.asked}
    assert Order.EFFECT_FIRST not in {orders[name] for name in SUPPORTED}


@pytest.mark.parametrize("question", ["new_user_spikes_site_outages", "api_outages_commits"])
def test_a_naive_correlation_calls_significant_what_is_not(planted: Report, question: str) -> None:
    asked = of(planted, question)
    assert asked.answer.verdict is Verdict.NOT_SUPPORTED
    assert asked.naive.best_p is not None
    assert asked.naive.best_p < 0.05


def test_traffic_is_not_observed_while_the_site_is_down(planted: Report) -> None:
    for name in ("releases_new_users", "spikes_api_outages", "new_user_spikes_site_outages"):
        assert left_out(of(planted, name), "the tag itself was down") > 50
    assert of(planted, "spikes_api_outages").cause_observed < 1


def test_the_timeline_has_what_the_question_looks_at(planted: Report) -> None:
    asked = of(planted, "spikes_api_outages")
    (series,) = asked.series
    assert series.label == "visitors"
    assert 1000 < len(series.values) == len(series.expected) <= 2500
    assert {track.label: track.kind for track in asked.tracks} == {
        "traffic spikes": "spikes",
        "API outages": "outages",
        "site outages": "outages",
    }
    assert all(track.spans for track in asked.tracks)
    assert of(planted, "api_outages_site_outages").series == ()


def test_a_strip_for_each_source_and_service(planted: Report) -> None:
    strips = {(strip.source, strip.label): strip for strip in planted.strips}
    assert ("google_analytics", "site: new users, visitors") in strips
    watched = strips["statuscake", "API: outages"]
    assert len(watched.observed) == 57
    assert set(watched.observed[1:-1]) == {1000}
    never = strips["postman", "API: outages"]
    assert (set(never.observed), never.last_observed_at) == ({0}, None)
