"""The acceptance gate in short: a handful of companies of each kind; `benchmarks/verdicts.py` is the whole of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from benchmarks.companies import tables
from benchmarks.companies.asking import look
from benchmarks.companies.company import company
from benchmarks.companies.figures import Lines
from benchmarks.companies.gate import failures
from benchmarks.companies.missing import inside
from benchmarks.companies.record import QUESTIONS, Cell, record
from benchmarks.companies.running import run
from benchmarks.companies.worlds import NOTHING, WORLDS, planted

NULL, FIRST, SECOND = Cell("seasonal", 8), Cell("seasonal", 8, ("Q1", "Q4", "Q5")), Cell("seasonal", 8, ("Q2", "Q3"))


@pytest.fixture(scope="module")
def lines() -> Lines:
    return dict(run({NULL: 25, FIRST: 10, SECOND: 10}, processes=2))


def test_the_statistics_pass_the_gate(lines: Lines) -> None:
    assert failures(lines) == []


def test_hourly_pearson_in_their_place_does_not(lines: Lines) -> None:
    naive = {
        cell: [
            {"seed": line["seed"]} | {q: line[q] | {"p": line[q]["pearson"]} for q in cell.questions} for line in some
        ]
        for cell, some in lines.items()
    }
    wrong = failures(naive)
    assert [question for question in QUESTIONS if any(f"{question} false positives" in line for line in wrong)] != []
    assert any("of all questions" in line for line in wrong)


def test_statistics_that_never_find_anything_do_not_pass(lines: Lines) -> None:
    blind = {
        cell: [{"seed": line["seed"]} | {q: line[q] | {"p": 1.0} for q in cell.questions} for line in some]
        for cell, some in lines.items()
    }
    wrong = failures(blind)
    assert [question for question in QUESTIONS if any(f"{question} power" in line for line in wrong)] == list(QUESTIONS)


def test_a_gate_without_companies_is_closed(lines: Lines) -> None:
    assert failures({}) != []
    assert failures({NULL: lines[NULL]}) != []
    assert failures({**lines, Cell("white", 8): []}) != []


def test_the_short_table_names_every_question_once(lines: Lines) -> None:
    short = tables.calibration(lines, date(2026, 11, 22))
    assert [row["question"] for row in short["rows"]] == list(tables.IDS.values())
    assert (short["companies_null"], short["companies_planted"]) == (25, 10)
    assert short["rows"][0]["pearson_false_positives_8"] >= 0.8
    assert short["rows"][0]["power_26"] is None


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_is_asked_all_it_should_be(world: str) -> None:
    line = record(Cell(world, 8), 3)
    assert set(line) == {"seed", *QUESTIONS}
    assert all(line[question]["p"] is None or 0 < line[question]["p"] <= 1 for question in QUESTIONS)


def test_what_is_planted_changes_nothing_else() -> None:
    plain = company(5, 8, WORLDS["seasonal"], NOTHING)
    for names, plant in planted(8).items():
        other = company(5, 8, WORLDS["seasonal"], plant)
        assert np.array_equal(other.traffic, plain.traffic)
        assert np.array_equal(other.site_alone.starts, plain.site.starts)
        assert np.array_equal(other.api_alone.starts, plain.api.starts)
        assert len(other.site.starts) > len(plain.site.starts), names


def test_what_nobody_looked_at_is_unobserved_and_has_no_events() -> None:
    this = company(4, 8, WORLDS["missing data"])
    seen = look(this)
    assert 0.7 < seen.sides["Q4"].effect.observed.mean() < 0.97
    assert not inside(seen.sides["Q4"].cause.at, this.hidden["api"]).any()
    assert inside(this.api.starts, this.hidden["api"]).any()


def test_the_clocks_change_within_the_window() -> None:
    spring, autumn = (look(company(seed, 8, WORLDS["clock changes"])).calendar for seed in (2, 3))
    assert spring.missing.sum() == 12
    assert autumn.end_at - autumn.start_at == (56 * 24 + 1) * 3600


def test_an_outage_takes_the_traffic_with_it() -> None:
    this = company(6, 8, WORLDS["suppressed traffic"])
    longest = int(np.argmax(this.site.ends - this.site.starts))
    down = (this.clock.at >= this.site.starts[longest]) & (this.clock.at + 300 <= this.site.ends[longest])
    plain = company(6, 8, WORLDS["seasonal"]).traffic
    assert down.sum() >= 3
    assert this.traffic[down].sum() < 0.2 * plain[down].sum()
