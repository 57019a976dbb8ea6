"""A session that sends what it is told to, within bounds, and nothing of the machine's own."""

from __future__ import annotations

import requests

from bellwether.hooks.bounds import BoundedAdapter
from bellwether.hooks.unlogged import keep_queries_out_of_logs

_ALWAYS = {"User-Agent": "bellwether", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}


def settle(session: requests.Session, url: str) -> requests.Session:
    """The session with our headers and transport, and with the environment's proxies and certificates for a URL.

    They are read once, where requests would for each request. ``~/.netrc`` is left out: it would take the place of the
    connection's own credentials.
    """
    keep_queries_out_of_logs()
    session.headers.clear()
    session.headers.update(_ALWAYS)
    for scheme in ("http://", "https://"):
        session.mount(scheme, BoundedAdapter())
    found = session.merge_environment_settings(url, {}, True, None, None)
    session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    session.auth = _as_the_headers_say
    return session


def _as_the_headers_say(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
