"""Segments as the collector leaves them, of events that a test writes down in a few words."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from bellwether.events.envelope import RAW, REJECTED, Line, Refused, segment_key

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
NUMBERS = count()
PHONE = {"app": {"type": "mobile", "code": "com.acme.app", "version": "1.2"}}
PHONE |= {"device": {"brand": "Nokia", "model": "3310", "os": "Android", "osVersion": "14", "zoneOffset": 60}}


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def millis(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def line(
    type: str = "page.viewed",
    at: datetime = NOON,
    *,
    instance: str = "phone",
    tracking: str = "acme",
    data: Any = None,
    id: str = "",
    received: datetime | None = None,
    request: str = "",
    offset: int = 0,
    agent: str = "okhttp/4.9.1",
    timestamp: int | None = None,
    **more: Any,
) -> Line:
    """An event; received a second after it happened unless that is given."""
    number = next(NUMBERS)
    meta = {"id": id or f"Id-{number}", "type": type, "timestamp": millis(at) if timestamp is None else timestamp}
    return Line(
        received_at=iso(received or at + timedelta(seconds=1)),
        tracking=tracking,
        instance=instance,
        agent=agent,
        request=request or f"request-{number}",
        offset=offset,
        event=msgspec.Raw(json.dumps({"meta": meta, "data": data}).encode()),
        **more,
    )


def launch(at: datetime = NOON, instance: str = "phone", **more: Any) -> Line:
    """A device's word about itself at its start."""
    return line("system.appInstanceData", at, instance=instance, data=more.pop("data", PHONE), **more)


def views(instance: str, at: datetime, minutes: Iterable[float], **more: Any) -> list[Line]:
    """Page views of a device so many minutes after a moment."""
    return [line(at=at + timedelta(minutes=one), instance=instance, **more) for one in minutes]


def body(lines: Iterable[Line]) -> bytes:
    return gzip.compress(b"".join(msgspec.json.encode(one) + b"\n" for one in lines), 1)


@dataclass
class Bucket:
    """A lake of a test, as the collector sees it."""

    lake: Any

    def put(self, key: str, content: bytes) -> str:
        self.lake.client.put_object(Bucket=self.lake.bucket, Key=key, Body=content)
        return key

    def segments(self, *many: Iterable[Line]) -> list[str]:
        """Ship lines, a segment for each received day of each iterable."""
        keys = []
        for lines in many:
            days: dict[str, list[Line]] = {}
            for one in lines:
                days.setdefault(one.received_at[:10], []).append(one)
            for day, those in sorted(days.items()):
                keys.append(self.put(segment_key(RAW, day, f"{next(NUMBERS):019d}-test"), body(those)))
        return keys

    def refused(self, day: str, *lines: Refused) -> None:
        content = gzip.compress(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
        self.put(segment_key(REJECTED, day, "1-test"), content)
