"""Verdicts: whether outages go with traffic, releases and commits, answered from the tables; a page and two tables.

The questions are in `include/questions.toml`, the services in `include/services.toml`. Any update of a table that they
need starts a run, which skips itself while the last report is younger than `at_most_every`.

Without params the window ends where everything needed is covered and settled, and goes back as many weeks as
`questions.toml` says. `as_of` names a report: a second run with the same one gives the same
figures, from the signals that were kept with it, although the tables have been restated since.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetAny, Param

from bellwether.flow import OWNER
from bellwether.verdicts.operators.answer import AnswerOperator
from bellwether.verdicts.operators.publish import PublishOperator
from bellwether.verdicts.operators.signals import SignalsOperator
from bellwether.verdicts.questions import needed_tables, read
from bellwether.verdicts.report.notice import LogNotifier
from bellwether.watch.alerts import Alert

TIME: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}

with DAG(
    dag_id="verdicts",
    schedule=AssetAny(*(Asset(table) for table in needed_tables(read()))),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    # One at a time, so that the second of two sees the report of the first.
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=1),
        "on_failure_callback": Alert(),
    },
    params={
        "since": Param(None, **TIME, description="Start of the window; by the coverage unless given."),
        "until": Param(None, **TIME, description="End of the window, not part of it; by the coverage unless given."),
        "as_of": Param(None, **TIME, description="The moment the report is of; the run's own unless given."),
    },
    tags=["verdicts"],
    doc_md=__doc__,
) as dag:
    signals = SignalsOperator(task_id="signals")
    answer = AnswerOperator(task_id="answer", signals=signals.output)
    publish = PublishOperator(
        task_id="publish",
        answered=answer.output,
        # Any notifiers of Airflow's; they take the text as "{{ verdict_changes }}".
        on_change=[LogNotifier(), Alert(text="{{ verdict_changes }}", subject="bellwether: a verdict has changed")],
        outlets=[Asset("verdicts"), Asset("verdict_windows")],
    )
    signals >> answer >> publish
