"""Job 1: segments that have not been read yet become clean events, sessions, identities and first aggregates."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bellwether.arrow import pa
from bellwether.events import state
from bellwether.events.clean.arrive import arrive
from bellwether.events.clean.lines import read_lines, to_rows, unpacked, whose
from bellwether.events.clean.typed import put_typed
from bellwether.events.declared import Declared, relations
from bellwether.events.envelope import RAW
from bellwether.events.erase import Erased
from bellwether.events.identities.attribute import attribute
from bellwether.events.sessions.rebuild import rebuild
from bellwether.events.state import State
from bellwether.events.use import count_quality, count_use
from bellwether.events.work import MEMORY, Work
from bellwether.lake import Lake

BATCH_BYTES = 24 * 1024 * 1024
"""Compressed size of the segments that are worked on at a time: what bounds memory."""
CATCH_UP = timedelta(days=7)
"""How far before its window a run looks for segments that were late to arrive: a collector's that was down."""
TRIES = 5
_log = logging.getLogger(__name__)


class DeclaredOtherwise(RuntimeError):
    """events.toml says other things of a product than its tables were made with."""


@dataclass
class Outcome:
    """What a run did. days: the local days, as numbers since 1970, of which something has changed."""

    segments: int = 0
    lines: int = 0
    unreadable: int = 0
    added: int = 0
    days: set[int] = field(default_factory=set)

    def add(self, other: Outcome) -> None:
        """Count what another batch did, too."""
        self.segments += other.segments
        self.lines += other.lines
        self.unreadable += other.unreadable
        self.added += other.added
        self.days |= other.days


def collect(lake: Lake, declared: Declared, first: date, last: date, memory: str = MEMORY) -> Outcome:
    """Read the segments of received days that have not been read yet, batch by batch, each a version of its own.

    A run that another one overtakes begins again from what that one left.
    """
    outcome, conflicts = Outcome(), 0
    while True:
        before = state.newest(lake)
        _check(before, declared)
        batch = next(_batches(lake, _unread(lake, before, first, last)), None)
        if not batch:
            return outcome
        tried = Outcome()
        try:
            state.commit(lake, advance(lake, before, batch, declared, tried, memory))
        except state.Conflict:
            conflicts += 1
            if conflicts >= TRIES:
                raise
        else:
            outcome.add(tried)


def rebuild_all(lake: Lake, declared: Declared, memory: str = MEMORY) -> Outcome:
    """Make every table anew from raw; readers see the old ones until the new ones are complete."""
    outcome, before = Outcome(), state.newest(lake)
    after = state.emptied(before)
    for batch in _batches(lake, _unread(lake, after, date.min, date.max)):
        after = advance(lake, after, batch, declared, outcome, memory)
    state.commit(lake, after)
    return outcome


def advance(
    lake: Lake, before: State, keys: list[str], declared: Declared, outcome: Outcome, memory: str = MEMORY
) -> State:
    """The tables after the segments have been read, written but not committed; `outcome` is added to."""
    incoming, launches = _rows(lake, keys, outcome)
    read = {day: (*before.read.get(day, ()), *names) for day, names in _by_day(keys).items()}
    with TemporaryDirectory(prefix="events-") as folder:
        work = Work(lake, before, Path(folder), "\n".join(keys), memory)
        work.con.register("incoming_arrow", incoming)
        work.con.execute("create temp table incoming as select * from incoming_arrow")
        work.con.register("launches", launches)
        del incoming
        trackings = _declare(work, declared)
        outcome.added += arrive(work)
        shapes = put_typed(work)
        days = rebuild(work)
        attribute(work)
        outcome.days |= days | count_use(work)
        count_quality(work)
        words = {tracking: declared.of(tracking).words for tracking in trackings}
        return work.after(read={**before.read, **read}, shapes=shapes, declared=words)


def _declare(work: Work, declared: Declared) -> list[str]:
    work.view("instances_before", "instances")
    trackings = sorted(work.values("select tracking from incoming union select tracking from instances_before"))
    for name, table in relations(declared, trackings).items():
        work.con.register(name, table)
    return trackings


def _check(before: State, declared: Declared) -> None:
    other = [tracking for tracking, words in before.declared.items() if declared.of(tracking).words != words]
    if other:
        raise DeclaredOtherwise(
            f"events.toml has another timezone, gap_minutes or app_codes for {', '.join(other[:5])} than the tables "
            'were made with. Run the DAG events once with {"rebuild": true}, or take the change back.'
        )


def _rows(lake: Lake, keys: list[str], outcome: Outcome) -> tuple[pa.Table, pa.Table]:
    tables, erased = [], Erased(lake)
    for key in keys:
        segment = read_lines(unpacked(lake.get(key)[0]))
        if segment.unreadable:
            _log.warning("%s: %d lines could not be read and are left there.", key, segment.unreadable)
        outcome.unreadable += segment.unreadable
        outcome.lines += len(segment.lines)
        tables.append(to_rows(one for one in segment.lines if not erased.has(*whose(one))))
    outcome.segments += len(keys)
    rows, launches = zip(*tables, strict=True)
    return pa.concat_tables(rows), pa.concat_tables(launches)


def _unread(lake: Lake, before: State, first: date, last: date) -> Iterator[tuple[str, int]]:
    """Keys and sizes of the segments of the days that have not been read, in order."""
    pages = lake.client.get_paginator("list_objects_v2").paginate(
        Bucket=lake.bucket, Prefix=f"{RAW}/dt=", StartAfter=f"{RAW}/dt={first:%Y-%m-%d}"
    )
    for page in pages:
        for entry in page.get("Contents", ()):
            day = entry["Key"].removeprefix(f"{RAW}/dt=")[:10]
            if day > f"{last:%Y-%m-%d}":
                return
            if entry["Key"].endswith(".gz") and entry["Key"] not in before.read.get(day, ()):
                yield entry["Key"], entry["Size"]


def _batches(lake: Lake, found: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for key, length in found:
        if batch and size + length > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(key)
        size += length
    if batch:
        yield batch


def _by_day(keys: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(key.removeprefix(f"{RAW}/dt=")[:10], []).append(key)
    return found
