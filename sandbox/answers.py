"""What the simulated vendors share in answering: JSON bodies, refusals, times as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

_encode = msgspec.json.Encoder().encode


class Refused(Exception):
    """Raised by a vendor to answer at once with `answer`, which is an error."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def json_answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`payload` as JSON; `msgspec.Raw` parts go in as they are."""
    return Response(_encode(payload), status, headers, media_type="application/json")


def root_url(request: Request) -> str:
    """Scheme and host as the client wrote them, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds: 2026-11-22T05:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str) -> datetime:
    """An aware datetime in UTC from RFC 3339 or a date; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header; None when there is no header, "" when it is no bearer token."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "token") else ""
