"""StatusCake's JSON: a check, a period, an alert, a look. Absent means absent, never null."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

from sandbox.answers import timestamp
from sandbox.past import Past
from sandbox.vendors import statuscake_checks as checks
from sandbox.vendors.statuscake_checks import LOCATIONS, Alert, Check, Look, Period


def _status(is_up: bool) -> str:
    return "up" if is_up else "down"


def overview_body(check: Check, past: Past, with_uptime: bool = True) -> dict[str, Any]:
    """The check as the list has it."""
    seen = checks.periods(check, past)
    body: dict[str, Any] = {
        "id": check.id,
        "name": check.name,
        "website_url": check.website_url,
        "test_type": "HTTP",
        "check_rate": check.check_rate,
        "contact_groups": ["281204"],
        "paused": _is_paused(check, past),
        "status": _status(seen[-1].is_up if seen else True),
        "tags": list(check.tags),
    }
    if with_uptime:
        body["uptime"] = checks.uptime(check, past)
    return body


def detail_body(check: Check, past: Past) -> dict[str, Any]:
    """The check with its settings; `last_tested_at` is absent until it has looked once."""
    body = overview_body(check, past) | {
        "confirmation": 2,
        "dns_ips": [],
        "do_not_find": False,
        "enable_ssl_alert": True,
        "follow_redirects": True,
        "include_header": False,
        "processing": False,
        "processing_state": "complete",
        "servers": [_server(name) for name in LOCATIONS],
        "status_codes": [str(code) for code in (*range(400, 406), *range(500, 505))],
        "timeout": 30,
        "trigger_rate": check.trigger_rate,
        "use_jar": False,
    }
    looked = check.ticks_until(past.world.clock.now())
    if looked:
        body["last_tested_at"] = timestamp(check.tick(looked - 1))
    return body


def period_body(period: Period) -> dict[str, Any]:
    """Status and start; the end and the milliseconds only of a period that is over."""
    body: dict[str, Any] = {"status": _status(period.is_up), "created_at": timestamp(period.created_at)}
    if period.ended_at is not None:
        body["ended_at"] = timestamp(period.ended_at)
        body["duration"] = (period.ended_at - period.created_at) // timedelta(milliseconds=1)
    return body


def alert_body(check: Check, alert: Alert) -> dict[str, Any]:
    """An alert; its id is text, its code 0 where the target did not answer."""
    number = zlib.crc32(f"{check.id} {alert.triggered_at.isoformat()}".encode())
    return {
        "id": str(number),
        "status": _status(alert.is_up),
        "status_code": alert.status_code,
        "triggered_at": timestamp(alert.triggered_at),
    }


def look_body(check: Check, look: Look) -> dict[str, Any]:
    """One look; a target that did not answer at all leaves nothing but the time."""
    body: dict[str, Any] = {"created_at": timestamp(look.at)}
    if look.outage is not None and look.outage.status_code is None:
        return body
    return body | {
        "location": checks.location(check, look.at),
        "performance": checks.performance(check, look.at),
        "status_code": look.outage.status_code if look.outage else 200,
    }


def _is_paused(check: Check, past: Past) -> bool:
    return check.paused_at is not None and check.paused_at <= past.world.clock.now()


def _server(name: str) -> dict[str, str]:
    region, code = ("United Kingdom", "GB") if "Kingdom" in name else ("Europe", "EU")
    return {"description": name, "region": region, "region_code": code, "status": "up"}
