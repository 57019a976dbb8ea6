"""What counts as not well, and who is told of it when: the operator itself, a real ledger, a real lake."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

from bellwether.alerts.news import Problem, Told, news
from bellwether.operators.health import AWAITED, TOLD, HealthOperator
from bellwether.sources import hook_of, source_names
from bellwether.sql import render
from tests.alerts import ears
from tests.reports.hostile import HOSTILE

SITE, API = "dogbreed/site", "dogbreed/api"
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Store(dict[str, Any]):
    """What Airflow keeps with an asset."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))


class Task:
    """What a task finds in its context."""

    log_url = "http://airflow.example/log"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value

    def get_dag(self, dag_id: str) -> Any:
        return SimpleNamespace(dag_id=dag_id, is_paused=False)


class Health:
    """A house that is looked at again and again."""

    def __init__(self, warehouse: Any) -> None:
        self.warehouse, self.store = warehouse, Store()

    def look(self, **how: Any) -> list[str]:
        """The problems."""
        operator = HealthOperator(
            task_id="look",
            hooks=[hook_of(source) for source in source_names()],
            outlets=[Asset("health")],
            **({"late_minutes": 30} | how),
        )
        task = Task()
        try:
            operator.execute({"ti": task, "asset_state_store": self.store})
        except AirflowFailException:
            assert task.pushed["problems"]
        else:
            assert not task.pushed["problems"]
        return list(task.pushed["problems"])

    def cover(
        self, *subjects: str, ago: timedelta = timedelta(), source: str = "github", flags: str = "", **late: timedelta
    ) -> None:
        """Every stream was looked at in five minutes that ended so long ago; one of `late` so much longer ago."""
        rows = []
        for stream in hook_of(source).streams_by_name():
            for subject in subjects or (SITE,):
                end = datetime.now(UTC) - late.get(stream, ago)
                rows += [(source, stream, subject, end - timedelta(minutes=5), end, 1, 0, not flags, flags, end)]
        self.warehouse.query(f"insert into coverage values {', '.join(['%s'] * len(rows))}", rows)

    def wait(self, length: timedelta) -> None:
        """As if what is waited for had been waited for so much longer."""
        earlier = {key: (datetime.fromisoformat(at) - length).isoformat() for key, at in self.store[AWAITED].items()}
        self.store.set(AWAITED, earlier)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def make(source: str, **extra: Any) -> None:
        value = {"conn_type": "http", "password": "token-0123456789", "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}", json.dumps(value))

    return make


@pytest.fixture
def health(warehouse: Any, lake: Any, connect: Callable[..., None]) -> Health:
    """Somebody means to read one repository of GitHub."""
    warehouse.query(render("tables/coverage.sql"))
    connect("github", repositories=[SITE])
    return Health(warehouse)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ears.Slack]:
    with ears.slack() as made:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", made.connection)
        yield made


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
    since = datetime.now(UTC) - HOUR
    assert f"GitHub: commits of dogbreed/api and dogbreed/site not covered since {since:%Y-%m-%d}" in commits
    assert ", for 1 hour. See the last runs of the DAG 'github'" in commits
    assert ", for 1 day and 2 hours. " in issues


def test_one_repository_of_two_that_cannot_be_read_is_named(health: Health, connect: Callable[..., None]) -> None:
    connect("github", repositories=[SITE, API])
    health.cover(SITE)
    health.cover(API, ago=HOUR)
    problems = health.look()
    assert len(problems) == len(hook_of("github").streams)
    assert all(API in problem and SITE not in problem for problem in problems)


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
    assert len(health.look()) == len(hook_of("statuscake").streams) - 1


def test_what_the_vendor_could_not_tell_was_looked_at_all_the_same(health: Health) -> None:
    health.cover(flags="folded_hour")
    assert health.look() == []


def test_what_the_vendor_says_is_gone_was_not(health: Health) -> None:
    health.cover(ago=HOUR)
    health.cover(flags="gone")
    assert len(health.look()) == len(hook_of("github").streams)


