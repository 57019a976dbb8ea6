"""A request's body, of bounded size, unpacked where it was compressed."""

from __future__ import annotations

import asyncio
import zlib

from fastapi import Request

BODY_BYTES = 2 * 1024 * 1024
"""More than twenty of the largest events: no usual batch of any SDK comes near it."""
BODY_SECONDS = 30


class TooLarge(ValueError):
    """The body is larger than BODY_BYTES, as sent or unpacked."""


class NotReadable(ValueError):
    """The body is not compressed as its header says."""


async def read_body(request: Request) -> bytes:
    """The body. Raises TooLarge, NotReadable, or TimeoutError for a client that sends too slowly."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > BODY_BYTES:
        raise TooLarge(f"the body is larger than {BODY_BYTES} bytes")
    parts, size = [], 0
    async with asyncio.timeout(BODY_SECONDS):
        async for part in request.stream():
            size += len(part)
            if size > BODY_BYTES:
                raise TooLarge(f"the body is larger than {BODY_BYTES} bytes")
            parts.append(part)
    body = b"".join(parts)
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "gzip":
        return _unpacked(body)
    if encoding != "identity":
        raise NotReadable("Content-Encoding should be gzip or absent")
    return body


def _unpacked(body: bytes) -> bytes:
    """A gzip body unpacked, no further than the limit."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, BODY_BYTES + 1)
    except zlib.error:
        raise NotReadable("the body is not gzip") from None
    if len(unpacked) > BODY_BYTES:
        raise TooLarge(f"the body is larger than {BODY_BYTES} bytes when unpacked")
    if not unpacker.eof:
        raise NotReadable("the body is not whole gzip")
    return unpacked
