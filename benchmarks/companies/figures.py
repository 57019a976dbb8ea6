"""Rates over the companies of a cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from .record import ALPHA, Cell, Line

METHODS = {"p": "this product", "strict": "its strict option", "pearson": "Pearson by the hour"} | {
    "poisson": "Poisson coincidence, 30 min",
    "best lag": "best correlation within ±4 h",
}
Lines = dict[Cell, list[Line]]


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`; a rate of none is None."""

    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.n if self.n else None

    def __str__(self) -> str:
        return "-" if self.rate is None else f"{100 * self.rate:.1f}"


def deviation(rate: float, n: int) -> float:
    """Standard error of a rate over n companies."""
    return sqrt(rate * (1 - rate) / n)


def found(lines: list[Line], question: str, method: str = "p") -> Share:
    """How often a method finds something at 5 %. A p that could not be had is nothing found."""
    values = [line[question].get(method) for line in lines if question in line]
    if method != "p" and all(value is None for value in values):
        return Share(0, 0)
    return Share(sum(value is not None and value <= ALPHA for value in values), len(values))


def pooled(lines: list[Line], questions: tuple[str, ...], method: str = "p") -> Share:
    """The same over all questions that the method has an answer to."""
    shares = [found(lines, question, method) for question in questions]
    return Share(sum(share.hits for share in shares), sum(share.n for share in shares))


def claimed(lines: list[Line], questions: tuple[str, ...]) -> Share:
    """Companies with at least one "supported" after Benjamini-Hochberg and its other conditions."""
    return Share(sum(any(line[q]["verdict"] == "supported" for q in questions) for line in lines), len(lines))


def supported(lines: list[Line], question: str) -> Share:
    """Companies in which this question's verdict is "supported"."""
    return _share(lines, question, lambda answer: answer["verdict"] == "supported")


def backwards(lines: list[Line], question: str) -> Share:
    """Of the companies in which something is found at 5 %, those told that the effect comes first."""
    return _share(_findings(lines, question), question, lambda answer: bool(answer["backwards"]))


def ordered(lines: list[Line], question: str) -> Share:
    """Of the companies in which something is found at 5 %, those told which comes first."""
    return _share(_findings(lines, question), question, lambda answer: bool(answer["ordered"]))


def covered(lines: list[Line], question: str) -> Share:
    """Companies whose interval holds the planted truth.

    For a share of events the truth of a window is the mean over the cell's companies of what the planting added there,
    for a ratio it is the company's own.
    """
    answers = [line[question] for line in lines if line[question].get("low") is not None]
    every = [line[question]["true"] for line in lines if "true" in line[question]]
    if question in ("Q1", "Q5"):
        truths = [answer["true"][answer["place"]] for answer in answers]
    else:
        usual = np.nanmean(np.array(every, dtype=np.float64), axis=0) if answers else []
        truths = [float(usual[answer["place"]]) for answer in answers]
    inside = [
        answer["low"] <= true <= (np.inf if answer["high"] is None else answer["high"])
        for answer, true in zip(answers, truths, strict=True)
        if true is not None
    ]
    return Share(sum(inside), len(inside))


def biased(lines: list[Line], question: str) -> float | None:
    """Mean of estimate less truth, as a share of the truth."""
    answers = [line[question] for line in lines if line[question].get("value") is not None]
    pairs = [(answer["value"], answer["true"][answer["place"]]) for answer in answers]
    pairs = [(value, true) for value, true in pairs if true is not None]
    if not pairs:
        return None
    value, true = np.mean(pairs, axis=0)
    return float(value / true - 1) if true else None


def moved(lines: list[Line], question: str) -> Share:
    """Placebos (causes one and two weeks later) that come out at 5 %."""
    values = [value for line in lines for value in line[question].get("moved", ())]
    return Share(sum(value is not None and value <= ALPHA for value in values), len(values))


def overturned(lines: list[Line], question: str, check: str) -> Share:
    """Of the companies with p at most 5 %, those that fail a check."""
    return _share(_findings(lines, question), question, lambda answer: answer["checks"].get(check) is False)


def _findings(lines: list[Line], question: str) -> list[Line]:
    return [line for line in lines if line[question]["p"] is not None and line[question]["p"] <= ALPHA]


def _share(lines: list[Line], question: str, is_so: Callable[[Line], bool]) -> Share:
    return Share(sum(is_so(line[question]) for line in lines), len(lines))
