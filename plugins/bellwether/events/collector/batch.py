"""A request's body as lines to store, and the answer to it. Pure.

Every JSON array is answered; a bad event never keeps the good ones around it from being stored, for two of the SDKs
send a batch once only, and one sends a refused batch for ever.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from bellwether.events.envelope import EVENT_BYTES, EVENT_LEVELS, Event, Refused, Request

EVENTS = 1000
"""Events taken of one request; the client sends the rest again, as after any partial answer."""
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_EVENT = msgspec.json.Decoder(Event)
_EVENTS = msgspec.json.Decoder(list[Event])
_ENCODER = msgspec.json.Encoder()
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


class NotAnArray(ValueError):
    """The body is not a JSON array."""


class Fault(msgspec.Struct, frozen=True):
    """Why an event is refused."""

    code: int
    reason: str


class Batch(msgspec.Struct, frozen=True):
    """A body taken apart.

    :param lines: what goes to the raw zone
    :param refused: what goes to the rejected zone
    :param accepted: how many events ``lines`` holds
    :param faults: why events were refused, in order
    :param answer: for the client, in Revolt's form
    """

    lines: bytes
    refused: bytes
    accepted: int
    faults: tuple[Fault, ...]
    answer: bytes


def read(body: bytes, request: Request, *, over_quota: bool = False) -> Batch:
    """Take a body apart. Raises NotAnArray."""
    texts = _texts(body)[:EVENTS]
    if _is_plain(body):
        faults = {}
    else:
        faults = {offset: fault for offset, text in enumerate(texts) if (fault := _fault(text))}
        texts = [text if offset in faults else _on_one_line(text) for offset, text in enumerate(texts)]
    # A line is written by hand: making an object of each event takes longer than all the rest.
    head = _ENCODER.encode(request)[:-1] + (b',"over_quota":true' if over_quota else b"")
    good = [
        b'%b,"offset":%d,"event":%b}\n' % (head, offset, text)
        for offset, text in enumerate(texts)
        if offset not in faults
    ]
    about = msgspec.structs.asdict(request)
    bad = [
        Refused(**about, offset=offset, code=fault.code, reason=fault.reason, event=texts[offset].decode())
        for offset, fault in faults.items()
    ]
    first = next(iter(faults), None)
    said = None if first is None else error(first, _id(texts[first]), faults[first].code, faults[first].reason)
    return Batch(
        lines=b"".join(good),
        refused=_ENCODER.encode_lines(bad),
        accepted=len(good),
        faults=tuple(faults.values()),
        answer=answer(len(texts) if first is None else first, said),
    )


def answer(accepted: int, said: dict[str, Any] | None) -> bytes:
    """The body of an answer; the clients read no other form, whatever the status."""
    return _ENCODER.encode({"eventsAccepted": accepted, "eventError": said})


def error(offset: int, event_id: str | None, code: int, message: str) -> dict[str, Any]:
    """The eventError of an answer."""
    return {"eventOffset": offset, "eventId": event_id, "errorCode": code, "errorMessage": message}


def _is_plain(body: bytes) -> bool:
    """Whether all events can be seen at once to be good and each on one line, as nearly always."""
    if len(body) > EVENT_BYTES or body.count(b"[") + body.count(b"{") > EVENT_LEVELS or b"\n" in body or b"\r" in body:
        return False
    try:
        _EVENTS.decode(body)
    except msgspec.DecodeError:
        return False
    return True


def _texts(body: bytes) -> list[bytes]:
    """The elements of the array as they were sent."""
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    try:
        return [bytes(raw) for raw in _ARRAY.decode(body)]
    except (msgspec.DecodeError, RecursionError):
        # One element may be what cannot be read: the others still count.
        return _split(body.strip())


def _split(body: bytes) -> list[bytes]:
    """The elements of an array of which some are no JSON, or nest so deep that no parser takes them."""
    texts, depth, start = [], 0, 1
    for token in _TOKEN.finditer(body):
        sign = token[0]
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
        if depth == 0 and token.end() < len(body):
            break
        if (sign == b"," and depth == 1) or depth == 0:
            texts.append(body[start : token.start()].strip())
            start = token.end()
    if depth or start != len(body) or not (body.startswith(b"[") and body.endswith(b"]")):
        raise NotAnArray("the body is not a JSON array")
    return texts


def _fault(text: bytes) -> Fault | None:
    if len(text) > EVENT_BYTES:
        return Fault(413, f"the event is larger than {EVENT_BYTES} bytes")
    if text.count(b"[") + text.count(b"{") > EVENT_LEVELS and _levels(text) > EVENT_LEVELS:
        return Fault(400, f"the event nests deeper than {EVENT_LEVELS} levels")
    try:
        _EVENT.decode(text)
    except msgspec.ValidationError as wrong:
        return Fault(400, str(wrong))
    except msgspec.DecodeError:
        return Fault(400, "the event is not JSON")
    return None


def _levels(text: bytes) -> int:
    deepest = depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] in b"[{") - (token[0] in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _on_one_line(text: bytes) -> bytes:
    """The event without the line breaks that JSON allows between its parts."""
    return msgspec.json.format(text, indent=-1) if b"\n" in text or b"\r" in text else text


def _id(text: bytes) -> str | None:
    """The event's id, if it has a fit one."""
    try:
        return str(msgspec.json.decode(text)["meta"]["id"])[:64]
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, IndexError):
        return None