def test_a_window_that_reaches_into_the_future_covers_up_to_its_reading_only(health: Health) -> None:
    health.cover(ago=HOUR)
    health.warehouse.query("update coverage set window_end = window_end + interval '1 year'")
    assert len(health.look()) == len(hook_of("github").streams)


def test_what_was_never_read_is_missed_once_it_has_been_waited_for(health: Health) -> None:
    assert health.look() == []
    health.wait(timedelta(minutes=29))
    assert health.look() == []
    health.wait(timedelta(minutes=2))
    problems = health.look()
    assert len(problems) == len(hook_of("github").streams)
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


def test_a_warehouse_that_is_away_is_a_problem_and_ends_no_other(
    health: Health, slack: ears.Slack, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    health.cover(commits=HOUR)
    health.look()
    with monkeypatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://loader:warehouse-password@127.0.0.1:1/none")
        (problem,) = health.look()
        assert problem.startswith("The warehouse cannot be reached: OperationalError.")
        health.look()
    assert not [line for line in log_lines if "warehouse-password" in line]
    assert len(slack.texts) == 2
    assert "GitHub: commits late: it cannot be told whether this is over." in slack.texts[-1]
    health.look()
    assert len(slack.texts) == 3
    assert "Over:\n- The warehouse\n" in slack.texts[-1]
    assert "Still:\n- GitHub: commits of" in slack.texts[-1]


def test_a_warehouse_that_says_nothing_is_not_waited_for(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"postgresql://loader:x@127.0.0.1:{silent.getsockname()[1]}/none"
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", address)
        assert health.look(patience_seconds=1.5) == ["The warehouse cannot be reached: no answer within 1.5 seconds"]


def test_without_the_ledger_s_table_it_says_which_dag_makes_it(health: Health) -> None:
    health.warehouse.query("drop table coverage")
    assert health.look() == [
        "The warehouse cannot be reached: the table coverage is missing; the DAG 'warehouse' makes it."
    ]


@pytest.mark.parametrize("how", ["no bucket", "no connection"])
def test_a_lake_that_is_away_is_a_problem(health: Health, lake: Any, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    health.cover()
    gone = json.loads(lake.connection)
    gone["extra"]["service_config"]["s3"]["bucket_name"] = "no-such-bucket"
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", json.dumps(gone))
    if how == "no connection":
        monkeypatch.delenv("AIRFLOW_CONN_LAKE")
    (problem,) = health.look()
    assert problem.startswith("The lake cannot be reached: ")


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
    told = Told({problem.about: problem.mark}, NOW)
    assert news(told, [problem], [], NOW + 23 * HOUR) is None
    again = news(told, [problem], [], NOW + 24 * HOUR)
    assert again is not None
    assert (again.subject, again.text) == ("bellwether: still 1 problem", "Still:\n- GitHub: commits not covered.")
    assert news(Told({}, NOW), [], [], NOW + 240 * HOUR) is None


def test_the_same_problem_of_others_is_news() -> None:
    told = Told({"GitHub: commits late": Problem("", "", (SITE,)).mark}, NOW)
    more = Problem("GitHub: commits late", "GitHub: commits of both not covered.", (SITE, API))
    found = news(told, [more], [], NOW)
    assert found is not None
    assert found.text == "New:\n- GitHub: commits of both not covered."


def test_what_was_told_is_kept_by_channel_and_small(health: Health, slack: ears.Slack) -> None:
    health.cover(*(f"owner/repository-{number}" for number in range(500)), ago=HOUR)
    health.cover(ago=HOUR)
    health.look()
    assert set(health.store[TOLD]) == {"alert_slack"}
    assert len(json.dumps(health.store[TOLD])) < 1000


def test_what_is_read_once_a_month_is_late_only_after_it_was_due(health: Health, connect: Callable[..., None]) -> None:
    connect("wikipedia")
    health.cover(SITE)
    health.cover("berlin", source="wikipedia", ago=HOUR)
    assert health.look() == []
    health.cover("kassel", source="wikipedia", ago=timedelta(days=70))
    (cities, populations) = health.look()
    assert "Wikipedia: cities of kassel not covered since" in cities
    assert "Wikipedia: populations of kassel" in populations
