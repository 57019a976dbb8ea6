"""Convert raw lines to a typed frame by a stream's declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow.compute as pc

from bellwether.arrow import pa
from bellwether.hooks.stream import Column, Reading, Stream
from bellwether.staging.records import attribute_path, record_decoder
from bellwether.staging.unfold import unfolded
from bellwether.staging.values import known_time, microseconds, whole_number

LONGEST_TEXT_BYTES = 65_535
"""The longest varchar of Redshift."""
LONGEST_KEY_BYTES = 512
_TIMESTAMP = pa.timestamp("us", tz="UTC")
_ARROW_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": _TIMESTAMP,
    "epoch": _TIMESTAMP,
    "json": pa.string(),
}


@dataclass(frozen=True)
class Reject:
    """A record that does not fit its stream, as it was received, and the reason."""

    reason: str
    record: bytes


@dataclass
class Staged:
    """The result of staging a raw part: a frame with the table's columns, and the rejected records.

    :param records: the number of records, including rejected ones; for a stream that unfolds, counted after unfolding
    """

    frame: pa.Table
    records: int
    rejects: list[Reject] = field(default_factory=list)


def stage(stream: Stream, lines: bytes, reading: Reading) -> Staged:
    """Turn a raw part into typed rows, one per key; the last of several versions wins."""
    lines, unread = unfolded(stream, lines)
    records, kept_lines, rejects = _decode(stream, lines)
    rejects = [*(Reject(reason, line) for reason, line in unread), *rejects]
    count = len(records) + len(rejects)
    faults: dict[int, str] = {}
    arrays = {
        column.name: _array(column, _values(column, records, faults), faults, stream)
        for column in stream.columns
        if not column.from_row
    }
    _derive(stream, arrays, reading, faults)
    if faults:
        rejects += [Reject(reason, kept_lines()[row]) for row, reason in sorted(faults.items())]
    subject = pa.repeat(pa.scalar(reading.subject, pa.string()), len(records))
    observed_at = pa.repeat(pa.scalar(reading.observed_at, _TIMESTAMP), len(records))
    columns = [arrays[column.name] for column in stream.columns]
    frame = pa.table([subject, *columns, observed_at], names=list(stream.column_names))
    return Staged(_last_of_each_key(frame, stream.key, faults), count, rejects)


def _decode(stream: Stream, lines: bytes) -> tuple[list[Any], Callable[[], list[bytes]], list[Reject]]:
    """The decoded records, a function that returns their lines, and the rejects."""
    decoder = record_decoder(stream)
    try:
        return decoder.decode_lines(lines), lambda: lines.splitlines(), []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # At least one record does not fit; decode them one by one.
    records: list[Any] = []
    kept: list[bytes] = []
    rejects = []
    for line in lines.splitlines():
        try:
            records.append(decoder.decode(line))
            kept.append(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            rejects.append(Reject(str(error), line))
    return records, lambda: kept, rejects


def _values(column: Column, records: list[Any], faults: dict[int, str]) -> list[Any]:
    first, *others = (_values_of_path(attribute_path(path), records) for path in column.source_paths)
    if not others:
        return first
    values = [next((v for v in choices if v is not None), None) for choices in zip(first, *others, strict=True)]
    if column.required:
        paths = " nor ".join(f"`$.{path}`" for path in column.source_paths)
        for row in (row for row, value in enumerate(values) if value is None):
            faults.setdefault(row, f"no value at {paths}")
    return values


def _derive(stream: Stream, arrays: dict[str, pa.Array], reading: Reading, faults: dict[int, str]) -> None:
    """Add the columns that are computed from others; rows for which this fails are added to ``faults``."""
    derived = [(column, column.from_row) for column in stream.columns if column.from_row]
    rows = pa.table(arrays).to_pylist() if derived else []
    for column, from_row in derived:
        values: list[Any] = []
        for number, row in enumerate(rows):
            try:
                values.append(from_row(row, reading))
            except (ValueError, LookupError, OverflowError) as error:
                faults.setdefault(number, f"{error} - for {column.name}")
                values.append(None)
        arrays[column.name] = _array(column, values, faults, stream)


def _values_of_path(path: tuple[str, ...], records: list[Any]) -> list[Any]:
    try:
        return list(map(attrgetter(".".join(path)), records))
    except AttributeError:
        return [_walk(record, path) for record in records]


def _walk(record: Any, path: tuple[str, ...]) -> Any:
    """The value at the path, or None if a level above it is missing."""
    for name in path:
        if record is None:
            return None
        if isinstance(record, list):
            record = record[int(name)] if int(name) < len(record) else None
        else:
            record = getattr(record, name)
    return record


def _array(column: Column, values: list[Any], faults: dict[int, str], stream: Stream) -> pa.Array:
    """A column's values as Arrow; rows with a value that does not fit are added to ``faults``."""
    if column.parse:
        values = [_parsed(column, value, faults, row) for row, value in enumerate(values)]
    if column.type in ("timestamp", "epoch"):
        times = [_time(column, value, faults, row) for row, value in enumerate(values)]
        return pa.array(times, pa.int64()).cast(_TIMESTAMP)
    if column.type == "json":
        values = [None if value is None or bytes(value) == b"null" else bytes(value) for value in values]
    array = _converted(column, values, faults)
    if array.type == pa.string():
        _check_text(column, array, LONGEST_KEY_BYTES if column.name in stream.key else LONGEST_TEXT_BYTES, faults)
    return array


