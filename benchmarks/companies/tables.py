"""The gate's figures as Markdown, and the short form that the report page shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from bellwether.verdicts.stats.verdicts import DAYS_APART, ONE_DAY_OUT

from .figures import (
    METHODS,
    Lines,
    Share,
    backwards,
    biased,
    claimed,
    covered,
    found,
    moved,
    ordered,
    overturned,
    pooled,
    supported,
)
from .gate import POWER
from .record import QUESTIONS, Line

IDS = {
    "Q1": "releases_new_users",
    "Q2": "spikes_api_outages",
    "Q3": "new_user_spikes_site_outages",
    "Q4": "api_outages_site_outages",
    "Q5": "api_outages_commits",
}
"""The questions of include/questions.toml."""
LEGEND = (
    "Q1 releases → new users, Q2 traffic spikes → API outages, Q3 new-user spikes → site outages, "
    "Q4 API → site outages, Q5 API outages → commits. Per cent; 8 weeks / 26 weeks."
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def false_positives(lines: Lines) -> str:
    """By world and method, the share of null companies in which something is found at 5 %."""
    nulls = {cell: companies for cell, companies in lines.items() if not cell.planted}
    rows = []
    for world in dict.fromkeys(cell.world for cell in nulls):
        for method, name in METHODS.items():
            row = [_spans(nulls, world, partial(found, question=question, method=method)) for question in QUESTIONS]
            row.append(_spans(nulls, world, partial(pooled, questions=QUESTIONS, method=method)))
            last = _spans(nulls, world, partial(claimed, questions=QUESTIONS)) if method == "p" else ""
            rows.append([f"**{world}**" if method == "p" else world, name, *row, last])
    return table(["world", "method", *QUESTIONS, "all five", "any claim"], rows)


def one_row(lines: Lines) -> str:
    """A cell in a sentence: how often each question comes out at 5 %."""
    ((cell, some),) = lines.items()
    shown = ", ".join(f"{question} {found(some, question)} %" for question in cell.questions)
    return f"{shown}; together {pooled(some, cell.questions)} %"


def power(lines: Lines) -> str:
    """By world, the share of planted companies found, and how good interval, estimate and order are."""
    planted = {cell: companies for cell, companies in lines.items() if cell.planted}
    measures: dict[str, Callable[[list[Line], str], object]] = {
        "found at 5 %": found,
        "**supported**": supported,
        "interval holds the truth": covered,
        "estimate less truth, of the truth": lambda some, q: _parts(biased(some, q)),
        "order told": ordered,
        "order told wrongly": backwards,
    }
    rows = []
    for world in dict.fromkeys(cell.world for cell in planted):
        for name, measure in measures.items():
            rows.append([world, name, *(_spans_of(planted, world, q, measure) for q in QUESTIONS)])
    rows.append(
        ["", "*wanted: found at 5 %*", *(f"{100 * POWER[8][q]:.0f} / {100 * POWER[26][q]:.0f}" for q in QUESTIONS)]
    )
    return table(["world", "", *QUESTIONS], rows)


def checks(lines: Lines) -> str:
    """What the self-checks do: placebos found at 5 %, and the share of findings that a condition overturns."""
    measures: dict[str, Callable[[list[Line], str], object]] = {
        "causes moved by one and by two weeks: found at 5 %": moved,
        **{f"found at 5 %, but fails: {name}": partial(overturned, check=name) for name in (DAYS_APART, ONE_DAY_OUT)},
    }
    rows = []
    for kind in ("null", "planted"):
        some = {cell: of for cell, of in lines.items() if cell.moved and bool(cell.planted) == (kind == "planted")}
        for name, measure in measures.items():
            rows.append([kind, name, *(_spans_of(some, "seasonal", question, measure) for question in QUESTIONS)])
    return table(["seasonal", "", *QUESTIONS], rows)


def calibration(lines: Lines, measured_at: date) -> dict[str, Any]:
    """What the report page tells of the seasonal worlds; a rate that was not measured is None."""
    nulls: dict[int, list[Line]] = {}
    planted: dict[tuple[int, str], list[Line]] = {}
    for cell, some in lines.items():
        if cell.world == "seasonal" and not cell.planted:
            nulls[cell.weeks] = some
        elif cell.world == "seasonal":
            planted |= {(cell.weeks, question): some for question in cell.planted}

    def rate(some: list[Line] | None, question: str, method: str = "p") -> float | None:
        share = None if some is None else found(some, question, method).rate
        return None if share is None else round(share, 4)

    return {
        "measured_at": measured_at.isoformat(),
        "companies_null": len(nulls.get(8, [])),
        "companies_planted": min((len(some) for (weeks, _), some in planted.items() if weeks == 8), default=0),
        "rows": [
            {
                "question": IDS[question],
                "false_positives_8": rate(nulls.get(8), question),
                "false_positives_26": rate(nulls.get(26), question),
                "power_8": rate(planted.get((8, question)), question),
                "power_26": rate(planted.get((26, question)), question),
                "pearson_false_positives_8": rate(nulls.get(8), question, "pearson"),
            }
            for question in QUESTIONS
        ],
        "note": "Simulated companies at p at most 0.05, before correction for five questions: false positives where "
        "nothing is linked except by the clock and the week, power where a link of known size was planted "
        "(half that size over 26 weeks).",
    }


def _spans(lines: Lines, world: str, measure: Callable[[list[Line]], Share]) -> str:
    shown = {cell.weeks: str(measure(some)) for cell, some in lines.items() if cell.world == world}
    return " / ".join(shown[weeks] for weeks in sorted(shown))


def _spans_of(lines: Lines, world: str, question: str, measure: Callable[[list[Line], str], object]) -> str:
    of = {cell: some for cell, some in lines.items() if cell.world == world and question in cell.questions}
    shown = {cell.weeks: measure(some, question) for cell, some in of.items()}
    return " / ".join("-" if shown[weeks] is None else str(shown[weeks]) for weeks in sorted(shown)) or "-"


def _parts(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:+.0f}"
