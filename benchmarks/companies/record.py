"""One company asked all it is wanted for: what there is to count afterwards, as a line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bellwether.verdicts.stats.answer import Answer, Order
from bellwether.verdicts.stats.ask import ask, judge

from .asking import DESIGNS, Seen, answer, look, moved
from .company import company
from .truth import truths
from .usual import usual
from .worlds import NOTHING, WORLDS, planted

ALPHA = 0.05
QUESTIONS = ("Q1", "Q2", "Q3", "Q4", "Q5")
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Companies of one kind. planted: the questions that are true in them, () in null ones.

    moved: also ask with the causes one and two weeks later.
    """

    world: str
    weeks: int
    planted: tuple[str, ...] = ()
    moved: bool = False

    @property
    def name(self) -> str:
        return f"{self.world}, {self.weeks} weeks, " + ("null" if not self.planted else "+".join(self.planted))

    @property
    def questions(self) -> tuple[str, ...]:
        """Those asked: all of a null company, the true ones of a planted one."""
        return self.planted or QUESTIONS


def record(cell: Cell, seed: int) -> Line:
    """The company of a seed by the product and by the usual methods."""
    few = WORLDS[cell.world].outages is not None
    plant = planted(cell.weeks, few)[cell.planted] if cell.planted else NOTHING
    this = company(seed, cell.weeks, WORLDS[cell.world], plant)
    seen = look(this, cell.questions)
    found = {name: _asked(seen, name, seed, cell) for name in cell.questions}
    judged = dict(zip(found, judge(list(found.values())), strict=True))
    true = truths(this, seen) if cell.planted else {}
    line: Line = {"seed": seed}
    for name, by_usual in usual(this, seen).items():
        line[name] = _line(name, judged[name], true.get(name)) | by_usual
        if cell.moved:
            line[name]["moved"] = [_moved(seen, name, weeks, seed) for weeks in (1, 2)]
    return line


def _asked(seen: Seen, name: str, seed: int, cell: Cell) -> Answer:
    """With details in planted companies, and where the checks of what is found in null ones are wanted."""
    first = answer(seen, name, seed, bool(cell.planted))
    if cell.moved and not cell.planted and first.p is not None and first.p <= ALPHA:
        return answer(seen, name, seed, True)
    return first


def _line(name: str, judged: Answer, true: list[float | None] | None) -> Line:
    line: Line = {
        "p": judged.p,
        "strict": judged.p_strict,
        "verdict": judged.verdict.value,
        "backwards": judged.order is Order.EFFECT_FIRST,
        "ordered": judged.order is not Order.NOT_RESOLVED,
        "checks": {check.name: check.passed for check in judged.checks},
    }
    effect = judged.effect
    if true is not None and effect is not None:
        place = DESIGNS[name].minutes.index(effect.minutes)
        line |= {"place": place, "true": true, "value": effect.value, "low": effect.low, "high": effect.high}
    return line


def _moved(seen: Seen, name: str, weeks: int, seed: int) -> float | None:
    asked = moved(seen.sides[name], seen.calendar, weeks)
    return ask(asked.cause, asked.effect, seen.calendar, DESIGNS[name], seed=seed, details=False).p


def written(line: Line) -> str:
    """The line as JSON."""
    return json.dumps(line, separators=(",", ":"))
