"""How objects in the lake are named: by the window, so that a slice has exactly one manifest.

A part's name ends in a digest of its content: two runs that read the same slice concurrently never overwrite each
other's parts, and a manifest names the parts of a single reading only. Parts that no manifest names any more belong to
older readings and are kept.

``<zone>/<source>/<stream>/dt=YYYY-MM-DD/<window>.…`` with the zones ``raw``, ``staged`` and ``rejected``.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date

from bellwether.window import Window


def folder(zone: str, source: str, stream: str, day: date) -> str:
    """The prefix of a day's objects."""
    return f"{stream_folder(zone, source, stream)}dt={day:%Y-%m-%d}/"


def stream_folder(zone: str, source: str, stream: str) -> str:
    """The prefix of a stream's objects."""
    return f"{zone}/{source}/{stream}/"


def manifest_key(zone: str, source: str, stream: str, window: Window) -> str:
    """The key of the manifest of a stream's slice."""
    return f"{folder(zone, source, stream, window.start)}{window.key}.json"


def raw_key(source: str, stream: str, window: Window, subject: str, number: int, digest: str) -> str:
    """The key of one part of a subject's records in a window."""
    name = f"{window.key}.{slug(subject)}.{number:04d}.{digest}.jsonl.zst"
    return f"{folder('raw', source, stream, window.start)}{name}"


def beside(raw: str, zone: str, ending: str) -> str:
    """The key of an object derived from a raw part: same name, other zone and ending."""
    return f"{zone}/{raw.removeprefix('raw/').removesuffix('.jsonl.zst')}.{ending}"


def slug(subject: str) -> str:
    """A subject as part of a key: readable, and distinct for distinct subjects.

    >>> slug("dogbreed/site")
    'dogbreed-site-c4d452'
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", subject).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(subject.encode()).hexdigest()[:6]}"
