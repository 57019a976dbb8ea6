"""What our answers tell browsers to allow, and in which form a client wants an answer."""

from __future__ import annotations

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "private, no-cache",
}
# Our frame: no script at all; a kept page may be shown inside.
FRAME = _ALWAYS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}
# A kept page may be of an earlier version, and lies in a bucket: its scripts run in an origin of their own, out of
# reach of Airflow's cookies and API, and its own policy names them by their hashes.
KEPT = _ALWAYS | {
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}
_KINDS = {"application/json": "json", "text/plain": "text", "text/html": "html"}


def preferred(accept: str) -> str:
    """json, text or html: what an Accept header (RFC 9110, 12.5.1) likes best; JSON where it likes all the same.

    >>> preferred("text/plain"), preferred("*/*"), preferred(""), preferred("text/html,application/xml;q=0.9,*/*;q=0.8")
    ('text', 'json', 'json', 'html')
    >>> preferred("text/plain;q=0.5, application/json;q=0.2"), preferred("image/png")
    ('text', 'json')
    """
    best, liked = "json", 0.0
    for entry in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
        value = float(weight) if weight.replace(".", "", 1).isdigit() else 0.0
        name = _KINDS.get(kind) or ("text" if kind == "text/*" else "json" if kind == "*/*" else None)
        if name and value > liked:
            best, liked = name, value
    return best
