"""Problems for streams that were not requested for too long."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.amounts import span
from bellwether.watch.alerts.message import line
from bellwether.watch.alerts.news import Problem
from bellwether.watch.status.lateness import due, title
from bellwether.watch.status.spoken import WEEK, listed

LATE, NEVER_READ = " late", " never read"
"""The endings of these problems' names."""

_MOST_NAMED = 10
_LONGEST_NAME = 80

AskedUntil = Mapping[tuple[str, str], Mapping[str, datetime]]
"""By source and stream, the time until which each subject was requested."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A source that should be read.

    :param schedule: its schedule as a cron expression in UTC
    :param streams: by name, the subjects that the connection lists; None if all of the vendor's subjects are read
    :param named: the subjects in services.toml
    :param patience: the time after its due time from which a stream is late
    """

    source: str
    schedule: str
    streams: Mapping[str, frozenset[str] | None]
    named: frozenset[str]
    patience: timedelta


def late(watched: Watched, asked_until: AskedUntil, now: datetime) -> Iterator[Problem]:
    """A problem for each stream with subjects that were not requested in time."""
    overdue = due(watched.schedule, now, watched.patience)
    for stream, listed_subjects in watched.streams.items():
        until = asked_until.get((watched.source, stream), {})
        if listed_subjects is None:
            expected = _recent(until, now) | (set(until) & watched.named)
        else:
            expected = set(until) & listed_subjects
        behind = {subject: until[subject] for subject in expected if until[subject] < overdue}
        if behind:
            since = min(behind.values())
            text = (
                f"{_name(watched, stream)} of {_subjects(behind)} not covered since {since:%Y-%m-%d %H:%M} UTC, for "
                f"{span(now - since)}. {_where_to_look(watched)}"
            )
            yield Problem(f"{_name(watched, stream)}{LATE}", text, tuple(sorted(behind)))


def never_read(watched: Watched, asked_until: AskedUntil) -> Iterator[Problem]:
    """A problem for each stream with subjects that should be read, but never were."""
    for stream, listed_subjects in watched.streams.items():
        read = asked_until.get((watched.source, stream), {})
        missing = _missing(listed_subjects, watched.named, read)
        if missing or not read:
            of = f" of {_subjects(missing)}" if missing else ""
            text = f"{_name(watched, stream)}{of} never read. {_where_to_look(watched)}"
            yield Problem(f"{_name(watched, stream)}{NEVER_READ}", text, tuple(sorted(missing)))


def _recent(until: Mapping[str, datetime], now: datetime) -> set[str]:
    """The subjects that the vendor listed within a week, because older ones may be deleted; all if there are none."""
    return {subject for subject, at in until.items() if now - at <= WEEK} or set(until)


def _missing(listed_subjects: frozenset[str] | None, named: frozenset[str], read: Collection[str]) -> set[str]:
    if listed_subjects is not None:
        return set(listed_subjects) - set(read)
    # Subjects in services.toml may belong to another account (as shipped to the sandbox's) or to another stream.
    return set(named) - set(read) if set(named) & set(read) else set()


def _where_to_look(watched: Watched) -> str:
    return f"See the last runs of the DAG '{watched.source}'."


def _name(watched: Watched, stream: str) -> str:
    return f"{title(watched.source)}: {stream.replace('_', ' ')}"


def _subjects(subjects: Collection[str]) -> str:
    named = [line(subject, _LONGEST_NAME) for subject in sorted(subjects)]
    more = len(named) - _MOST_NAMED
    return listed([*named[:_MOST_NAMED], f"{more} more"] if more > 0 else named)
