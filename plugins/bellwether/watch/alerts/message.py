"""Messages to people: bounded in length and free of control characters, whatever their parts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 7_800
"""Characters. With a subject and escaped for Slack below its limit of 40,000; as SNS's JSON below 256 KiB."""
LONGEST_SUBJECT = 99
"""Characters: SNS accepts fewer than a hundred."""

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of control and format characters, surrogates, and line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Message:
    """A single-line subject, and a text."""

    subject: str
    text: str

    @classmethod
    def of(cls, subject: str, text: str) -> Message:
        """A message within the limits, from texts of any origin."""
        return cls(line(subject, LONGEST_SUBJECT), plain(text, LONGEST_TEXT))


def plain(text: str, longest: int) -> str:
    """The text truncated to so many characters, with only printable characters, spaces and line breaks.

    >>> plain("a\\tb\\r\\nc\\x00d", 99)
    'a b \\nc d'
    >>> plain("abcdef", 4)
    'abc…'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c == "\n" or unicodedata.category(c) not in _UNPRINTABLE else " " for c in cut)


def line(text: str, longest: int) -> str:
    """The text as a single line.

    >>> line("v1\\r\\nBcc: all@example.com", 99)
    'v1 Bcc: all@example.com'
    """
    return plain(" ".join(plain(text, 4 * longest).split()), longest)
