"""How long a vendor asks to wait, read from headers that are seldom as documented."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

from bellwether.hooks.answer import Answer, http_date

_NUMBER = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)(?![0-9.])")


def number(text: str | None) -> float | None:
    """The number that a header's value begins with; of several values, joined by commas on the way, the largest.

    >>> number("60"), number("0, 60"), number("1;w=1"), number("1s"), number("soon"), number("-5"), number(None)
    (60.0, 60.0, 1.0, 1.0, None, None, None)
    """
    numbers = [_NUMBER.match(value) for value in (text or "").split(",")]
    return max((float(found[1]) for found in numbers if found), default=None)


def named_number(answer: Answer, *names: str) -> float | None:
    """The number in the first of these headers that has one."""
    return next((value for name in names if (value := number(answer.headers.get(name))) is not None), None)


def retry_after(answer: Answer) -> float | None:
    """The seconds a ``Retry-After`` header asks for, given as a number or a date (RFC 9110, 10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    try:
        return until(http_date(text).timestamp(), answer)
    except ValueError:
        return number(text)


def until(epoch: float, answer: Answer) -> float:
    """Seconds until a moment that the vendor names, by its clock or by ours, whichever makes it the sooner."""
    now = datetime.now(UTC)
    with suppress(ValueError):
        now = max(now, http_date(answer.headers.get("Date", "")))
    return max(0.0, epoch - now.timestamp())
