"""Whether a question can be measured at all; if not, which source is missing and what to do."""

from __future__ import annotations

from bellwether.verdicts.questions import Questions
from bellwether.verdicts.report.sides import Side
from bellwether.verdicts.signals import Signals, second

LEAST_SHARE = 0.05
"""Observed for less than this share of the window is as good as not at all."""


def unmeasured(side: Side, questions: Questions, signals: Signals) -> str | None:
    """Why the side cannot be measured, and the remedy; None where it can."""
    if side.observed_share >= LEAST_SHARE:
        return None
    missing = [
        _missing(side.target.signal, service, questions, signals)
        for service in side.target.services
        if _share(side.target.signal, service, signals) < LEAST_SHARE
    ]
    window = signals.window
    stretch = f"between {window.start:%Y-%m-%d} and {window.end:%Y-%m-%d}"
    if not missing:
        return f"{_begun(side.target.label)} were observed next to never {stretch}, by all that it takes at once."
    return f"{_begun(side.target.label)} were not observed {stretch}: {' '.join(missing)}"


def _missing(signal: str, service: str, questions: Questions, signals: Signals) -> str:
    tables = questions.tables_of(signal, service)
    if not tables:
        return (
            f"services.toml names nothing of '{service}' that feeds the signal '{signal}'. Give it the subjects of "
            "a source whose table has a file in include/sql/signals."
        )
    names = " or ".join(
        f"{table.name} of {', '.join(questions.service(service).subjects[table.source])}" for table in tables
    )
    sources = sorted({table.source for table in tables})
    share = _share(signal, service, signals)
    return (
        f"the coverage of {names} has {share:.0%} of that time, complete and settled. Switch on "
        f"{' or '.join(f'the DAG {source}' for source in sources)}, see that its connection names "
        "these, and run it over the time that is missing (params since and until)."
    )


def _share(signal: str, service: str, signals: Signals) -> float:
    start, end = second(signals.window.start), second(signals.window.end)
    return signals.looks_of(signal, service).settled.within(start, end).seconds / (end - start)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
