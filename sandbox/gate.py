"""What every request to a vendor passes: misbehaviours, the request log and the world's own Date header."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.answers import timestamp
from sandbox.house import House, Vendor
from sandbox.misbehave import DISTORTED, DONE_BY_VENDOR, GARBAGE, HTML, SAID_BY_VENDOR, Misbehaviour, distort

SECRET_PARAMETERS = frozenset({"key", "api_key", "apikey", "token", "access_token", "appid", "assertion"})


class Gate:
    """ASGI middleware in front of the vendors."""

    def __init__(self, app: ASGIApp, house: House, vendors: Mapping[str, Vendor]) -> None:
        self.app = app
        self.house = house
        self.vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = scope["path"].split("/")[1]
        seen: dict[str, Any] = {
            "vendor": name,
            "method": scope["method"],
            "path": scope["path"],
            "query": self._harmless(scope),
            "status": None,
            "at": timestamp(self.house.world.clock.now()),
        }
        watched = self._watched(send, seen)
        if name not in self.vendors:
            await self.app(scope, receive, watched)
            return
        self.house.requests.append(seen)
        self.house.in_flight[name] += 1
        try:
            await self._answer(self.vendors[name], scope, receive, watched)
        finally:
            self.house.in_flight[name] -= 1

    async def _answer(self, vendor: Vendor, scope: Scope, receive: Receive, send: Send) -> None:
        if self.house.limits.latency_seconds:
            await asyncio.sleep(self.house.limits.latency_seconds)
        target = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        asked = self.house.misbehaviours.take(vendor.name, target)
        if asked is None:
            await self.app(scope, receive, send)
        elif (instead := _instead(asked, vendor)) is not None:
            await instead(scope, receive, send)
        elif asked.kind in DONE_BY_VENDOR:
            await self.app({**scope, asked.kind: True}, receive, send)
        elif asked.kind == "stall":
            again = await _hold(asked.wait_seconds, receive)
            if again is not None:
                await self.app(scope, again, send)
        else:
            await _altered(self.app, asked, vendor, scope, receive, send)

    def _harmless(self, scope: Scope) -> dict[str, str]:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        hidden = self.house.credentials.secrets
        return {name: "***" if name.lower() in SECRET_PARAMETERS or value in hidden else value for name, value in query}

    def _watched(self, send: Send, seen: MutableMapping[str, Any]) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                date = format_datetime(self.house.world.clock.now(), usegmt=True)
                message = {**message, "headers": [*message["headers"], (b"date", date.encode())]}
            await send(message)

        return sending


def _instead(asked: Misbehaviour, vendor: Vendor) -> Response | None:
    if asked.kind in SAID_BY_VENDOR:
        return vendor.fault(asked.kind, asked.wait_seconds)
    if asked.kind == "html":
        return Response(HTML, media_type="text/html")
    if asked.kind == "garbage":
        return Response(GARBAGE, media_type="application/json")
    return None


async def _hold(seconds: float, receive: Receive) -> Receive | None:
    """Wait; then the request to be read again, or None when the client has gone meanwhile."""
    arrived: list[Message] = []

    async def gone() -> None:
        while not arrived or arrived[-1]["type"] != "http.disconnect":
            arrived.append(await receive())

    async def again() -> Message:
        return arrived.pop(0) if arrived else await receive()

    try:
        await asyncio.wait_for(gone(), timeout=seconds)
    except TimeoutError:
        return again
    return None


async def _altered(
    app: ASGIApp, asked: Misbehaviour, vendor: Vendor, scope: Scope, receive: Receive, send: Send
) -> None:
    start: Message = {}
    body = bytearray()

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, collect)
    if asked.kind in DISTORTED:
        altered = (
            distort(asked, scope["path"], bytes(body), vendor.spoilings) if start["status"] == 200 else bytes(body)
        )
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start["headers"] = [*headers, (b"content-length", str(len(altered)).encode())]
        await send(start)
        await send({"type": "http.response.body", "body": altered})
    else:
        # Half the body under the length of the whole, and no end: the server then drops the connection.
        await send(start)
        await send({"type": "http.response.body", "body": bytes(body[: len(body) // 2]), "more_body": True})
