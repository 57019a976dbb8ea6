"""Read signals from the warehouse, slice by slice, and assign them to the user's services."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bellwether.services import SignalTable, statement
from bellwether.verdicts.questions import Questions, needed
from bellwether.verdicts.signals.coverage import read_coverage
from bellwether.verdicts.signals.intervals import OPEN, Intervals, second
from bellwether.verdicts.signals.shapes import Coverage, Grid, Key, Points, Shape, Signals, together
from bellwether.verdicts.stats.calendar import SLOT_SECONDS
from bellwether.warehouse.database import Warehouse
from bellwether.window import Window

_LOG = logging.getLogger(__name__)
SLICE = timedelta(days=28)
"""The time of a table that is read at once; it bounds memory."""
_SHAPES: dict[tuple[str, ...], Shape] = {
    ("subject", "at", "value"): Shape.POINTS,
    ("subject", "slot_at", "value"): Shape.COUNTS,
    ("subject", "started_at", "ended_at"): Shape.INTERVALS,
}


class SignalError(ValueError):
    """A signal's SQL returns columns of none of the three shapes."""


@dataclass
class _Rows:
    """The rows read so far, by signal and service."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    # Sets, and sorting at the end, make the result independent of the order of rows and windows.
    intervals: dict[Key, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    points: dict[Key, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[Key, Any] = field(default_factory=dict)


def read_signals(
    questions: Questions,
    warehouse: Warehouse,
    window: Window,
    *,
    known_until: datetime | None = None,
    lookbacks: Mapping[str, timedelta] | None = None,
    folder: Path | None = None,
    log: Callable[..., object] = _LOG.info,
) -> Signals:
    """Read all signals that the questions need in a window.

    :param known_until: coverage is read up to this time, past the window's end
    :param lookbacks: by table, how long the vendor restates its data; zero for other tables
    :param folder: the folder `include`; the default is the bundle's
    :param log: logs the progress, like a logger's `info`

    Raises SignalError for SQL whose columns match no shape.
    """
    keys = needed(questions)
    owners = {(signal, table): _owners(questions, keys, signal, table) for signal, table in _tables(questions, keys)}
    loaded, slices = _Rows(), window.slices(SLICE)
    for number, piece in enumerate(slices, start=1):
        count = 0
        for (_, table), by_subject in owners.items():
            count += _read(loaded, warehouse, statement(table, folder), table, by_subject, piece, window)
        log("Signals of %s: %d of %d slices read, %d rows in this slice.", window, number, len(slices), count)
    extended = Window(window.start, max(window.end, known_until or window.end))
    lookbacks = lookbacks or {}
    coverage = {
        (signal, service, table.name): _coverage_of(questions, warehouse, table, service, extended, loaded, lookbacks)
        for signal, service in keys
        for table in questions.tables_of(signal, service)
    }
    return _signals(loaded, keys, window, coverage)


def _tables(questions: Questions, keys: Iterable[Key]) -> list[tuple[str, SignalTable]]:
    signals = sorted({signal for signal, _ in keys})
    return [(signal, table) for signal in signals for table in questions.tables_of(signal)]


def _owners(questions: Questions, keys: Iterable[Key], signal: str, table: SignalTable) -> dict[str, list[str]]:
    """By subject of a table, the services it belongs to."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name, service in keys:
        for subject in questions.service(service).subjects.get(table.source, ()) if name == signal else ():
            owners[subject].append(service)
    return owners


def _read(
    loaded: _Rows,
    warehouse: Warehouse,
    sql: str,
    table: SignalTable,
    owners: Mapping[str, list[str]],
    piece: Window,
    window: Window,
) -> int:
    columns, rows = warehouse.query(sql, {"since": piece.start, "until": piece.end})
    shape = _SHAPES.get(tuple(columns))
    if shape is None or loaded.shapes.setdefault(table.signal, shape) is not shape:
        shapes = "; or ".join(", ".join(names) for names in _SHAPES)
        raise SignalError(
            f"include/sql/signals/{table.signal}/{table.name}.sql gives the columns {', '.join(columns)}. "
            f"A signal gives {shapes}, the same in all its files."
        )
    for subject, *values in rows:
        for service in owners.get(subject, ()):
            _add(loaded, shape, (table.signal, service), values, window)
    return len(rows)


def _add(loaded: _Rows, shape: Shape, key: Key, values: list[Any], window: Window) -> None:
    if shape is Shape.INTERVALS:
        start, end = values
        loaded.intervals[key].add((second(start), second(end) if end else OPEN))
    elif shape is Shape.POINTS:
        loaded.points[key].append((second(values[0]), float(values[1])))
    else:
        first, length = _slots(window)
        sums = loaded.sums.setdefault(key, np.zeros(length))
        sums[(second(values[0]) - first) // SLOT_SECONDS] += float(values[1])


def _slots(window: Window) -> tuple[int, int]:
    """The start of the window's first slot, and the number of slots that the window touches."""
    first = second(window.start) // SLOT_SECONDS * SLOT_SECONDS
    return first, -((first - second(window.end)) // SLOT_SECONDS)


def _coverage_of(
    questions: Questions,
    warehouse: Warehouse,
    table: SignalTable,
    service: str,
    extended: Window,
    loaded: _Rows,
    lookbacks: Mapping[str, timedelta],
) -> Coverage:
    by_subject = read_coverage(warehouse, table, extended, lookbacks.get(table.name, timedelta(0)))
    none = Coverage(Intervals.none(), Intervals.none())
    subjects = questions.service(service).subjects[table.source]
    return together([by_subject.get(subject, none) for subject in subjects], loaded.shapes[table.signal])


def _signals(loaded: _Rows, keys: list[Key], window: Window, coverage: dict[tuple[str, str, str], Coverage]) -> Signals:
    signals = Signals(window, loaded.shapes, {}, {}, {}, coverage)
    first, length = _slots(window)
    for key in keys:
        shape = loaded.shapes.get(key[0])
        if shape is Shape.INTERVALS:
            pairs = sorted(loaded.intervals[key])
            signals.intervals[key] = Intervals.joined([start for start, _ in pairs], [end for _, end in pairs])
        elif shape is Shape.POINTS:
            points = sorted(loaded.points[key])
            signals.points[key] = Points(
                np.array([at for at, _ in points], dtype=np.int64), np.array([value for _, value in points], float)
            )
        elif shape is Shape.COUNTS:
            grid = Grid(first, loaded.sums.get(key, np.zeros(length)))
            # The sum of a partly observed slot is not its count.
            grid.values[~grid.inside(signals.coverage_of(*key).covered)] = 0
            signals.grids[key] = grid
    return signals
