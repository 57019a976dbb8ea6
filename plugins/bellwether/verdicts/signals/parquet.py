"""Write signals as Parquet to the lake and read them back; the same content gives the same bytes.

`points` (signal, service, at, value), `intervals` (signal, service, started_at, ended_at; null while it is open),
`grid` (signal, service, at, value, is_observed, is_provisional; value is null where it is not covered) and `coverage`
(signal, service, source_table, state, flag, started_at, ended_at), times in UTC. The window and the shapes of
signals, which may have no rows, are in the metadata of each file's schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bellwether.arrow import pa
from bellwether.lake.parquet import from_parquet, to_parquet
from bellwether.verdicts.signals.intervals import OPEN, Intervals
from bellwether.verdicts.signals.shapes import Coverage, Grid, Key, Points, Shape, Signals
from bellwether.window import Window

FILES = ("points", "intervals", "grid", "coverage")
_SETTLED, _PROVISIONAL, _FLAGGED = "settled", "provisional", "flagged"
_METADATA = b"bellwether"
_SECONDS = pa.timestamp("s", tz="UTC")
_TIME = pa.timestamp("ms", tz="UTC")
"""Parquet has no type for whole seconds."""


class _Metadata(msgspec.Struct, frozen=True):
    window: str
    shapes: dict[str, Shape]
    keys: list[Key]
    coverage: list[tuple[str, str, str]] = msgspec.field(name="looks")
    """Signal, service and table; `looks` in the files of kept reports."""


def to_files(signals: Signals) -> dict[str, bytes]:
    """The four files by name."""
    keys = sorted([*signals.points, *signals.intervals, *signals.grids])
    metadata = _Metadata(signals.window.key, dict(sorted(signals.shapes.items())), keys, sorted(signals.coverage))
    frames = {
        "points": _frame(_points(signals), at=_TIME, value=pa.float64()),
        "intervals": _frame(_intervals(signals), started_at=_TIME, ended_at=_TIME),
        "grid": _frame(_grid(signals), at=_TIME, value=pa.float64(), is_observed=pa.bool_(), is_provisional=pa.bool_()),
        "coverage": _frame(
            _coverage(signals), source_table=pa.string(), state=pa.string(), flag=pa.string(),
            started_at=_TIME, ended_at=_TIME,
        ),
    }  # fmt: skip
    schema_metadata = {_METADATA: msgspec.json.encode(metadata)}
    return {name: to_parquet(frame.replace_schema_metadata(schema_metadata)) for name, frame in frames.items()}


def from_files(files: dict[str, bytes]) -> Signals:
    """The signals in the files of :func:`to_files`."""
    frames = {name: from_parquet(body) for name, body in files.items()}
    metadata = msgspec.json.decode(frames["coverage"].schema.metadata[_METADATA], type=_Metadata)
    signals = Signals(
        Window.from_key(metadata.window), metadata.shapes, {}, {}, {}, _read_coverage(frames["coverage"], metadata)
    )
    parts = {name: _by_key(frames[name]) for name in ("points", "intervals", "grid")}
    for key in metadata.keys:
        if metadata.shapes[key[0]] is Shape.POINTS:
            at, value = _columns(parts["points"].get(key), "at", "value")
            signals.points[key] = Points(at.astype(np.int64), value)
        elif metadata.shapes[key[0]] is Shape.INTERVALS:
            start, end = _columns(parts["intervals"].get(key), "started_at", "ended_at")
            signals.intervals[key] = Intervals.joined(start, np.where(np.isnan(end), OPEN, end))
        else:
            at, value = _columns(parts["grid"].get(key), "at", "value")
            signals.grids[key] = Grid(int(at[0]), np.nan_to_num(value))
    return signals


def _frame(rows: Iterable[tuple[Key, dict[str, Any]]], **types: pa.DataType) -> pa.Table:
    schema = pa.schema([("signal", pa.string()), ("service", pa.string()), *types.items()])
    parts = []
    for (signal, service), columns in rows:
        length = len(next(iter(columns.values())))
        names = {"signal": pa.repeat(signal, length), "service": pa.repeat(service, length)}
        arrays = {name: _typed(pa.array(values, from_pandas=True), types[name]) for name, values in columns.items()}
        parts.append(pa.table(names | arrays, schema))
    return pa.concat_tables(parts).combine_chunks() if parts else schema.empty_table()


def _typed(values: pa.Array, target: pa.DataType) -> pa.Array:
    return values.cast(_SECONDS).cast(_TIME) if target is _TIME else values.cast(target)


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times as seconds since 1970, other values unchanged."""
    return values.cast(_SECONDS).cast(pa.int64()) if pa.types.is_timestamp(values.type) else values


