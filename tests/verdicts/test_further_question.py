"""docs/adding-a-question.md, step by step: every block of its example is run."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.sql import sql_folder
from bellwether.verdicts.questions import Questions, read
from bellwether.verdicts.report.answering import answered
from bellwether.verdicts.report.report import Asked
from bellwether.verdicts.signals import read_signals
from bellwether.verdicts.stats.answer import Verdict
from bellwether.warehouse import connect
from bellwether.window import Window
from tests.company import cover, make_tables, outage
from tests.sql.redshift_lacks import lacking

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "adding-a-question.md").read_text()
WINDOW = Window(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
SITE = "6710001"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```$", TEXT, re.MULTILINE | re.DOTALL)


TABLE, TICKETS, COVERAGE, SIGNAL = blocks("sql")
SERVICE, QUESTION = blocks("toml")


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """The bundle's include with the example's files and entries added."""
    folder = tmp_path / "include"
    shutil.copytree(sql_folder().parent, folder)
    (written,) = re.findall(r"`include/(sql/signals/\S+\.sql)`", TEXT)
    (folder / written).parent.mkdir()
    (folder / written).write_text(SIGNAL)
    for name, entry in (("services.toml", SERVICE), ("questions.toml", QUESTION)):
        (folder / name).write_text(f"{(folder / name).read_text()}\n{entry}")
    return folder


@pytest.fixture
def questions(include: Path) -> Questions:
    """The example's question alone, with fewer reshuffles."""
    found = read(include)
    ours = tuple(question for question in found.questions if question.id == "site_outages_tickets")
    assert len(ours) == 1
    return msgspec.structs.replace(found, questions=ours, permutations=199)


@pytest.fixture
def tables(warehouse: Any) -> Any:
    make_tables()
    for statement in (TABLE, TICKETS, COVERAGE):
        warehouse.query(statement)
    cover("statuscake_periods", SITE, WINDOW.start, WINDOW.end)
    return warehouse


def asked(questions: Questions, include: Path) -> Asked:
    signals = read_signals(questions, connect("warehouse"), WINDOW, folder=include)
    (answer,) = answered(questions, signals, WINDOW.end).asked
    return answer


def test_the_tickets_are_read_as_a_signal_of_the_desk(tables: Any, questions: Questions, include: Path) -> None:
    signals = read_signals(questions, connect("warehouse"), WINDOW, folder=include)
    assert len(signals.points["tickets", "desk"].at) == 3
    assert signals.coverage_of("tickets", "desk").settled.pairs() == [
        (int(WINDOW.start.timestamp()), int(WINDOW.end.timestamp()))
    ]


def test_the_question_is_answered(tables: Any, questions: Questions, include: Path) -> None:
    first = datetime(2026, 9, 7, 9, tzinfo=UTC)
    for week in range(7):
        for day in range(0, 5, 2):
            begins = first + timedelta(weeks=week, days=day, hours=2 * day + week)
            outage(SITE, begins, begins + timedelta(minutes=20))
            tables.query(
                "insert into support_tickets select 'webshop', 1000 + %s + n, %s + n * interval '3 minutes' "
                "from generate_series(1, 8) as n",
                (100 * (7 * week + day), begins),
            )
    found = asked(questions, include)
    assert found.answer.verdict is Verdict.SUPPORTED
    assert found.answer.causes == 21


def test_without_outages_there_is_too_little_data(tables: Any, questions: Questions, include: Path) -> None:
    assert asked(questions, include).answer.verdict is Verdict.TOO_LITTLE_DATA


def test_without_its_row_in_coverage_it_cannot_be_measured(tables: Any, questions: Questions, include: Path) -> None:
    tables.query("delete from coverage where source = 'support'")
    found = asked(questions, include)
    assert found.answer.verdict is Verdict.NOT_MEASURABLE
    assert "support_tickets of webshop" in found.answer.reason


def test_redshift_would_take_the_signal() -> None:
    assert not lacking(SIGNAL)
