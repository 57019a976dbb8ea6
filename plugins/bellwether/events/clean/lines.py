"""The collector's segments as rows: what every event says of itself, and what a device says of itself at its start."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from bellwether.arrow import pa
from bellwether.events.envelope import Meta, Request
from bellwether.window import EPOCH

LAUNCH = "system.appInstanceData"
DEVICES = ("mobile", "web", "desktop")
LATEST_MS = 253_402_300_799_999
"""The end of the year 9999; clocks that are later are counted as this."""
_DAY_MS = 86_400_000
_MICROSECOND = timedelta(microseconds=1)
_USERS = ("appUserId", "userId")
_BROWSER_OR_ROBOT = re.compile(r"^Mozilla/|bot|crawl|spider", re.IGNORECASE)

INCOMING = pa.schema(
    [(name, pa.string()) for name in ("tracking", "instance", "agent", "request", "id", "type", "user_id", "data")]
    + [(name, pa.int64()) for name in ("request_offset", "received_us", "received_day", "client_ms", "client_day")]
    + [(name, pa.int64()) for name in ("sent_ms", "is_bot_agent", "is_over_quota", "is_python", "zone_offset")]
)
LAUNCHES = pa.schema(
    [(name, pa.string()) for name in ("tracking", "instance", "app_code", "app_version", "brand", "model")]
    + [(name, pa.string()) for name in ("os", "os_version", "language", "id")]
    + [(name, pa.int64()) for name in ("is_device", "is_server", "is_robot", "zone_offset", "received_us")]
)


class _Event(msgspec.Struct):
    meta: Meta
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Line(Request, frozen=True, kw_only=True):
    received_at: Annotated[datetime, msgspec.Meta(tz=True)]  # type: ignore[assignment]
    offset: int
    event: _Event
    over_quota: bool = False


_LINE = msgspec.json.Decoder(_Line)


class Segment(msgspec.Struct):
    """What a segment holds: lines, and how many could not be read."""

    lines: list[Any]
    unreadable: int = 0


def unpacked(body: bytes) -> bytes:
    """A segment's text. What was cut off in the middle is read as far as it goes."""
    try:
        return gzip.decompress(body)
    except (EOFError, OSError, zlib.error):
        return zlib.decompressobj(wbits=31).decompress(body) if body[:2] == b"\x1f\x8b" else b""


def read_lines(text: bytes) -> Segment:
    """The lines of a segment; a line that is none is counted and left in raw."""
    try:
        return Segment(_LINE.decode_lines(text))
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    found = Segment([])
    for line in filter(None, text.split(b"\n")):
        try:
            found.lines.append(_LINE.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            found.unreadable += 1
    return found


def to_rows(lines: Iterable[Any]) -> tuple[pa.Table, pa.Table]:
    """Lines as the tables INCOMING and LAUNCHES; times in microseconds and milliseconds since 1970, days since then."""
    columns: dict[str, list[Any]] = {name: [] for name in INCOMING.names}
    launches: list[dict[str, Any]] = []
    add = [columns[name].append for name in INCOMING.names]
    for line in lines:
        meta, data = line.event.meta, bytes(line.event.data)
        received_us = (line.received_at - EPOCH) // _MICROSECOND
        kind, zone = _plain(meta.type), None
        if kind == LAUNCH:
            launches.append(_launch(line, data, received_us))
            zone = launches[-1]["zone_offset"]
        row = (
            line.tracking, line.instance, line.agent, line.request, _plain(meta.id.lower()), kind,
            user_of(data), data,
            line.offset, received_us, received_us // (_DAY_MS * 1000),
            meta.timestamp, min(meta.timestamp, LATEST_MS) // _DAY_MS,
            line.sent_at, int(is_robot(line.agent)), int(line.over_quota), int(is_python(line.agent)), zone,
        )  # fmt: skip
        for append, value in zip(add, row, strict=True):
            append(value)
    arrays = [
        pa.array(columns[field.name], pa.binary()).cast(pa.string())
        if field.name == "data"
        else pa.array(columns[field.name], field.type)
        for field in INCOMING
    ]
    return pa.Table.from_arrays(arrays, schema=INCOMING), pa.Table.from_pylist(launches, LAUNCHES)


@lru_cache(maxsize=4096)
def is_robot(agent: str) -> bool:
    """Whether a User-Agent header is a robot's. HTTP libraries and SDKs are none: servers send with them.

    >>> [is_robot(agent) for agent in ("Mozilla/5.0 (compatible; Googlebot/2.1)", "okhttp/4.9.1", "")]
    [True, False, False]
    """
    return bool(_BROWSER_OR_ROBOT.search(agent)) and bool(_crawlers().isCrawler(agent))


@lru_cache(maxsize=1024)
def is_python(agent: str) -> bool:
    """Whether it is the SDK whose timestamps are off by its host's offset from UTC."""
    return agent.startswith("Revolt Python SDK")


@lru_cache(maxsize=1)
def _crawlers() -> Any:
    from crawlerdetect import CrawlerDetect

    return CrawlerDetect()


def _plain(text: str) -> str:
    """Text that databases take."""
    return text.replace("\x00", "\ufffd")


def whose(line: Any) -> tuple[str, str, str | None]:
    """A line's tracking id, instance and the user that it names."""
    return line.tracking, line.instance, user_of(bytes(line.event.data))


def user_of(data: bytes) -> str | None:
    """The user that an event's data names; None where it names nobody."""
    if b'serId"' not in data:
        return None
    found = msgspec.json.decode(data)
    for name in _USERS if isinstance(found, dict) else ():
        value = found.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value):
            return _plain(str(value))[:256]
    return None


def _launch(line: Any, data: bytes, received_us: int) -> dict[str, Any]:
    found = msgspec.json.decode(data)
    parts = {
        name: part if isinstance(found, dict) and isinstance(part := found.get(name), dict) else {}
        for name in ("app", "device", "browser")
    }
    app, device = parts["app"], parts["device"]
    zone = device.get("zoneOffset")
    kind = app.get("type")
    texts = {"app_code": app.get("code"), "app_version": app.get("version"), "brand": device.get("brand")}
    texts |= {"model": device.get("model"), "os": device.get("os"), "os_version": device.get("osVersion")}
    texts |= {"language": device.get("language")}
    agent = parts["browser"].get("userAgent")
    return {name: _plain(value)[:256] if isinstance(value, str) else None for name, value in texts.items()} | {
        "tracking": line.tracking,
        "instance": line.instance,
        "id": line.event.meta.id.lower(),
        "is_device": int(kind in DEVICES),
        "is_server": int(kind == "backend"),
        "is_robot": int(isinstance(agent, str) and is_robot(agent)),
        "zone_offset": int(zone) if isinstance(zone, (int, float)) and abs(zone) <= 1440 else None,
        "received_us": received_us,
    }
