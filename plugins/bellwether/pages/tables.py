"""Tables that pages share: what a chart shows, and what is too exact for a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and for a moment on the timeline its local milliseconds, so that the page can go there."""

    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table_of(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    """A table of texts."""
    return Table(caption, head, tuple(tuple(Cell(text) for text in row) for row in rows))
