"""GitHub's error bodies: {message, documentation_url, status}."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.answers import json_answer

DOCUMENTATION = "https://docs.github.com/rest"
NO_AGENT = (
    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header. "
    "Check https://developer.github.com for other possible causes.\n"
)
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "For more on scraping GitHub and how it may affect your rights, please review our Terms of Service."
)
NOT_ACCESSIBLE = "Resource not accessible by personal access token"
EMPTY = "Git Repository is empty."


def error(status: int, message: str, page: str = "", headers: dict[str, str] | None = None) -> Response:
    """`page` is the part of the documentation the body points to."""
    body = {"message": message, "documentation_url": DOCUMENTATION + page, "status": str(status)}
    return json_answer(body, status, headers)


def secondary_limit(status: int, seconds: int) -> Response:
    """403 or 429 with Retry-After in seconds."""
    page = "/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"
    return error(status, SECONDARY, page, {"Retry-After": str(seconds)})


def primary_limit(who: str) -> Response:
    """403; how long to wait is in x-ratelimit-reset."""
    page = "/using-the-rest-api/rate-limits-for-the-rest-api"
    return error(403, f"API rate limit exceeded for {who}.", page)


def moved(location: str, url: str) -> Response:
    """301 of a renamed repository: the address goes by its id."""
    body = {"message": "Moved Permanently", "url": url, "documentation_url": f"{DOCUMENTATION}/guides"}
    return json_answer(body, 301, {"Location": location})
