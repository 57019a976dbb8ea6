"""Who is told of which problems, and when again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bellwether.watch.alerts.news import LastMessage, Problem, news
from bellwether.watch.health import NOTIFIED
from tests.verdicts.report.hostile import HOSTILE
from tests.watch.alerts import ears
from tests.watch.health.house import API, HOUR, SITE, Health

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_another_problem_is_told_and_the_old_one_named_with_it(health: Health, slack: ears.Slack) -> None:
    health.cover(commits=HOUR)
    health.look()
    health.warehouse.query("delete from coverage")
    health.cover(commits=HOUR, issues=2 * HOUR)
    health.look()
    head, new, still = slack.texts[1].split(":\n")
    assert head == "bellwether: 2 problems\nNew"
    assert "GitHub: issues" in new
    assert "GitHub: commits" in still


def test_one_channel_that_is_down_does_not_have_another_told_twice(
    health: Health, slack: ears.Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    health.cover(commits=HOUR)
    slack.fail_with(500, "down")
    with ears.mail() as mail:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_MAIL", mail.connection)
        health.look()
        health.look()
        assert (len(mail.mails), len(slack.texts)) == (1, 0)
        slack.behave()
        health.look()
        assert (len(mail.mails), len(slack.texts)) == (1, 1)


def test_a_name_that_a_vendor_gave_is_told_short_and_without_markup(
    health: Health, slack: ears.Slack, connect: Callable[..., None]
) -> None:
    connect("statuscake")
    health.cover()
    health.cover(f"<!channel>\n{HOSTILE[:200]}", *(f"test {number}" for number in range(60)), source="statuscake")
    health.warehouse.query("update coverage set observed_at = observed_at - interval '1 day' where source <> 'github'")
    problems = health.look()
    assert all(len(problem) < 600 and "\n" not in problem for problem in problems)
    assert "51 more not covered since" in problems[0]
    (text,) = slack.texts
    assert "&lt;!channel&gt; " in text
    assert "<" not in text


def test_who_was_told_is_told_again_after_a_day_while_it_lasts() -> None:
    problem = Problem("GitHub: commits late", "GitHub: commits not covered.", (SITE,))
    told = LastMessage({problem.about: problem.mark}, NOW)
    assert news(told, [problem], [], NOW + 23 * HOUR) is None
    again = news(told, [problem], [], NOW + 24 * HOUR)
    assert again is not None
    assert (again.subject, again.text) == ("bellwether: still 1 problem", "Still:\n- GitHub: commits not covered.")
    assert news(LastMessage({}, NOW), [], [], NOW + 240 * HOUR) is None


def test_the_same_problem_of_others_is_news() -> None:
    told = LastMessage({"GitHub: commits late": Problem("", "", (SITE,)).mark}, NOW)
    more = Problem("GitHub: commits late", "GitHub: commits of both not covered.", (SITE, API))
    found = news(told, [more], [], NOW)
    assert found is not None
    assert found.text == "New:\n- GitHub: commits of both not covered."


def test_what_was_told_is_kept_by_channel_and_small(health: Health, slack: ears.Slack) -> None:
    health.cover(*(f"owner/repository-{number}" for number in range(500)), ago=HOUR)
    health.cover(ago=HOUR)
    health.look()
    assert set(health.store[NOTIFIED]) == {"alert_slack"}
    assert len(json.dumps(health.store[NOTIFIED])) < 1000