def _converted(column: Column, values: list[Any], faults: dict[int, str]) -> pa.Array:
    """The values as Arrow. A result of ``parse`` may not fit, and bytes of a ``json`` may not be UTF-8."""
    arrow_type = _ARROW_TYPES[column.type]
    try:
        # Arrow silently truncates floats to integers.
        if column.type != "integer" or {int, type(None)}.issuperset(map(type, values)):
            return pa.array(values, arrow_type)
    except (ValueError, TypeError, OverflowError):
        pass  # At least one value does not fit; convert them one by one.
    return pa.array([_converted_value(column, value, faults, row) for row, value in enumerate(values)], arrow_type)


def _converted_value(column: Column, value: Any, faults: dict[int, str], row: int) -> Any:
    try:
        value = whole_number(value) if column.type == "integer" else value
        if value is None and column.required:
            raise ValueError
        return pa.scalar(value, _ARROW_TYPES[column.type]).as_py()
    except (ValueError, TypeError, OverflowError):
        faults.setdefault(row, f"not a valid {column.type}: {value!r:.80} - at `$.{column.source_path}`")
        return None


def _parsed(column: Column, value: Any, faults: dict[int, str], row: int) -> Any:
    try:
        return column.parse(value) if column.parse else value
    except (ValueError, KeyError, OverflowError) as error:
        faults.setdefault(row, f"{error} - at `$.{column.source_path}`")
        return None


def _time(column: Column, value: datetime | float | None, faults: dict[int, str], row: int) -> int | None:
    """Microseconds since 1970: Arrow reads them far faster than aware datetimes."""
    if value is None:
        return None
    try:
        time = known_time(microseconds(value) if isinstance(value, datetime) else round(value * 1e6))
        if time is None and column.required:
            raise ValueError(f"a time that stands for never: {value}")
        return time
    except ValueError as error:
        faults.setdefault(row, f"{error} - at `$.{column.source_path}`")
        return None


def _check_text(column: Column, array: pa.Array, longest: int, faults: dict[int, str]) -> None:
    lengths = pc.binary_length(array)
    if (pc.max(lengths).as_py() or 0) > longest:
        for row, length in enumerate(lengths.to_pylist()):
            if length and length > longest:
                reason = f"{length:,} bytes of text exceed the limit of {longest:,}"
                faults.setdefault(row, f"{reason} - at `$.{column.source_path}`")
    has_nul = pc.match_substring(array, "\0")
    if pc.any(has_nul).as_py():
        for row in pc.indices_nonzero(has_nul).to_pylist():
            faults.setdefault(row, f"the character NUL, which no warehouse stores - at `$.{column.source_path}`")


def _last_of_each_key(frame: pa.Table, key: Sequence[str], faults: dict[int, str]) -> pa.Table:
    # A stream without a key of its own has one row per subject.
    keys = zip(*(frame[name].to_pylist() for name in key), strict=True) if key else [()] * frame.num_rows
    last = {value: row for row, value in enumerate(keys) if row not in faults}
    if len(last) == frame.num_rows:
        return frame
    return frame.take(pa.array(sorted(last.values()), pa.int64()))