def _points(signals: Signals) -> Iterator[tuple[Key, dict[str, Any]]]:
    for key, points in sorted(signals.points.items()):
        yield key, {"at": points.at, "value": points.values}


def _intervals(signals: Signals) -> Iterator[tuple[Key, dict[str, Any]]]:
    for key, intervals in sorted(signals.intervals.items()):
        ends = [None if end == OPEN else int(end) for end in intervals.ends]
        yield key, {"started_at": intervals.starts, "ended_at": ends}


def _grid(signals: Signals) -> Iterator[tuple[Key, dict[str, Any]]]:
    for key, grid in sorted(signals.grids.items()):
        coverage = signals.coverage_of(*key)
        observed = grid.inside(coverage.settled)
        provisional = grid.inside(coverage.covered) & ~observed
        value = np.where(observed | provisional, grid.values, np.nan)
        yield key, {"at": grid.at, "value": value, "is_observed": observed, "is_provisional": provisional}


def _coverage(signals: Signals) -> Iterator[tuple[Key, dict[str, Any]]]:
    for (signal, service, table), coverage in sorted(signals.coverage.items()):
        states = [(_SETTLED, "", coverage.settled), (_PROVISIONAL, "", coverage.provisional)]
        states += [(_FLAGGED, flag, intervals) for flag, intervals in sorted(coverage.flags.items())]
        for state, flag, intervals in states:
            labels = {"source_table": table, "state": state, "flag": flag}
            repeated = {name: [label] * len(intervals.starts) for name, label in labels.items()}
            yield (signal, service), repeated | {"started_at": intervals.starts, "ended_at": intervals.ends}


def _read_coverage(frame: pa.Table, metadata: _Metadata) -> dict[tuple[str, str, str], Coverage]:
    pairs: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    columns = [frame[name].to_pylist() for name in ("signal", "service", "source_table", "state", "flag")]
    starts, ends = (_plain(frame[name]).to_pylist() for name in ("started_at", "ended_at"))
    for *labels, start, end in zip(*columns, starts, ends, strict=True):
        pairs.setdefault(tuple(labels), []).append((start, end))

    def intervals(*labels: str) -> Intervals:
        matching = pairs.get(labels, [])
        return Intervals.joined([start for start, _ in matching], [end for _, end in matching])

    return {
        key: Coverage(
            intervals(*key, _SETTLED, ""),
            intervals(*key, _PROVISIONAL, ""),
            {labels[4]: intervals(*labels) for labels in sorted(pairs) if labels[:4] == (*key, _FLAGGED)},
        )
        for key in metadata.coverage
    }


def _by_key(frame: pa.Table) -> dict[Key, pa.Table]:
    """The rows by signal and service; the rows of a key are adjacent."""
    by_key = {}
    names = list(zip(frame["signal"].to_pylist(), frame["service"].to_pylist(), strict=True))
    start = 0
    for end, key in enumerate(names, start=1):
        if end == len(names) or names[end] != key:
            by_key[key] = frame.slice(start, end - start)
            start = end
    return by_key


def _columns(frame: pa.Table | None, *names: str) -> list[NDArray[Any]]:
    """Columns as numbers: times as seconds since 1970, null as NaN."""
    if frame is None:
        return [np.zeros(0) for _ in names]
    return [_plain(frame[name]).to_numpy(zero_copy_only=False) for name in names]
