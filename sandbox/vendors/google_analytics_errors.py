"""Google's error bodies, worded as recorded on analyticsdata.googleapis.com in September 2026."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from sandbox.answers import json_answer

EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
NO_PERMISSION = (
    "User does not have sufficient permissions for this property. To learn more about Property ID, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/property-id."
)
CONCURRENT = "Exhausted concurrent requests quota."
PROJECT_HOUR = "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour."
REALM = 'Bearer realm="https://accounts.google.com/"'
NOT_FOUND = (
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n"
    b"  <p><b>404.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"
)


def error(
    code: int,
    status: str,
    message: str,
    details: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """{"error": {code, message, status, details?}}"""
    body: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        body["details"] = details
    return json_answer({"error": body}, code, headers)


def invalid(message: str, field: str | None = None) -> Response:
    """400; `field` names the part of the request that is wrong."""
    violation = {"@type": "type.googleapis.com/google.rpc.BadRequest"}
    details = [violation | {"fieldViolations": [{"description": message}]}] if field else None
    return error(400, "INVALID_ARGUMENT", message, details)


def missing_credential(method: str) -> Response:
    """401 for a request without a token."""
    metadata = {
        "method": f"google.analytics.data.v1beta.BetaAnalyticsData.{method}",
        "service": "analyticsdata.googleapis.com",
    }
    reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "CREDENTIALS_MISSING"}
    details = [reason | {"domain": "googleapis.com", "metadata": metadata}]
    message = f"Request is missing required authentication credential. {EXPECTED}"
    return error(401, "UNAUTHENTICATED", message, details, {"WWW-Authenticate": REALM})


def invalid_credential() -> Response:
    """401 for a token that is unknown or has expired."""
    message = f"Request had invalid authentication credentials. {EXPECTED}"
    headers = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
    return error(401, "UNAUTHENTICATED", message, None, headers)


def no_permission() -> Response:
    """403 for a property the account does not see."""
    return error(403, "PERMISSION_DENIED", NO_PERMISSION)


def exhausted(message: str) -> Response:
    """429; Google sends no Retry-After with it."""
    return error(429, "RESOURCE_EXHAUSTED", message)


def not_found() -> Response:
    """A wrong path or verb: HTML, whatever was asked."""
    return Response(NOT_FOUND, 404, media_type="text/html")
