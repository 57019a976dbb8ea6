"""What is new in a set of problems since the last message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.watch.alerts.message import Message

REMIND_AFTER = timedelta(hours=24)
"""How long after the last message a reminder of lasting problems is sent."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not well.

    :param about: its name, by which the next check recognises it
    :param text: a sentence or two: what, since when, and where to read more
    :param whose: the subjects that have it; with other subjects it is a new problem
    """

    about: str
    text: str
    whose: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """A digest of the subjects: a different one is news."""
        return hashlib.sha256("\n".join(sorted(self.whose)).encode(errors="replace")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class LastMessage:
    """What the last message to a channel was about: marks by problem, and when it was sent."""

    marks: Mapping[str, str]
    at: datetime


def news(
    last: LastMessage | None, problems: Sequence[Problem], unchecked: Sequence[str], now: datetime
) -> Message | None:
    """The next message to a channel; None if there is nothing new.

    :param unchecked: names of earlier problems that could not be checked this time: they are not over
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
