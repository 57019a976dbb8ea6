"""One request out and one bounded answer back."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec
import requests
import urllib3

from bellwether.hooks.answer import Answer
from bellwether.hooks.request import JSON, Request

LARGEST_ANSWER_BYTES = 256 * 1024 * 1024
LARGEST_PAGE_BYTES = 16 * 1024 * 1024
"""The most of a text that is made for people; it becomes one record, and staging reads it in one piece."""
CONNECT_SECONDS = 10.0
_CHUNK_BYTES = 1024 * 1024


class BadAnswer(OSError):
    """The answer broke off, dragged on or was larger than any answer of a well-behaved service."""


def exchange(session: requests.Session, request: Request, headers: dict[str, str], timeout: float) -> Answer:
    """Send one request and read its whole answer, without following redirects.

    :param timeout: seconds the service may stay silent; ten times that for the whole answer
    Raises requests.RequestException or BadAnswer.
    """
    asked_at = datetime.now(UTC)
    body = None if request.body is None else msgspec.json.encode(request.body)
    more = {"Content-Type": JSON} if body is not None else {}
    # Of JSON a vendor may want its own kind, which its hook's headers name.
    more |= {"Accept": request.accept} if request.accept != JSON else {}
    largest = LARGEST_ANSWER_BYTES if request.accept == JSON else LARGEST_PAGE_BYTES
    with session.request(
        request.method, request.url, params=request.query or None, data=body, stream=True,
        headers={**headers, **more}, timeout=(CONNECT_SECONDS, timeout), allow_redirects=False,
    ) as response:  # fmt: skip
        body_read = _read(response, timeout * 10, largest)
        return Answer(response.status_code, response.headers, body_read, asked_at, request.url.partition("?")[0])


def _read(response: requests.Response, seconds: float, largest: int) -> bytes:
    deadline = time.monotonic() + seconds
    chunks: list[bytes] = []
    size = 0
    try:
        # What has come so far, not a whole chunk: a service that drips is found out.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > largest:
                raise BadAnswer(f"the answer is larger than {largest:,} bytes")
            if time.monotonic() > deadline:
                raise BadAnswer(f"the answer took longer than {seconds:,.0f} s")
    except urllib3.exceptions.HTTPError as error:
        raise BadAnswer(f"the answer broke off ({type(error).__name__})") from None
    return b"".join(chunks)
