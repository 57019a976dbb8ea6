"""The protocol as OpenAPI has it, for schemathesis."""

from __future__ import annotations

from typing import Any

from bellwether.events.envelope import EVENT_BYTES, ID_CHARACTERS, LATEST, TYPE_CHARACTERS

EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["meta"],
    "properties": {
        "meta": {
            "type": "object",
            "required": ["id", "type", "timestamp"],
            "properties": {
                "id": {"type": "string", "minLength": 1, "maxLength": ID_CHARACTERS},
                "type": {"type": "string", "minLength": 1, "maxLength": TYPE_CHARACTERS},
                "timestamp": {"type": "integer", "minimum": 0, "maximum": LATEST},
            },
        },
        "data": {"description": f"any JSON; the whole event at most {EVENT_BYTES} bytes"},
    },
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["eventsAccepted", "eventError"],
    "properties": {
        "eventsAccepted": {"type": "integer", "minimum": 0},
        "eventError": {
            "type": ["object", "null"],
            "required": ["eventOffset", "eventId", "errorCode", "errorMessage"],
            "properties": {
                "eventOffset": {"type": "integer", "minimum": 0},
                "eventId": {"type": ["string", "null"]},
                "errorCode": {"type": "integer"},
                "errorMessage": {"type": "string"},
            },
        },
    },
}
STATUSES = {
    "200": "An array: the events before the first bad one are counted, the good ones behind it are stored as well",
    "400": "Not a JSON array",
    "401": "Wrong credentials",
    "413": "The body is too large",
    "429": "Too many events",
    "503": "Nothing was stored",
}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


PART = {"in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
SCHEMA: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Event collector", "version": "1"},
    "paths": {
        "/api/v1/acme/{instance}/events": {
            "post": {
                "parameters": [PART | {"name": "instance"}],
                "requestBody": {"required": True, "content": _content({"type": "array", "items": EVENT})},
                "responses": {
                    status: {"description": text, "content": _content(ANSWER)} for status, text in STATUSES.items()
                },
            }
        }
    },
}
