"""What the collector leaves in the lake, and what job 1 may rely on: one JSON object a line, gzip, UTF-8.

- ``raw/events/dt=<day>/<segment>.jsonl.gz``: accepted events, a :class:`Line` each. ``<day>`` is the UTC date of every
  ``received_at`` in the object. A key is never used for two contents; a second upload of it has the same bytes.
  Where Amazon Data Firehose writes the objects, it names them itself and files them by its own clock, minutes later:
  read whatever ends in ``.gz`` below a day, and take times from the lines.
- ``rejected/events/dt=<day>/<segment>.jsonl.gz``: refused events, a :class:`Refused` each. Only people read them.
- ``raw/events/_listening/<day>/<collector>.json``: a :class:`Listening` for each collector process and UTC day,
  overwritten once a minute and at the end of the process.

Coverage. A moment was listened to if it lies in a span of at least one collector; where no span covers it, the absence
of events means nothing. Every event that a collector received before its ``stored_until`` lies in the lake. A collector
that was killed leaves its last ``stored_until`` behind and perhaps segments on its disk, which the next process on
that disk uploads, at whatever time it starts and under the day they were received. Job 1 therefore remembers the keys
that it has read: neither ``received_at`` nor the order of keys tells what is new.

Duplicates. A client that got no answer sends again: the same event may stand in several lines, with another
``request``. One id, compared in lower case within a tracking id, is one event.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

RAW = "raw/events"
REJECTED = "rejected/events"
LISTENING = f"{RAW}/_listening"

ID_CHARACTERS = 64
TYPE_CHARACTERS = 128
INSTANCE_CHARACTERS = 128
AGENT_CHARACTERS = 512
EVENT_BYTES = 64 * 1024
EVENT_LEVELS = 100
"""How deep arrays and objects of an event may nest."""
LATEST = 2**63 - 1


class Meta(msgspec.Struct, frozen=True):
    """What identifies an event; the collector vouches for these types and bounds.

    :param id: made by the client, as sent
    :param type: for example ``user.signedIn``
    :param timestamp: milliseconds since 1970 by the client's clock, which may be wrong by any amount
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=ID_CHARACTERS)]
    type: Annotated[str, msgspec.Meta(min_length=1, max_length=TYPE_CHARACTERS)]
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=LATEST)]


class Event(msgspec.Struct, frozen=True):
    """The part of an event that the collector checks; ``data`` may be absent, null or any JSON value."""

    meta: Meta


class Request(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is kept of the request that an event came with; never the address it came from.

    :param received_at: ISO 8601, UTC, always with microseconds and ``Z``: ``2026-11-20T12:03:30.000000Z``
    :param tracking: the tracking id, whose credentials were checked
    :param instance: the part of the path after it: an app instance id or, from servers, an app code; at most 128
        characters
    :param agent: the User-Agent header, at most 512 characters, ``""`` if none was sent
    :param request: the client's X-Request-Id (at most 64 characters) or one made by the collector
    :param sent_at: milliseconds since 1970 by the client's clock when it sent this request (header X-Sent-At); our own
        clients send it, and ``received_at - sent_at`` is their clock's error less the way
    :param attempt: which attempt this is, from 1 (header X-Attempt)
    """

    received_at: str
    tracking: str
    instance: str
    agent: str
    request: str
    sent_at: int | None = None
    attempt: int | None = None


class Line(Request, frozen=True, omit_defaults=True, kw_only=True):
    """An accepted event. Keys with their default value are left out.

    :param offset: the event's place in the request, from 0; with ``received_at`` and ``request`` it orders events of
        one millisecond
    :param over_quota: the tracking id had used up its daily quota; the event counts, and is marked
    :param event: the event as sent, unknown keys included, on one line
    """

    offset: int
    over_quota: bool = False
    event: msgspec.Raw


class Refused(Request, frozen=True, omit_defaults=True, kw_only=True):
    """A refused event.

    :param code: 400 malformed, 413 larger than EVENT_BYTES
    :param reason: why, in words, without any of the event's contents
    :param event: its text as sent, which need not be JSON
    """

    offset: int
    code: int
    reason: str
    event: str


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """What one collector process did on one UTC day, as of its last heartbeat; times as in :class:`Request`.

    :param collector: the process; the segments it opened end in it
    :param spans: [from, until) stretches in which it accepted events; refusing for lack of space ends a span
    :param stored_until: every event it received before this time lies in the lake
    :param ended: it was stopped in order and will not come back
    :param events: accepted that day, by tracking id
    :param over_quota: accepted that day beyond the quota, by tracking id
    """

    collector: str
    spans: list[tuple[str, str]]
    stored_until: str
    ended: bool = False
    events: dict[str, int] = {}
    over_quota: dict[str, int] = {}


def day_folder(zone: str, day: date | str) -> str:
    """Where a received day's objects lie, ``zone`` one of RAW and REJECTED.

    >>> day_folder(RAW, "2026-11-20")
    'raw/events/dt=2026-11-20/'
    """
    return f"{zone}/dt={day}/"


def segment_key(zone: str, day: date | str, segment: str) -> str:
    """The key of a segment.

    >>> segment_key(RAW, "2026-11-20", "1795844457746000000-1a2b3c4d")
    'raw/events/dt=2026-11-20/1795844457746000000-1a2b3c4d.jsonl.gz'
    """
    return f"{day_folder(zone, day)}{segment}.jsonl.gz"


def listening_key(day: date | str, collector: str) -> str:
    """The key of a collector's account of a day.

    >>> listening_key("2026-11-20", "1a2b3c4d")
    'raw/events/_listening/2026-11-20/1a2b3c4d.json'
    """
    return f"{LISTENING}/{day}/{collector}.json"


def decode_lines(body: bytes) -> list[Line]:
    """The lines of an unpacked segment. Raises msgspec.DecodeError for one that is not a :class:`Line`."""
    return _LINES.decode_lines(body)


_LINES = msgspec.json.Decoder(Line)
