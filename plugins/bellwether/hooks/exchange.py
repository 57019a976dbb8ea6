"""One request out and one bounded answer back: the one way in which anything is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import requests
import urllib3

from bellwether.hooks.answer import Answer
from bellwether.hooks.bounds import BadAnswer, Bounds
from bellwether.hooks.request import FORM, JSON, Request
from bellwether.hooks.room import ROOMY_BYTES, Room

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
"""A hundred thousand rows of Google Analytics, as many as a page has, are half of that."""
LARGEST_PAGE_BYTES = 16 * 1024 * 1024
"""The most of a text that is made for people; it becomes one record, and staging reads it in one piece."""
CONNECT_SECONDS = 10.0
TOTAL_FACTOR = 10
"""How many times its longest silence an exchange may last."""
_CHUNK_BYTES = 1024 * 1024


def exchange(
    session: requests.Session, request: Request, headers: dict[str, str], timeout: float, room: Room | None = None
) -> Answer:
    """Send one request and read its whole answer, without following redirects.

    :param timeout: seconds the service may stay silent; ten times that for the whole exchange
    :param room: what threads share that read large answers
    Raises requests.RequestException or BadAnswer.
    """
    asked_at = datetime.now(UTC)
    largest = LARGEST_ANSWER_BYTES if request.accept == JSON else LARGEST_PAGE_BYTES
    bounds = Bounds(timeout, timeout * TOTAL_FACTOR, largest)
    with bounds.hold(), session.request(
        request.method, request.url, params=request.query or None, data=_content(request), stream=True,
        headers={**headers, **_about(request)}, timeout=(CONNECT_SECONDS, timeout), allow_redirects=False,
    ) as response:  # fmt: skip
        body = _read(response, bounds, largest, room or Room())
        return Answer(response.status_code, response.headers, body, asked_at, request.url.partition("?")[0])


def _content(request: Request) -> bytes | dict[str, str] | None:
    return request.form if request.body is None else msgspec.json.encode(request.body)


def _about(request: Request) -> dict[str, str]:
    """The headers that say what is sent and wanted. Of JSON a vendor may want its own kind, which its headers name."""
    sent = {} if request.body is None and request.form is None else {"Content-Type": JSON if request.body else FORM}
    return sent | ({"Accept": request.accept} if request.accept != JSON else {})


def _read(response: requests.Response, bounds: Bounds, largest: int, room: Room) -> bytes:
    too_large = BadAnswer(f"the answer is larger than {largest:,} bytes")
    if int(response.raw.length_remaining or 0) > largest:
        raise too_large
    body = bytearray()
    has_room = False
    try:
        # What has come so far, not a whole chunk: a service that drips is found out.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > largest:
                raise too_large
            bounds.patience()
            if not has_room and len(body) > ROOMY_BYTES:
                bounds.extend(room.wait())
                has_room = True
    except urllib3.exceptions.HTTPError as error:
        raise within(error) or BadAnswer(f"the answer broke off ({type(error).__name__})") from None
    return bytes(body)


def within(error: BaseException | None) -> BadAnswer | None:
    """Our own word on what went wrong, if that is what a library's error carries along."""
    while error is not None:
        if isinstance(error, BadAnswer):
            return error
        error = error.__cause__ or error.__context__
    return None
