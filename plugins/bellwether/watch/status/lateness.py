"""Which sources have not been read for too long, in sentences: each source its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bellwether.verdicts.questions import Questions
from bellwether.watch.status.spoken import LATE, listed, source_late

if TYPE_CHECKING:
    from bellwether.watch.status.standing import Reach

EVERY_FIVE_MINUTES = "*/5 * * * *"


def late_sources(questions: Questions, reaches: Iterable[Reach], now: datetime) -> Iterator[str]:
    """A sentence for each source that somebody means to read, and that was not read of late.

    What came in without one, as files that somebody brings, is never late.
    """
    by_source: dict[str, list[Reach]] = {
        source: [] for service in questions.services for source in sorted(service.subjects)
    }
    for reach in reaches:
        if reach.source in by_source or _module(reach.source):
            by_source.setdefault(reach.source, []).append(reach)
    for source, found in sorted(by_source.items()):
        late = [reach for reach in found if reach.last < due(_schedule(source), now)]
        if not found:
            yield f"{title(source)} has never been read."
        elif late:
            what = "" if len(late) == len(found) else f" for {_what(questions, late, found)}"
            since = max(reach.last for reach in late) if not what else min(reach.last for reach in late)
            yield source_late(title(source), what.strip(), since, now, questions.zone)


def title(source: str) -> str:
    """A source's name as people write it: the first words of its module, which is read and not run.

    >>> title("statuscake"), title("pager_duty")
    ('StatusCake', 'pager duty')
    """
    module = _module(source)
    if module is None:
        return source.replace("_", " ")
    return (ast.get_docstring(module) or source).split(":", 1)[0].split(".", 1)[0]


def due(schedule: str, now: datetime, patience: timedelta = LATE) -> datetime:
    """Up to when a source should have been read: what is read more seldom is late only `patience` after it was due.

    >>> from datetime import UTC
    >>> [f"{due(cron, datetime(2026, 11, 22, 8, 47, tzinfo=UTC)):%d %H:%M}" for cron in ("30 5 1 * *", "*/5 * * * *")]
    ['01 05:30', '22 08:17']
    """
    from croniter import croniter

    ticks = croniter(schedule, now - patience)
    last: datetime = ticks.get_prev(datetime)
    return last if ticks.get_next(datetime) - last > patience else now - patience


def _schedule(source: str) -> str:
    """When a source is read, as its hook says it; by the default of all hooks unless it does."""
    module = _module(source)
    for node in ast.walk(module) if module else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["schedule"]:
                return str(node.value.value)
    return EVERY_FIVE_MINUTES


@lru_cache(maxsize=64)
def _module(source: str) -> ast.Module | None:
    folder = files("bellwether") / "sources"
    file = folder / f"{source}.py"
    if not file.is_file():
        file = folder / source / "__init__.py"
    if not source.isidentifier() or not file.is_file():
        return None
    return ast.parse(file.read_text(encoding="utf-8"))


def _what(questions: Questions, late: list[Reach], found: list[Reach]) -> str:
    """The streams that are late, and whose, where not all of a stream's subjects are."""
    streams = sorted({reach.stream for reach in late})
    subjects = sorted({reach.subject for reach in late})
    everyone = {reach.subject for reach in found if reach.stream in streams}
    words = listed([stream.replace("_", " ") for stream in streams])
    if set(subjects) == everyone:
        return words
    return f"{words} of {listed([_label(questions, late[0].source, subject) for subject in subjects])}"


def _label(questions: Questions, source: str, subject: str) -> str:
    labels = [each.label for each in questions.services if subject in each.subjects.get(source, ())]
    return f"the {labels[0]}" if labels else subject
