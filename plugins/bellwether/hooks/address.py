"""Where a URL leads, read as the transport reads it: what the parsers understand differently is refused."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_START = re.compile(r"(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """A URL that nobody should follow; the message says why and quotes none of it."""


def origin(url: str) -> str:
    """Scheme, host and port of a URL, always with its port. Raises BadAddress.

    A URL may have no user's name, password, backslash, blank or control character: parsers disagree on what they mean
    (``http://evil.example\\@api.example/`` leads urllib3 to evil.example and urlsplit to api.example).

    >>> origin("https://API.example/things?page=2")
    'https://api.example:443'
    """
    if _FORBIDDEN.search(url):
        raise BadAddress("an address with a backslash, a blank or a control character")
    start = _START.match(url)
    if start is None:
        raise BadAddress("an address that is not http(s)://host:port/…")
    scheme, host = start[1].lower(), start[2].lower()
    port = int(start[3] or _PORTS[scheme])
    if not 0 < port < 65536 or {_by_urllib3(url), _by_urlsplit(url)} != {(scheme, host.strip("[]"), port)}:
        raise BadAddress("an address that can be understood in two ways")
    return f"{scheme}://{host}:{port}"


def join(here: str, there: str) -> str:
    """The address that a link or a redirect names, seen from the page that named it. Raises BadAddress."""
    if _FORBIDDEN.search(there):
        raise BadAddress("an address with a backslash, a blank or a control character")
    return urljoin(here, there)


def _by_urllib3(url: str) -> tuple[str, str, int] | None:
    try:
        parts = parse_url(url)
    except LocationParseError:
        return None
    scheme = (parts.scheme or "").lower()
    return scheme, (parts.host or "").strip("[]").lower(), parts.port or _PORTS.get(scheme, 0)


def _by_urlsplit(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
