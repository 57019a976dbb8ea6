"""Turning a vendor's refusal into an error that says what to do, and that gives no secret away."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from bellwether.hooks.answer import Answer
from bellwether.hooks.errors import ApiError, ApiRefused, Forbidden, NotAuthorized, NotFound

_LONGEST_WORDS = 300
_MESSAGE_PATHS = ("message", "error.message", "error.status", "error_description", "error_message", "detail", "title")


def words(answer: Answer, redact: Callable[[str], str]) -> str:
    """The status and what the vendor wrote, in one short line; HTML and the like are only named.

    :param redact: takes secrets out of a text, which a vendor may echo
    """
    return f"{answer.status} ({_message(answer, redact)})"


def _message(answer: Answer, redact: Callable[[str], str]) -> str:
    for path in _MESSAGE_PATHS:
        try:
            value = answer.value(path)
        except (ValueError, msgspec.MsgspecError):
            continue
        if isinstance(value, str) and value:
            return _short(value, redact)
    if answer.media_type == "text/plain" and answer.text.strip():
        return _short(answer.text, redact)
    return f"no message, {len(answer.body)} bytes of {answer.media_type}"


def _short(message: str, redact: Callable[[str], str]) -> str:
    # Redacted before it is cut, or half a secret would stay.
    return re.sub(r"\s+", " ", redact(message[: _LONGEST_WORDS * 10])).strip()[:_LONGEST_WORDS]


def problem(status: int, about: str, conn_id: str, example: str) -> ApiError:
    """The error for a status that is no limit."""
    if status == 401:
        return NotAuthorized(f"{about}. Check the secret in the connection '{conn_id}', e.g. '{example}'.", status)
    if status == 403:
        return Forbidden(f"{about}. The credentials in the connection '{conn_id}' lack a permission.", status)
    if status in (404, 410, 451):
        return NotFound(f"{about}. Check what '{conn_id}' names, and that its credentials may see it.", status)
    return (ApiRefused if 400 <= status < 500 else ApiError)(f"{about}.", status)
