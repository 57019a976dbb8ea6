"""Runs of the three operators of the DAG `verdicts`, and reports straight from tables, for tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from airflow.sdk import BaseNotifier

from bellwether.lake import Lake
from bellwether.verdicts.operators.answer import AnswerOperator
from bellwether.verdicts.operators.publish import PublishOperator
from bellwether.verdicts.operators.signals import SignalsOperator
from bellwether.verdicts.questions import read
from bellwether.verdicts.report.answering import answered
from bellwether.verdicts.report.report import Asked, Report
from bellwether.verdicts.report.store import Reports
from bellwether.verdicts.signals import read_signals
from bellwether.verdicts.signals.parquet import from_files, to_files
from bellwether.warehouse import connect
from bellwether.window import Window
from tests.company import Company, put

AS_OF = datetime(2026, 11, 22, 6, tzinfo=UTC)
LOOKBACKS = {"google_analytics_traffic": 48 * 3600}
PROPERTY = "250000001"
DAY = timedelta(days=1)
QUICKLY = msgspec.structs.replace(read(), permutations=499)


class Told(BaseNotifier):
    """Keeps what it was told."""

    def __init__(self, heard: list[str], *, fails: bool = False) -> None:
        super().__init__()
        self.heard, self.fails = heard, fails

    def notify(self, context: Any) -> None:
        if self.fails:
            raise ConnectionError("nobody there")
        self.heard.append(context["verdict_changes"])


class Run:
    """Runs of the DAG's three operators in one place."""

    def __init__(self, place: Any, include: Path) -> None:
        self.warehouse, self.lake, self.place, self.include = place.warehouse, place.lake, place, include
        self.names = {"lake_conn_id": f"lake_{place.name}", "warehouse_conn_id": f"warehouse_{place.name}"}
        self.reports = Reports(Lake(f"lake_{place.name}"))

    def signals(
        self, run_after: datetime = AS_OF, *, by: str = "manual", include: Path | None = None, **params: Any
    ) -> Any:
        run = SimpleNamespace(run_type=by, run_after=run_after)
        operator = SignalsOperator(
            task_id="signals", lookback_seconds=LOOKBACKS, include=str(include or self.include), **self.names
        )
        return operator.execute({"params": params, "dag_run": run})

    def answer(self, signals: Any) -> Any:
        return AnswerOperator(task_id="answer", signals=signals, **self.names).execute({})

    def publish(self, answer: Any, *on_change: Any) -> Any:
        return PublishOperator(task_id="publish", answered=answer, on_change=on_change, **self.names).execute({})

    def report(self, as_of: datetime = AS_OF, *on_change: Any, **how: Any) -> tuple[str, Report]:
        answer = self.answer(self.signals(as_of, **how))
        self.publish(answer, *on_change)
        return answer["report"], self.reports.read(answer["report"])

    def rows(self) -> dict[str, list[Any]]:
        tables = ("verdicts", "verdict_windows")
        return {name: sorted(self.warehouse.query(f"select * from {name}"), key=repr) for name in tables}

    def objects(self) -> dict[str, bytes]:
        return {key: self.lake.read(key) for key in self.lake.keys("reports/")}


def restate(run: Run, company: Company) -> None:
    """Google Analytics says now that every minute of a day had twice the new users."""
    start = company.since + 12 * DAY
    rows = run.warehouse.query(
        "select at, active_users, new_users from google_analytics_traffic where at >= %s and at < %s",
        (start, start + DAY),
    )
    put(
        "google_analytics_traffic",
        ("property_id", "at"),
        [
            {"property_id": PROPERTY, "at": at, "active_users": active, "new_users": 2 * new + 1}
            | {"observed_at": AS_OF + DAY}
            for at, active, new in rows
        ],
        company.conn_id,
    )


def report_of(since: datetime, until: datetime, *, questions: Any = QUICKLY, conn_id: str = "warehouse") -> Report:
    """From what is kept of the signals, as the DAG does it."""
    signals = read_signals(questions, connect(conn_id), Window(since, until), known_until=until)
    report = answered(questions, from_files(to_files(signals)), until)
    assert Report.from_json(report.to_json()) == report
    return report


def of(report: Report, question: str) -> Asked:
    return next(asked for asked in report.asked if asked.question == question)


def left_out(asked: Asked, reason: str) -> int:
    return sum(one.number for one in asked.answer.exclusions if reason in one.reason)
