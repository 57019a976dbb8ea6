"""Eight weeks from the vendors' APIs to the verdicts, by Airflow's own runs of our DAGs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.company import UNTIL

SUPPORTED = {"releases_new_users", "spikes_api_outages", "api_outages_site_outages"}
NOW = UNTIL + timedelta(days=2, hours=6)


def run(dag: Any, **conf: str) -> None:
    for task in dag.tasks:
        task.retries = 0
    done = dag.test(run_conf=conf)
    assert done.state == "success", {task.task_id: task.state for task in done.get_task_instances()}


@pytest.fixture(scope="module")
def house(services: Any, metadata: None, parse: Callable[[], Any]) -> Iterator[Any]:
    """What eight weeks of the sandbox leave in a warehouse and a lake, with their verdicts."""
    credentials = Credentials.create("http://127.0.0.1:1")
    app = create_app(World(clock=Clock(NOW)), credentials, Limits.none())
    with (
        services.new_warehouse() as warehouse,
        services.new_lake() as lake,
        serve(app) as root,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.connection)
        patch.setenv("AIRFLOW_CONN_LAKE", lake.connection)
        for name, value in connections(root, credentials, statuscake={"requests_per_second": 10_000}).items():
            patch.setenv(name, value)
        dags = parse().dags
        run(dags["warehouse"])
        for source in ("github", "google_analytics", "statuscake"):
            run(dags[source], since=(UNTIL - timedelta(weeks=8)).isoformat(), until=UNTIL.isoformat())
        # `coverage` is dated by the machine's clock, and the sandbox's stands still.
        warehouse.query("update coverage set observed_at = greatest(observed_at, window_end + interval '3 days')")
        run(dags["verdicts"], as_of=NOW.isoformat())
        yield warehouse, lake


def test_the_planted_truth_comes_out(house: Any) -> None:
    warehouse, _ = house
    verdicts = dict(warehouse.query("select question, verdict from verdicts"))
    assert len(verdicts) == 5
    assert {name for name, verdict in verdicts.items() if verdict == "supported"} == SUPPORTED
    assert {verdicts[name] for name in verdicts.keys() - SUPPORTED} == {"not supported"}


@pytest.mark.parametrize(
    ("question", "planted"),
    [("releases_new_users", 0.10), ("spikes_api_outages", 0.35), ("api_outages_site_outages", 0.25)],
)
def test_effects_are_near_the_planted_ones(house: Any, question: str, planted: float) -> None:
    warehouse, _ = house
    ((low, high),) = warehouse.query("select effect_low, effect_high from verdicts where question = %s", (question,))
    assert 0 < low <= planted <= high


def test_a_naive_correlation_would_have_called_the_others_significant(house: Any) -> None:
    _, lake = house
    asked = {one["question"]: one for one in msgspec.json.decode(lake.read("reports/latest.json"))["asked"]}
    for name in asked.keys() - SUPPORTED:
        assert asked[name]["naive"]["best_p"] < 0.05


def test_the_window_is_the_coverage_and_all_of_it_was_observed(house: Any) -> None:
    warehouse, _ = house
    found = warehouse.query(
        "select distinct window_end, day_count, effect_observed_share > 0.95, cause_observed_share > 0.95 from verdicts"
    )
    # Eight weeks, and the two days before them that Google Analytics reads again.
    assert found == [(UNTIL, 57, True, True)]


def test_the_answers_are_there_in_words_too(house: Any) -> None:
    _, lake = house
    (key,) = [key for key in lake.keys("reports/") if key.endswith("verdicts.txt")]
    words = lake.read(key).decode()
    assert words.count("supported  ") == 5
    assert words.count("not evidence") == 5
