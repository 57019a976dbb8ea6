"""Which streams of which sources were not asked for too long, as problems to notify people of."""

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
"""What the names of these problems end with."""

_MOST_NAMED = 10
_LONGEST_NAME = 80

AskedUntil = Mapping[tuple[str, str], Mapping[str, datetime]]
"""By source and stream, for each subject, up to when it was asked for."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A source that somebody means to read.

    :param schedule: when it is read, UTC, as cron says it
    :param streams: by name, the subjects that the connection lists; None where all is read that the vendor has
    :param named: the subjects that services.toml names
    :param patience: how long after it was due a stream is late
    """

    source: str
    schedule: str
    streams: Mapping[str, frozenset[str] | None]
    named: frozenset[str]
    patience: timedelta


def late(watched: Watched, asked_until: AskedUntil, now: datetime) -> Iterator[Problem]:
    """A problem for each stream of which something was not asked for in time."""
    overdue = due(watched.schedule, now, watched.patience)
    for stream, wanted in watched.streams.items():
        found = asked_until.get((watched.source, stream), {})
        meant = set(found) & wanted if wanted is not None else _recent(found, now) | (set(found) & watched.named)
        behind = {subject: found[subject] for subject in meant if found[subject] < overdue}
        if behind:
            since = min(behind.values())
            text = (
                f"{_name(watched, stream)} of {_subjects(behind)} not covered since {since:%Y-%m-%d %H:%M} UTC, for "
                f"{span(now - since)}. {_where_to_look(watched)}"
            )
            yield Problem(f"{_name(watched, stream)}{LATE}", text, tuple(sorted(behind)))


def never_read(watched: Watched, asked_until: AskedUntil) -> Iterator[Problem]:
    """A problem for each stream of which something that is meant to be read has never been."""
    for stream, wanted in watched.streams.items():
        found = asked_until.get((watched.source, stream), {})
        missing = _missing(wanted, watched.named, found)
        if missing or not found:
            of = f" of {_subjects(missing)}" if missing else ""
            text = f"{_name(watched, stream)}{of} never read. {_where_to_look(watched)}"
            yield Problem(f"{_name(watched, stream)}{NEVER_READ}", text, tuple(sorted(missing)))


def _recent(found: Mapping[str, datetime], now: datetime) -> set[str]:
    """What a vendor has listed of late; what went from its list long ago is not waited for. All, if that is all."""
    return {subject for subject, at in found.items() if now - at <= WEEK} or set(found)


def _missing(wanted: frozenset[str] | None, named: frozenset[str], found: Collection[str]) -> set[str]:
    if wanted is not None:
        return set(wanted) - set(found)
    # What services.toml names may be somebody else's, as shipped it is the sandbox's, or of another stream.
    return set(named) - set(found) if set(named) & set(found) else set()


def _where_to_look(watched: Watched) -> str:
    return f"See the last runs of the DAG '{watched.source}'."


def _name(watched: Watched, stream: str) -> str:
    return f"{title(watched.source)}: {stream.replace('_', ' ')}"


def _subjects(subjects: Collection[str]) -> str:
    named = [line(subject, _LONGEST_NAME) for subject in sorted(subjects)]
    more = len(named) - _MOST_NAMED
    return listed([*named[:_MOST_NAMED], f"{more} more"] if more > 0 else named)
