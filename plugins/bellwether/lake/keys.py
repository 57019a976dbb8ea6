"""How objects in the lake are named: by the window, so that a slice's manifest has one place.

A part's name ends in a digest of its content: of two runs that read the same slice at once neither writes over a part
of the other's, and a manifest names parts of one reading only. A part that no manifest names any more is an older
reading, kept.

``<zone>/<source>/<stream>/dt=YYYY-MM-DD/<window>.…`` with the zones ``raw``, ``staged`` and ``rejected``.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date

from bellwether.window import Window


def folder(zone: str, source: str, stream: str, day: date) -> str:
    """Where a day's objects lie."""
    return f"{stream_folder(zone, source, stream)}dt={day:%Y-%m-%d}/"


def stream_folder(zone: str, source: str, stream: str) -> str:
    """Where a stream's objects lie."""
    return f"{zone}/{source}/{stream}/"


def manifest_key(zone: str, source: str, stream: str, window: Window) -> str:
    """The list of what a slice of a stream consists of."""
    return f"{folder(zone, source, stream, window.start)}{window.key}.json"


def raw_key(source: str, stream: str, window: Window, subject: str, number: int, digest: str) -> str:
    """One part of what a vendor said about a subject in a window."""
    name = f"{window.key}.{slug(subject)}.{number:04d}.{digest}.jsonl.zst"
    return f"{folder('raw', source, stream, window.start)}{name}"


def beside(raw: str, zone: str, ending: str) -> str:
    """The key of what became of a raw part: same name, other zone and ending."""
    return f"{zone}/{raw.removeprefix('raw/').removesuffix('.jsonl.zst')}.{ending}"


def slug(subject: str) -> str:
    """A subject as part of a key: readable, and different for different subjects.

    >>> slug("dogbreed/site")
    'dogbreed-site-c4d452'
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", subject).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(subject.encode()).hexdigest()[:6]}"
