"""Streams as data: what a service offers, in the words dlt's rest_api and Airbyte's low-code CDK use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from bellwether.hooks.paginators import Paginator, SinglePage
from bellwether.hooks.request import JSON
from bellwether.window import Window

if TYPE_CHECKING:
    from bellwether.hooks.connection import ServiceConnection

ColumnType = Literal["text", "integer", "number", "boolean", "timestamp", "epoch", "json"]
NEVER = timedelta(0)
WHOLE = timedelta(days=3650)
"""A slice that no window fills: for what is asked for once, however long the window is."""


@dataclass(frozen=True)
class Reading:
    """What a stretch of raw records carries beside them: whose they are and when the vendor said them.

    :param window_end: the end of the window that was read
    """

    subject: str
    observed_at: datetime
    window_end: datetime | None = None

    @property
    def as_of(self) -> datetime:
        """The moment by which it was known: the window's end, so that every retry says the same.

        A window that is not over yet is known as of when the vendor said so.
        """
        return min(self.window_end or self.observed_at, self.observed_at)


@dataclass(frozen=True)
class Column:
    """One column of a stream's table and where a record holds it.

    ``path`` is dotted (``commit.author.date``), the column's own name unless given; a number in it counts
    a list's items (``weather.0.id``, null where the list is shorter). A ``timestamp`` is RFC 3339 with an offset,
    an ``epoch`` Unix seconds, a ``json`` any value, kept as text. ``parse`` turns the vendor's own way of writing a
    value (None where there is none) into the column's type, or raises ValueError.
    ``or_paths`` are tried in turn where there is nothing at ``path``: vendors rename fields. ``from_row`` works the
    value out of the row's other columns (by name) and the Reading, for what no record says: how far off a place is,
    when a forecast was made (``reading.as_of``).
    """

    name: str
    type: ColumnType = "text"
    path: str = ""
    required: bool = False
    parse: Callable[[Any], Any] | None = None
    or_paths: tuple[str, ...] = ()
    from_row: Callable[[Mapping[str, Any], Reading], Any] | None = None

    @property
    def source_path(self) -> str:
        """The dotted path in the record."""
        return self.path or self.name

    @property
    def source_paths(self) -> tuple[str, ...]:
        """All dotted paths where the value may stand, the likeliest first."""
        return (self.source_path, *self.or_paths)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One list of records a service offers, and how it becomes a table.

    :param path: after the base URL; ``{subject}`` stands for the repository, test, monitor …, with ``local_slice``
        ``{since}`` and ``{until}`` for the window by the subject's own clocks (2026-11-01T00:00)
    :param subject_column: the table's column that tells whose row it is; part of the key
    :param key: the columns that, with the subject, tell a row from all others
    :param named_by: what the connection makes it be read for, where that is no list in its extra
        (``bellwether.places.watched_cities``: all cities, or fewer)
    :param subject_params: the parameters that ask for the subject, where it is not in the path
        (``bellwether.places.by_place``: by where it is)
    :param records: dotted path of the records in the answer; empty when the answer is the list
    :param is_list: whether a list stands there, or the one record
    :param known_by: dotted path of what every answer has, for vendors that leave the records out when there are none;
        without it, an answer without them is an error: absent is not empty
    :param may_be_204: the vendor says that there is nothing by 204 and no body
    :param skip_if: dotted path of a boolean that is true in records that are no facts yet (drafts); they are left out
    :param moves: pages are counted by number over a list that others change: where it has more than one, it is read
        again until nothing new turns up
    :param cursor: dotted path of the time that places a record in a window, or the column that holds it; records
        outside are left out; None keeps all (the vendor filtered, or the stream is a snapshot)
    :param newest_first: dotted path of the time by which the vendor sorts, newest first: reading stops
        once it is ``margin`` before the window; ``oldest_first``: once it is past the window
    :param includes_previous: keep the newest record from before the window too: it may still be open
    :param lookback: how far back of its window a scheduled run reads again, for facts that are restated
    :param ahead: how far past its window a run reads, for facts that are announced; they are read again until they
        are past, and ``lookback`` after that
    :param slice: how much time one chain of pages may span; slices are fetched side by side
    :param local_slice: the longest window that the vendor answers, by the subject's own clocks; a longer one is
        asked for in pieces, one after the other
    :param snapshot: the vendor tells only how things stand at the moment it is asked
    :param lists_all: an answer about a window holds all there is of it (of a snapshot: all there is), so that a row
        which a later complete reading lacks was taken back; the table then has a column ``gone_at``
    :param marked: the hook's ``changes`` tells what the list gained and lost in time that was read long ago
    :param live: the vendor tells only of about this long ago; older windows are recorded as not seen
    :param keeps: how far back of when it is asked the vendor tells, where that is not ``live``; the part of a window
        before that is recorded as not seen
    :param conditional: ask with the ETag of the last answer, or by when it was modified; 304 costs no quota
    :param accept: the media type asked for; what is not JSON is kept whole, as one record of ``url``,
        ``last_modified`` and ``html``, and at most 16 MiB long
    :param unfold: reads a record as it was kept (decoded) into those that ``columns`` are about: rows out of a
        page or a list; raises ValueError with the reason where there are none, and the record is rejected
    """

    name: str
    path: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    subject_column: str
    method: str = "GET"
    params: Mapping[str, Any] = field(default_factory=dict)
    window_params: Callable[[Window], Mapping[str, Any]] | None = None
    named_by: Callable[[ServiceConnection], list[str]] | None = None
    subject_params: Callable[[str], Mapping[str, Any]] | None = None
    paginator: Paginator = field(default_factory=SinglePage)
    records: str = ""
    is_list: bool = True
    known_by: str = ""
    may_be_204: bool = False
    skip_if: str = ""
    moves: bool = False
    cursor: str | Column | None = None
    newest_first: str | None = None
    oldest_first: str | None = None
    margin: timedelta = NEVER
    includes_previous: bool = False
    lookback: timedelta = NEVER
    ahead: timedelta = NEVER
    slice: timedelta = timedelta(days=7)
    local_slice: timedelta | None = None
    snapshot: bool = False
    lists_all: bool = False
    marked: bool = False
    live: timedelta | None = None
    keeps: timedelta | None = None
    conditional: bool = False
    accept: str = JSON
    unfold: Callable[[Any], Iterable[Mapping[str, Any]]] | None = None

    @property
    def table_key(self) -> tuple[str, ...]:
        """The columns that make a row of the table unique."""
        return (self.subject_column, *self.key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The table's columns in order: the subject, what the vendor says, when it said so."""
        return (self.subject_column, *(column.name for column in self.columns), "observed_at")

    @property
    def placed_by(self) -> str:
        """The table's column with the time that places a row in a window; empty where no time does."""
        if self.cursor is None:
            return ""
        if isinstance(self.cursor, Column):
            return self.cursor.name
        return next(column.name for column in self.columns if column.source_path == self.cursor)

    def request_params(self, subject: str, window: Window) -> dict[str, Any]:
        """The query (or body) that asks for the subject's window."""
        of_window = self.window_params(window) if self.window_params else {}
        of_subject = self.subject_params(subject) if self.subject_params else {}
        return {**self.params, **of_window, **of_subject}
