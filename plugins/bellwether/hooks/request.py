"""A request yet to be sent, and the media types that may be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
HTML = "text/html"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """A request yet to be sent: ``query`` goes into the URL, ``body`` as JSON or ``form`` as a form's fields.

    ``accept`` is the media type wanted.
    """

    method: str
    url: str
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    accept: str = JSON
    form: dict[str, str] | None = None

    @property
    def identity(self) -> str:
        """What tells this request from another: asking it twice would bring the same page."""
        return f"{self.method} {self.url} {sorted(self.query.items())} {self.body}"
