"""Streams as data: what a service offers, in the words dlt's rest_api and Airbyte's low-code CDK use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bellwether.hooks.paginators import Paginator, SinglePage
from bellwether.window import Window

ColumnType = Literal["text", "integer", "number", "boolean", "timestamp", "epoch", "json"]
NEVER = timedelta(0)


@dataclass(frozen=True)
class Reading:
    """What a stretch of raw records carries beside them: whose they are and when the vendor said them."""

    subject: str
    observed_at: datetime


@dataclass(frozen=True)
class Column:
    """One column of a stream's table and where a record holds it.

    ``path`` is dotted (``commit.author.date``), the column's own name unless given. A ``timestamp``
    is RFC 3339 with an offset, an ``epoch`` Unix seconds, a ``json`` any
    value, kept as text. ``parse`` turns the vendor's own way of
    writing a value (None where there is none) into the column's type, or raises ValueError.
    """

    name: str
    type: ColumnType = "text"
    path: str = ""
    required: bool = False
    parse: Callable[[Any], Any] | None = None

    @property
    def source_path(self) -> str:
        """The dotted path in the record."""
        return self.path or self.name


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One list of records a service offers, and how it becomes a table.

    :param path: after the base URL; ``{subject}`` stands for the repository, test, monitor …
    :param subject_column: the table's column that tells whose row it is; part of the key
    :param key: the columns that, with the subject, tell a row from all others
    :param records: dotted path of the records in the answer; empty when the answer is the list
    :param cursor: dotted path of the time that places a record in a window; records outside are left
        out; None keeps all (the vendor filtered, or the stream is a snapshot)
    :param newest_first: dotted path of the time by which the vendor sorts, newest first: reading stops
        once it is ``margin`` before the window; ``oldest_first``: once it is past the window
    :param includes_previous: keep the newest record from before the window too: it may still be open
    :param lookback: how far back of its window a scheduled run reads again, for facts that are restated
    :param slice: how much time one chain of pages may span; slices are fetched side by side
    :param snapshot: the vendor tells only how things stand at the moment it is asked
    :param live: the vendor tells only of about this long ago; older windows are recorded as not seen
    :param conditional: ask with the ETag of the last answer; 304 costs no quota
    """

    name: str
    path: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    subject_column: str
    method: str = "GET"
    params: Mapping[str, Any] = field(default_factory=dict)
    window_params: Callable[[Window], Mapping[str, Any]] | None = None
    paginator: Paginator = field(default_factory=SinglePage)
    records: str = ""
    cursor: str | None = None
    newest_first: str | None = None
    oldest_first: str | None = None
    margin: timedelta = NEVER
    includes_previous: bool = False
    lookback: timedelta = NEVER
    slice: timedelta = timedelta(days=7)
    snapshot: bool = False
    live: timedelta | None = None
    conditional: bool = False

    @property
    def table_key(self) -> tuple[str, ...]:
        """The columns that make a row of the table unique."""
        return (self.subject_column, *self.key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The table's columns in order: the subject, what the vendor says, when it said so."""
        return (self.subject_column, *(column.name for column in self.columns), "observed_at")

    def request_params(self, window: Window) -> dict[str, Any]:
        """The query (or body) that asks for the window."""
        return {**self.params, **(self.window_params(window) if self.window_params else {})}
