"""What is told to people: short, and plain whatever it was made of."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 7_800
"""Characters. With a subject and escaped for Slack, below 40,000, where Slack cuts; as SNS's JSON, below 256 KiB."""
LONGEST_SUBJECT = 99
"""Characters: SNS takes fewer than a hundred."""

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, marks that turn the direction of writing, halves of characters, other line ends."""


@dataclass(frozen=True, slots=True)
class Message:
    """A subject of one line, and a text."""

    subject: str
    text: str

    @classmethod
    def of(cls, subject: str, text: str) -> Message:
        """A message within the bounds, made of texts from anywhere."""
        return cls(line(subject, LONGEST_SUBJECT), plain(text, LONGEST_TEXT))


def plain(text: str, longest: int) -> str:
    """The text cut to so many characters, with nothing in it but what can be seen, spaces and line breaks.

    >>> plain("a\\tb\\r\\nc\\x00d", 99)
    'a b \\nc d'
    >>> plain("abcdef", 4)
    'abc…'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(one if one == "\n" or unicodedata.category(one) not in _UNSEEN else " " for one in cut)


def line(text: str, longest: int) -> str:
    """The text as one line.

    >>> line("v1\\r\\nBcc: all@example.com", 99)
    'v1 Bcc: all@example.com'
    """
    return plain(" ".join(plain(text, 4 * longest).split()), longest)
