"""What five questions over a year cost, beside pyunicorn's surrogate test on the same events."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import ask, judge
from bellwether.verdicts.stats.events import Counts, Events
from bellwether.verdicts.stats.spikes import spikes

from .asking import DESIGNS, Asked, Seen, look
from .clock import SLOT
from .company import company
from .tables import table
from .worlds import WORLDS

YEAR, PERMUTATIONS, SURROGATES = 52, 10_000, 100
LONGEST = 48
"""Slots in four hours, pyunicorn's window; it looks at one at a time."""


def speed(seed: int = 1, surrogates: int = SURROGATES) -> str:
    """A Markdown table of CPU seconds of one core, all in one run, side by side.

    pyunicorn's shuffles are counted over `surrogates` and scaled to 10,000; its cost is the same for each of them.
    """
    this = company(seed, YEAR, WORLDS["seasonal"])
    look(company(seed, 4, WORLDS["seasonal"]))
    looking, seen = _timed(lambda: look(this))
    rows, ours, theirs = [], 0.0, 0.0
    _timed(partial(_answered, seen, "Q4", 10, False))
    for name, asked in seen.sides.items():
        test, whole = (_timed(partial(_answered, seen, name, PERMUTATIONS, more))[0] for more in (False, True))
        other = _pyunicorn(asked, seen, surrogates) * PERMUTATIONS / surrogates
        windows = len(DESIGNS[name].minutes)
        ours, theirs = ours + test, theirs + other
        events = f"{len(asked.cause.at):,}"
        rows.append([name, events, f"{windows}", f"{test:.2f}", f"{whole:.2f}", f"{other:.0f}", f"{other / test:,.0f}"])
    rows.append(["five questions", "", "", f"**{ours:.2f}**", "", f"{theirs:.0f}", f"**{theirs / ours:,.0f}**"])
    rows.append(["signals, episodes and spikes before them", "", "", f"{looking:.2f}", "", "", ""])
    head = [
        "a year",
        "causes",
        "windows",
        "test",
        "with interval, curve, checks",
        "pyunicorn, one window",
        "times as long",
    ]
    return table(head, rows)


def _answered(seen: Seen, name: str, permutations: int, details: bool) -> list[Answer]:
    asked, design = seen.sides[name], DESIGNS[name]
    answer = ask(asked.cause, asked.effect, seen.calendar, design, permutations=permutations, details=details)
    return judge([answer])


def _pyunicorn(asked: Asked, seen: Seen, surrogates: int) -> float:
    """CPU seconds of its documented surrogate test of the trigger rate; counts by the spikes in them."""
    # Importing it prints a complaint about a map library that it would like to have.
    with contextlib.redirect_stdout(io.StringIO()):
        from pyunicorn.eventseries import EventSeries
    onsets = asked.effect.at if isinstance(asked.effect, Events) else _busy(asked.effect, seen)
    size = (seen.calendar.end_at - seen.calendar.start_at) // SLOT
    matrix = np.zeros((size, 2), dtype=np.int64)
    for column, at in enumerate((asked.cause.at, onsets)):
        matrix[(at - seen.calendar.start_at) // SLOT, column] = 1
    series = EventSeries(matrix, taumax=LONGEST)
    return _timed(
        lambda: series.event_analysis_significance(
            method="ECA", surrogate="shuffle", n_surr=surrogates, window_type="retarded"
        )
    )[0]


def _busy(effect: Counts, seen: Seen) -> Any:
    return spikes(effect, seen.calendar, threshold=2.5)[0].at


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result
