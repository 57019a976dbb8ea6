"""What is new about a set of problems, for somebody who was told of an earlier one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.watch.alerts.message import Message

REMIND_AFTER = timedelta(hours=24)
"""Who was told of problems that last is told again after so long."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not well.

    :param about: its name, by which it is the same problem in the next look
    :param text: a sentence or two: what, since when, and where to look
    :param whose: the subjects that have it; with other subjects it is another problem
    """

    about: str
    text: str
    whose: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What of it makes it news, in twelve characters."""
        return hashlib.sha256("\n".join(sorted(self.whose)).encode(errors="replace")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told last: marks by what they are about, and when."""

    marks: Mapping[str, str]
    at: datetime


def news(told: Told | None, problems: Sequence[Problem], unseen: Sequence[str], now: datetime) -> Message | None:
    """The message for whoever was told that last; None where there is nothing new.

    :param unseen: what earlier problems were about that could not be looked at this time: they are not over
    """
    before = dict(told.marks) if told else {}
    new = [problem for problem in problems if before.get(problem.about) != problem.mark]
    still = [problem.text for problem in problems if problem not in new]
    still += [f"{about}: it cannot be told whether this is over." for about in sorted(unseen)]
    over = sorted(set(before) - {problem.about for problem in problems} - set(unseen))
    is_time = bool(told and still and now - told.at >= REMIND_AFTER)
    if not (new or over or is_time):
        return None
    parts = {"New": [problem.text for problem in new], "Over": over, "Still": still}
    text = "\n\n".join("\n".join([f"{title}:", *(f"- {one}" for one in said)]) for title, said in parts.items() if said)
    return Message.of(_subject(len(new) + len(still), bool(new or over)), text)


def _subject(count: int, is_news: bool) -> str:
    if not count:
        return "bellwether: all is well again"
    problems = "1 problem" if count == 1 else f"{count} problems"
    return f"bellwether: {problems}" if is_news else f"bellwether: still {problems}"
