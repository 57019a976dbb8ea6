"""The changes in a set of problems since the last message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.watch.alerts.message import Message

REMIND_AFTER = timedelta(hours=24)
"""The time after the last message at which a reminder of persisting problems is sent."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of the stack.

    :param about: its name, by which the next check recognises it
    :param text: a sentence or two: the problem, since when, and where to read more
    :param whose: the affected subjects; with other subjects it counts as a new problem
    """

    about: str
    text: str
    whose: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """A digest of the subjects: a different digest is news."""
        return hashlib.sha256("\n".join(sorted(self.whose)).encode(errors="replace")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The last message to a channel: marks by problem, and the time at which it was sent."""

    marks: Mapping[str, str]
    at: datetime


def news(
    last: LastMessage | None, problems: Sequence[Problem], unchecked: Sequence[str], now: datetime
) -> Message | None:
    """The next message to a channel; None if there is no news.

    :param unchecked: names of earlier problems that could not be checked this time: they may persist
    """
    before = dict(last.marks) if last else {}
    new = [problem for problem in problems if before.get(problem.about) != problem.mark]
    still = [problem.text for problem in problems if problem not in new]
    still += [f"{about}: it is not known whether this is over." for about in sorted(unchecked)]
    over = sorted(set(before) - {problem.about for problem in problems} - set(unchecked))
    is_time = bool(last and still and now - last.at >= REMIND_AFTER)
    if not (new or over or is_time):
        return None
    parts = {"New": [problem.text for problem in new], "Over": over, "Still": still}
    text = "\n\n".join(
        "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) for title, lines in parts.items() if lines
    )
    return Message.of(_subject(len(new) + len(still), bool(new or over)), text)


def _subject(count: int, is_news: bool) -> str:
    if not count:
        return "bellwether: all is well again"
    problems = "1 problem" if count == 1 else f"{count} problems"
    return f"bellwether: {problems}" if is_news else f"bellwether: still {problems}"
