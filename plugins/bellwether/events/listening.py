"""When the collector listened, from its heartbeats in the lake: what tells "no events" from "nobody listened"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from bellwether.events.envelope import LISTENING, REJECTED, Listening, Refused, day_folder
from bellwether.lake import Extract, Lake, Manifest
from bellwether.window import EPOCH, Window, whole_second

SOURCE, STREAM, SUBJECT = "events", "collector", "all"
DELAY = timedelta(minutes=5)
"""A run looks at the time until so long before its window's end: heartbeats are written once a minute."""
_DAY = timedelta(days=1)


def heard(lake: Lake, window: Window, observed_at: datetime) -> Manifest:
    """The window's line for the coverage ledger: what any collector listened to is seen, all else is not."""
    shifted = Window(window.start - DELAY, window.end - DELAY)
    spans = sorted({span for one in _accounts(lake, shifted) for span in _spans(one) if span.overlaps(shifted)})
    not_seen = tuple(gap.key for gap in shifted.without(spans))
    extract = Extract(subject=SUBJECT, observed_at=observed_at, records=0, not_seen=not_seen)
    return Manifest(source=SOURCE, stream=STREAM, window_key=shifted.key, extracts=(extract,))


def refused(lake: Lake, days: set[int]) -> dict[tuple[str, int, str], int]:
    """How many events the collector refused, by tracking id, UTC day of receipt and reason."""
    from bellwether.events.clean.lines import unpacked

    found: dict[tuple[str, int, str], int] = {}
    decoder = msgspec.json.Decoder(Refused)
    for day in sorted(days):
        for key in lake.keys(day_folder(REJECTED, (EPOCH + day * _DAY).date())):
            for line in unpacked(lake.get(key)[0]).splitlines():
                try:
                    refusal = decoder.decode(line)
                except msgspec.DecodeError:
                    continue
                reason = (refusal.tracking, day, refusal.reason.replace("\x00", "")[:500])
                found[reason] = found.get(reason, 0) + 1
    return found


def _accounts(lake: Lake, window: Window) -> Iterator[Listening]:
    for day in window.slices(_DAY):
        for key in lake.keys(f"{LISTENING}/{day.start:%Y-%m-%d}/"):
            yield msgspec.json.decode(lake.get(key)[0], type=Listening)


def _spans(account: Listening) -> Iterator[Window]:
    """Whole seconds of it: a span of less is none."""
    for start, end in account.spans:
        first, last = (whole_second(datetime.fromisoformat(text).astimezone(UTC)) for text in (start, end))
        if first < last:
            yield Window(first, last)
