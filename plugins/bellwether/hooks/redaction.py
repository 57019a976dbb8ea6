"""Taking secrets out of texts, however a vendor echoes them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_ESCAPE = re.compile("%[0-9A-F]{2}")
SHORTEST = 6
"""What is shorter is no secret, and would be found everywhere."""


class Redactor:
    """Replaces secrets, and their forms in URLs, JSON, hexadecimal and base64, by three asterisks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        for secret in secrets:
            self.keep(secret)

    def keep(self, secret: str) -> None:
        """Take this out, too."""
        lines = [secret, *secret.splitlines()] if "\n" in secret else [secret]
        found = {form for line in lines if len(line) >= SHORTEST for form in _forms(line)}
        self._forms = self._forms | found  # Other threads may be reading the set.

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        # The longest first: what a shorter one leaves of it would be readable.
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, "***")
        return text


def _forms(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", errors="surrogateescape")
    yield from (secret, json.dumps(secret)[1:-1], raw.hex(), raw.hex().upper())
    for encoded in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield encoded
        yield _ESCAPE.sub(lambda found: found[0].lower(), encoded)
    yield from (form for form in _in_base64(raw) if len(form) >= SHORTEST)


def _in_base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of the bytes wherever they begin in a text: the characters that they alone decide."""
    for before in range(3):
        whole = b64encode(b"\0" * before + raw).decode().rstrip("=")
        first = -(-before * 8 // 6)
        last = (before + len(raw)) * 8 // 6
        yield whole[first:last]
        yield whole[first:last].replace("+", "-").replace("/", "_")
